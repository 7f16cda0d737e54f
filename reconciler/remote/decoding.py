"""The one way from what a server says of an object to an item, or to an error that says why not."""

from typing import Any

from reconciler.errors import BadAnswer
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.api import Body, Item


def decoded(kind: Kind, body: Any, path: str = "", method: str = "GET") -> Item:
    """Return what a body says; raises BadAnswer, also for an id or a name that is not text.

    ``path``: what was asked for, "" for the kind's own listing.
    """
    try:
        item = kind.decode(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = type(error).__name__
    else:
        why = _odd(item)
    if why:
        raise _unreadable(kind, why, path, method)
    return item


def known_by(body: Body) -> tuple[str, str]:
    """Return id and name of a listed project; raises BadAnswer."""
    metadata = body.get("metadata")
    if isinstance(metadata, dict):
        id_, name = metadata.get("id"), metadata.get("name")
        if isinstance(id_, str) and isinstance(name, str):
            return id_, name
    raise _unreadable(KINDS["Project"], "its id or its name is not text")


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
