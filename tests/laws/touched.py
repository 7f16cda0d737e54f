"""What a run changed, held against what its plan had named."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from reconciler.model import Address, Plan
from tests.laws.organization import COLLECTIONS, Holdings, Key

VOLATILE = {
    # a project can't be changed without writing its schedules again, as they are (A 3)
    "Schedule": ("requester_id", "updated_at"),
    # moves once more when its values have been stored (C 6.13)
    "DeploymentTarget": ("updated_at",),
}


def key_of(address: Address) -> Key:
    return address.kind, address.project, address.name


def changed(before: Holdings, after: Holdings) -> set[Key]:
    """Return the keys of all objects that came, went, or are not byte for byte as they were."""
    keys = before.keys() | after.keys()
    return {key for key in keys if _steady(key, before) != _steady(key, after)}


def _steady(key: Key, found: Holdings) -> Any:
    body = found.get(key)
    if body is None:
        return None
    return {name: value for name, value in body.items() if name not in VOLATILE.get(key[0], ())}


def planned(plan: Plan, *states: Holdings) -> set[Key]:
    """Return the keys of all objects a plan names.

    What is in a project gets another address with it, and what there is one of comes with it.
    """
    keys: set[Key] = set()
    for change in plan.changes:
        places = {change.address, change.live.address if change.live else change.address}
        keys |= {key_of(address) for address in {*places, *change.takes}}
        if change.address.kind != "Project":
            continue
        homes = {address.name for address in places}
        inside = {key for found in states for key in found if key[1] in homes}
        keys |= inside if len(places) > 1 else {key for key in inside if not key[2]}
    return keys


def strays(writes: list[tuple[str, str]], plan: Plan, *states: Holdings) -> list[tuple[str, str]]:
    """Return the writes that went anywhere but to the objects of a plan."""
    keys = planned(plan)
    places = {path for key in keys for path in _paths(key, *states)}
    return [(method, path) for method, path in writes if _plain(path) not in places]


def _plain(path: str) -> str:
    parts = unquote(urlsplit(path).path)
    return parts.removesuffix("/activate").removesuffix("/deactivate")


def _paths(key: Key, *states: Holdings) -> Iterator[str]:
    """Yield where an object is created, and where it is by its name and ids."""
    kind, project, name = key
    ids = {id_ for found in states if (id_ := _id_of(found.get(key)))}
    homes = {id_ for found in states if (id_ := _id_of(found.get(("Project", "", project))))}
    for home in homes or {""}:
        collection = COLLECTIONS[kind].format(project=home)
        yield collection
        for last in {name, *ids}:
            yield f"{collection}/{last}"


def _id_of(body: Any) -> str:
    if not body:
        return ""
    found = body.get("id") or body.get("metadata", {}).get("id", "")
    return str(found)
