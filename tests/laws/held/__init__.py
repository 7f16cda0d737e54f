"""What manifests say, held against what an organization holds, leaf by leaf.

Nothing of the planner or the kinds takes part: what a manifest means, and how the server writes it,
is told once more, from the notes. A key that is not known here fails the law that has it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.embedded import Embedded, Settings
from reconciler.embedded.people import storage as people
from tests.laws.held.forms import KEPT, Lookup, Seen, at
from tests.laws.held.kinds import HELD, TASK, Items, Leaf, Table
from tests.laws.organization import Holdings, Key
from tests.laws.strategies.basics import Doc, rules

Unmet = dict[tuple[Key, str], tuple[Any, Any]]
"""By object and path: what is declared, and what is held."""

_HEAD = ("apiVersion", "kind", "reconciler")
_HOMES = ("metadata.project_id_or_name", "metadata.project_id", "spec.project")
_TASKS = ("spec.tasks", "spec.schedulers")
_GONE, _THERE = "no such object", "an object"


@dataclass(frozen=True)
class Holder:
    """An organization at some moment, and what the sources of manifests hold."""

    found: Holdings
    lookup: Lookup
    settings: Settings
    sources: Mapping[str, str]

    @classmethod
    def of(cls, embedded: Embedded, found: Holdings, sources: Mapping[str, str]) -> "Holder":
        return cls(found, _ids(embedded, found), embedded.world.settings, sources)

    def seen(self, body: Any) -> Seen:
        return Seen(body, self.lookup, self.settings, self.sources)


def _ids(embedded: Embedded, found: Holdings) -> Lookup:
    """Return what gives the ids of projects, of roles in any case, and of the only user."""
    projects: dict[str, str] = {
        name: body["metadata"]["id"] for (kind, _, name), body in found.items() if kind == "Project"
    }
    roles: dict[str, str] = {
        role["name"].casefold(): role["id"] for role in people.roles(embedded.world, "project")
    }
    user = embedded.world.user_id

    def lookup(kind: str, name: str) -> str:
        match kind:
            case "Project":
                return projects.get(name, name)
            case "Role":
                return roles.get(name.casefold(), name)
            case _:
                return user

    return lookup


def unmet(docs: Sequence[Doc], holder: Holder) -> Unmet:
    """Return every leaf that a manifest mentions and the organization does not hold so."""
    found: Unmet = {}
    for doc in docs:
        key = key_of(doc)
        said = rules(doc)
        for path, declared, held in _of(key, doc, holder, absent=said.get("absent", False)):
            if not _is_in(path, said.get("ignore", ())):
                found[key, path] = declared, held
    return found | _other_tasks(docs, holder)


def key_of(doc: Doc) -> Key:
    """Return kind, project and name of what a manifest is about."""
    homes = (at(doc, home) for home in _HOMES)
    return doc["kind"], str(next(filter(None, homes), "")), at(doc, "metadata.name") or ""


Found = Iterator[tuple[str, Any, Any]]
"""Path, what is declared, and what is held in its place."""


def _of(key: Key, doc: Doc, holder: Holder, *, absent: bool) -> Found:
    body = holder.found.get(key)
    if absent or body is None:
        if absent is not (body is None):
            yield "", *((_GONE, _THERE) if absent else (_THERE, _GONE))
        return
    table = HELD[key[0]]
    said = {name: value for name, value in doc.items() if name in table or name not in _HEAD}
    yield from _leaves(said, table, body, holder.seen(body))
    for path, entry in tasks(doc):
        task = ("Schedule", key[2], entry["name"])
        yield from _task(f"{path}.{entry['name']}", entry, holder.found.get(task), holder)


def _task(path: str, entry: Doc, body: Any, holder: Holder) -> Found:
    if body is None:
        yield path, _THERE, _GONE
        return
    recurs = {"scheduled": True} if path.startswith("spec.schedulers") else {}
    for below, *pair in _leaves(entry | recurs, TASK, body, holder.seen(body)):
        yield f"{path}.{below}", *pair


def tasks(doc: Doc) -> Iterator[tuple[str, Doc]]:
    """Yield the entries of a project's lists of tasks, each with the path of its list."""
    for path in _TASKS if doc["kind"] == "Project" else ():
        yield from ((path, entry) for entry in at(doc, path) or ())


def _other_tasks(docs: Sequence[Doc], holder: Holder) -> Unmet:
    """Return the schedules of projects whose list of tasks does not have them (A 3)."""
    named = {key_of(doc) for doc in docs}
    named |= {
        ("Schedule", key_of(doc)[2], entry["name"]) for doc in docs for _, entry in tasks(doc)
    }
    return {(key, ""): (_GONE, _THERE) for key in listed(docs, holder.found) - named}


def listed(docs: Iterable[Doc], found: Holdings) -> set[Key]:
    """Return the schedules of projects that have a list of them: these and no others.

    An empty one of the older form, which every answer has, says nothing.
    """
    now, older = _TASKS
    lists = {
        key_of(doc)[2]
        for doc in docs
        if doc["kind"] == "Project" and (at(doc, now) is not None or at(doc, older))
    }
    return {key for key in found if key[0] == "Schedule" and key[1] in lists}


def _leaves(said: Doc, table: Table, body: Any, seen: Seen, above: str = "") -> Found:
    """Compare all that a mapping says; null in its place resets all there may be in it."""
    for key, value in said.items():
        path = f"{above}{key}"
        below = [known for known in table if known.startswith(f"{path}.")]
        if path in table:
            yield from _compared(path, table[path], value, body, seen)
        elif value is None and below:
            for known in below:
                yield from _compared(known, table[known], None, body, seen)
        else:
            assert below, f"the law does not know {path}"
            yield from _leaves(value, table, body, seen, f"{path}.")


def _compared(path: str, place: Leaf | Items, value: Any, body: Any, seen: Seen) -> Found:
    if value is None and place.entries:
        return
    if isinstance(place, Items):
        if not place.objects:
            yield from _listed(path, place, value, at(body, place.at) or [], seen)
        return
    declared = place.form(value, seen)
    if declared is not KEPT:
        held = place.shown(at(body, place.at))
        if held != declared:
            yield path, declared, held


def _listed(path: str, items: Items, said: list[Doc], held: list[Any], seen: Seen) -> Found:
    wanted, there = _known(said, items), _known(held, items)
    if wanted != there if items.ordered else sorted(wanted) != sorted(there):
        yield path, wanted, there
        return
    bodies = dict(zip(there, held, strict=True))
    for name, item in zip(wanted, said, strict=True):
        for key, *pair in _leaves(item, items.table, bodies[name], seen):
            where = items.table[key].at if key in items.table else key
            yield f"{path}.{name}.{where}", *pair


def _known(items: Sequence[Any], place: Items) -> list[str]:
    return [item[place.by] if place.by else str(number) for number, item in enumerate(items)]


def _is_in(path: str, others: Collection[str]) -> bool:
    return any(path == other or path.startswith(f"{other}.") for other in others)
