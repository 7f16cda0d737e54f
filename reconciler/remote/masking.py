"""Words of a server without secrets that we know: it may repeat one, whole or in part."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Final

from reconciler.model.sealed import decoded_base64
from reconciler.remote.readings import Reading, readings

_MASK: Final = "***"
_SHORTEST: Final = 4
"""Shorter values occur by chance inside words; they are masked only where they stand alone."""
_PART: Final = 8
"""So many bytes in a row that are also in a value are taken for a part of it."""
_STEP: Final = 4  # any _PART bytes of a value hold a whole one of its steps, wherever they begin
_COMMON: Final = frozenset({b"https://"})
"""A part of so many addresses that it tells nothing of any."""
MOST_KEPT: Final = 32 * 1024 * 1024
_BEYOND: Final = 8 * _PART
"""So many characters write down _PART bytes, however they are escaped."""


class Known:
    """Values that were sent or read earlier, the latest MOST_KEPT characters of them.

    Short ones are not kept: they would hide words that only look like them.
    """

    def __init__(self) -> None:
        self._values: dict[str, None] = {}
        self._extent = 0

    def add(self, values: Iterable[str]) -> None:
        for value in values:
            if len(value) >= _PART:
                self._drop(value)
                self._values[value] = None
                self._extent += len(value)
        while self._extent > MOST_KEPT:
            self._drop(next(iter(self._values)))

    def _drop(self, value: str) -> None:
        if value in self._values:
            del self._values[value]
            self._extent -= len(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


def masked(words: str, hide: Collection[str]) -> str:
    """Return ``words`` with everything replaced that is also in a value, in any case or encoding.

    Takes time by the length of the words and the length of the values, not by their product.
    """
    return _shown(words, _covered(words, hide))


def beginning(words: str, most: int, hide: Collection[str]) -> str:
    """Return at most ``most`` characters of ``words``, masked; also a value that is cut there."""
    covered = _covered(words[: most + _BEYOND], hide)
    return _shown(words[:most], covered[:most])


def _shown(words: str, covered: bytearray) -> str:
    runs = groupby(zip(covered, words, strict=True), key=lambda pair: pair[0])
    return "".join(_MASK if hidden else "".join(c for _, c in run) for hidden, run in runs)


def _covered(words: str, hide: Collection[str]) -> bytearray:
    """Return 1 for each character that tells a part of a value."""
    covered = bytearray(len(words))
    values = list(_forms(hide))
    if not values or not words:
        return covered
    ways = list(readings(words))
    there = {part for way in ways for part in _windows(way.content, _PART)}
    parts = _parts_in(there - _COMMON, values)
    short = {text for text in _lines(values) if _SHORTEST <= len(text) < _PART}
    tiny = {value for value in values if len(value) < _SHORTEST}
    for way in ways:
        _cover(covered, way, parts, _PART)
        for length in range(_SHORTEST, _PART):
            _cover(covered, way, short, length)
        if way.plain:
            for value in tiny:
                for found in re.finditer(rb"(?<!\w)%b(?!\w)" % re.escape(value), way.content):
                    _fill(covered, way, found.start(), len(value))
    return covered


def _forms(hide: Collection[str]) -> Iterator[bytes]:
    """Yield each value as bytes in small letters, and what it is the base64 of."""
    for value in hide:
        if value.strip():
            yield value.encode(errors="surrogatepass").lower()
            content = decoded_base64(value)
            if content and len(content) >= _SHORTEST and content.strip():
                yield content.lower()


def _lines(values: list[bytes]) -> Iterator[bytes]:
    """Yield values and their lines; blanks around one say nothing."""
    for value in values:
        yield value
        yield from (line.strip() for line in value.splitlines())


def _windows(content: bytes, length: int) -> Iterator[bytes]:
    return (content[n : n + length] for n in range(len(content) - length + 1))


def _parts_in(parts: set[bytes], values: list[bytes]) -> set[bytes]:
    """Return those of the parts that are in a value, by one pass over each."""
    found: set[bytes] = set()
    steps = {int.from_bytes(step, "little") for part in parts for step in _windows(part, _STEP)}
    for value in values:
        numbers = memoryview(value[: len(value) // _STEP * _STEP]).cast("I")
        if steps.isdisjoint(numbers):
            continue
        around = {
            value[max(0, n * _STEP - _STEP) : n * _STEP + _PART]
            for n, step in enumerate(numbers)
            if step in steps
        }
        found |= {part for each in around for part in _windows(each, _PART)} & parts
    return found


def _cover(covered: bytearray, way: Reading, texts: set[bytes], length: int) -> None:
    if texts:
        for at, text in enumerate(_windows(way.content, length)):
            if text in texts:
                _fill(covered, way, at, length)


def _fill(covered: bytearray, way: Reading, at: int, length: int) -> None:
    begin, end = way.begins[at], way.ends[at + length - 1]
    covered[begin:end] = b"\1" * (end - begin)
