"""Names that a reader can't tell apart, or that differ in upper and lower case alone."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from reconciler.model import Desired, Problem, Severity

_ASCII = str.maketrans("Il|O", "1110")
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")
"""What shows nothing, beside the formats that Unicode has a category for."""
_MARK = "\u200e"
"""Around what is written from right to left in the library's table."""


def look_alikes(objects: Iterable[Desired]) -> Iterator[Problem]:
    """Yield a warning for each object that looks like an earlier one of its kind and project."""
    seen: dict[tuple[str, str, str], Desired] = {}
    for desired in objects:
        address = desired.address
        if desired.rules.absent:  # perhaps because of its name
            continue
        for look in _looks(address.name):
            other = seen.setdefault((address.kind, address.project, look), desired)
            if other.address != address:
                yield _doubt(desired, other)
                break


def _doubt(desired: Desired, other: Desired) -> Problem:
    name, earlier = desired.address.name, other.address.name
    if name.lower() == earlier.lower():
        said = "but for upper and lower case"
    else:
        said = f"but it is {name!a}, and that is {earlier!a}"
    text = (
        f"{desired.address} looks like {other.address} at {other.place}, {said}: "
        "to Semaphore they are two"
    )
    return Problem(desired.place_of("metadata.name"), text, Severity.WARNING)


@cache
def _looks(name: str) -> tuple[str, ...]:
    """Return a name without its case, and a name without what makes like letters different."""
    if name.isascii():
        plain = " ".join(name.split())
        return plain.casefold(), plain.translate(_ASCII)
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", name))
    plain = "".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Cc"))
    plain = " ".join(plain.split())
    shape = "".join(map(_first_alike, plain))
    return plain.casefold(), shape.translate(_ASCII), "".join(map(_first_alike, plain.casefold()))


@cache
def _first_alike(char: str) -> str:
    """Return the first of all characters that look like one, by Unicode's table (TR39)."""
    if char.isascii():
        return char
    return min(near for known in _near(char) for near in _near(known))


def _near(char: str) -> Iterator[str]:
    from confusable_homoglyphs.confusables import (  # type: ignore[import-untyped]  # noqa: PLC0415 — a large table, and most names are ASCII
        confusables_data,
    )

    yield char
    found = (each["c"].strip(_MARK) for each in confusables_data.get(char, ()))
    yield from (each for each in found if len(each) == 1)
