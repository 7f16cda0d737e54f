"""The one way from what a server says of an object to an item, or to an error that says why not."""

from collections.abc import Iterable
from typing import Any

from reconciler.errors import BadAnswer
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.api import Body, Item
from reconciler.kinds.kind import refs, settle, translate
from reconciler.model import Directory, Live, Mention
from reconciler.model.literal import UUID


def decoded(kind: Kind, body: Any, path: str = "", method: str = "GET") -> Item:
    """Return what a body says; raises BadAnswer, also for an id or a name that is not text.

    ``path``: what was asked for, "" for the kind's own listing.
    """
    try:
        lacking = next((key for key in kind.api.always if key not in body), "")
        item = kind.decode(body)
        why = f"it has no {lacking}" if lacking else _odd(item)
    except KeyError as error:
        why = f"it has no {error.args[0]}"
    except (TypeError, ValueError, AttributeError) as error:
        why = type(error).__name__
    if why:
        raise _unreadable(kind, why, path, method)
    return item


def known_by(body: Body, path: str = "") -> tuple[str, str]:
    """Return id and name of a project, listed or at its own path; raises BadAnswer."""
    metadata = body.get("metadata")
    if isinstance(metadata, dict):
        id_, name = metadata.get("id"), metadata.get("name")
        if isinstance(id_, str) and isinstance(name, str):
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
    )


def mentions_of(item: Item) -> set[Mention]:
    """Return what the item refers to; what is no id leads nowhere, and is not looked up."""
    found = refs(item.spec)
    return {Mention(ref.kind, item.project, text) for ref, text in found if UUID.fullmatch(text)}
