"""The one way from what a server says of an object to an item, or to an error that says why not."""

from collections.abc import Iterable, Iterator
from functools import cache
from operator import attrgetter
from typing import Any, Final

from reconciler.errors import BadAnswer
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.api import Body, Contradiction, Item
from reconciler.kinds.fields import Omitted
from reconciler.kinds.kind import mark, refs, settle, translate
from reconciler.model import Directory, Live, Mention, Spec
from reconciler.model.items import labelled
from reconciler.model.literal import UUID
from reconciler.remote import routes

_LEFT_OUT: Final = (
    "nothing is taken for empty that an answer leaves out; if that is how another version of "
    "Semaphore answers, --exclude leaves such objects out of the run"
)

_NO_TIME: Final = frozenset({"0", "None", "1970-01-01T00:00:00Z"})
"""What stands for a time of which nothing is known: by it, nothing tells that nobody wrote."""


def decoded(kind: Kind, body: Any, path: str = "", method: str = "GET") -> Item:
    """Return what a body says; raises BadAnswer, also for an id or a name that is not text.

    Answers have each field, though it may be empty or null (A 2.1, B 1.3, C 1.3): one without is
    no answer to take for empty. ``path``: what was asked for, "" for the kind's own listing.
    """
    try:
        item = kind.decode(body)
        lacking = next(_lacking(item.spec), "")
        why = f"it has no {lacking}; {_LEFT_OUT}" if lacking else _odd(item)
    except Contradiction as error:
        why = str(error)
    except KeyError as error:
        why = f"it has no {error.args[0]}; {_LEFT_OUT}"
    except (TypeError, ValueError, AttributeError) as error:
        why = type(error).__name__
    if why:
        raise _unreadable(kind, why, path, method)
    return item._replace(revision="") if str(item.revision) in _NO_TIME else item


def within(kind: Kind, body: Any, path: str, project: str) -> Item:
    """Return what a body says of an object that was asked for in a project, given by its id.

    Raises BadAnswer, also for one that says to be in another project. "": in whichever it is.
    """
    item = decoded(kind, body, path)
    if project and item.project not in ("", project):
        raise _unreadable(kind, f"it is in project {item.project}, not in {project}", path)
    return item._replace(project=project or item.project)


def in_full(kind: Kind, body: Any, project: str, id_: str, name: str) -> Item:
    """Return what an answer about one object says, with what listings lack; else BadAnswer.

    It was asked for by its id, where its kind has one in its path and it is known, else by name.
    """
    path = routes.place(kind, project, id_, name)
    item = within(kind, body, path, project)
    by_id = bool(id_) and kind.api.item == "id"
    asked, answered = (id_, item.id) if by_id else (name, item.name)
    if not kind.singleton and asked != answered:
        raise _unreadable(kind, f"it is {answered!r}, and {asked!r} was asked for", path)
    for detail in kind.api.detail:
        if attrgetter(detail)(item.spec) is None:
            raise _unreadable(kind, f"it has no {detail}", path)
    return item


def _lacking(spec: Spec, above: str = "") -> Iterator[str]:
    """Yield the fields that nothing was said of, though answers say it of each such object."""
    said, always = spec.model_fields_set, _always_said(type(spec))
    for name, value in spec:
        if name not in said:
            if name in always:
                yield f"{above}{name}"
        elif isinstance(value, Spec):
            yield from _lacking(value, f"{above}{name}.")
        elif isinstance(value, tuple) and any(isinstance(item, Spec) for item in value):
            for label, item in labelled(value):
                if isinstance(item, Spec):
                    yield from _lacking(item, f"{above}{name}.{label}.")


@cache
def _always_said(spec: type[Spec]) -> frozenset[str]:
    fields = spec.model_fields.items()
    return frozenset(
        name for name, info in fields if info.default is not None and not mark(spec, name, Omitted)
    )


def known_by(body: Body, path: str = "", asked: str = "") -> tuple[str, str]:
    """Return id and name of a project, listed or ``asked`` for by its name; raises BadAnswer."""
    metadata = body.get("metadata")
    if isinstance(metadata, dict):
        id_, name = metadata.get("id"), metadata.get("name")
        if isinstance(id_, str) and isinstance(name, str):
            if asked and name != asked:
                why = f"it is {name!r}, and {asked!r} was asked for"
                raise _unreadable(KINDS["Project"], why, path)
            return id_, name
    raise _unreadable(KINDS["Project"], "its id or its name is not text", path)


def check_distinct(kind: Kind, named: Iterable[tuple[str, str]], path: str = "") -> None:
    """Raise BadAnswer if two objects of a list, each given by id and name, have one name.

    Semaphore has no two of a name, and nothing would tell which of them a manifest means.
    """
    ids: dict[str, str] = {}
    for id_, name in named:
        if ids.setdefault(name, id_) != id_:
            words = f"two of kind {kind.name} have one name, {name!r}: {ids[name]} and {id_}"
            raise BadAnswer("GET", path or kind.api.path, words=words)


def _odd(item: Item) -> str:
    """Say what an object is known by and is not text, "" if all is."""
    facts = [("its id", item.id), ("its name", item.name), ("its project's id", item.project)]
    facts += [("the id of what is in it", id_) for id_ in item.children]
    return next((f"{what} is not text" for what, fact in facts if not _is_text(fact)), "")


def _is_text(fact: object) -> bool:
    return isinstance(fact, str)


def _unreadable(kind: Kind, why: str, path: str = "", method: str = "GET") -> BadAnswer:
    words = f"this {kind.name} can't be read: {why}"
    return BadAnswer(method, path or kind.api.path, words=words)


def live_of(kind: Kind, item: Item, directory: Directory) -> Live:
    """Return an object in the form that is compared, with names in the place of ids."""
    address = kind.address(item.name, directory.name("Project", item.project))
    verbatim = translate(item.spec, directory.seen)
    return Live(
        address,
        item.id,
        settle(verbatim),
        fixed=item.fixed,
        broken=item.broken,
        revision=item.revision,
        verbatim=verbatim,
        children=item.children,
        home=item.project if address.project else "",
        refers=dict(_projects_in(item.spec, directory)),
    )


def _projects_in(spec: Spec, directory: Directory) -> Iterator[tuple[str, str]]:
    """Yield the projects that an object refers to by their ids: each by its name, and its id."""
    names = directory.names("Project")
    for ref, id_ in refs(spec):
        if ref.kind == "Project" and not ref.soft and id_ in names:
            yield names[id_], id_


def mentions_of(item: Item) -> set[Mention]:
    """Return what the item refers to; what is no id leads nowhere, and is not looked up."""
    found = refs(item.spec)
    return {Mention(ref.kind, item.project, text) for ref, text in found if UUID.fullmatch(text)}
