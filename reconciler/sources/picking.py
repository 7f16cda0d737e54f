"""One value out of a tree of them, by its dotted key."""

from typing import Any, Final

from reconciler.model import Unavailable

_MISSING: Final = object()


def pick(data: Any, dotted: str) -> bytes:
    """Return the text at a key such as ``db.password``; a number or a flag is text, too.

    A key may have dots of its own (``tls.crt``), a number counts the items of a list. Raises
    Unavailable.
    """
    found = _at(data, dotted)
    if found is _MISSING:
        raise Unavailable("does not exist: there is no such key")
    if isinstance(found, bool):
        found = str(found).lower()
    if isinstance(found, int | float):
        found = str(found)
    if not isinstance(found, str):
        what = "null" if found is None else "a list" if isinstance(found, list) else "a mapping"
        raise Unavailable(f"is {what}, not a text")
    return found.encode()


def _at(data: Any, dotted: str) -> Any:
    if isinstance(data, list):
        data = {str(number): item for number, item in enumerate(data)}
    if not isinstance(data, dict):
        return _MISSING
    if dotted in data:
        return data[dotted]
    for key, inner in data.items():
        if dotted.startswith(f"{key}."):
            found = _at(inner, dotted[len(key) + 1 :])
            if found is not _MISSING:
                return found
    return _MISSING
