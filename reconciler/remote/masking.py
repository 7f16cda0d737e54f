"""Words of a server without what we sent: it may repeat a secret, whole or in part."""

import html
import json
import re
from collections.abc import Collection
from itertools import groupby
from typing import Final
from urllib.parse import quote, quote_plus

_MASK: Final = "***"
_SHORTEST: Final = 4
"""Shorter values occur by chance inside words; they are masked only where they stand alone."""
_PART: Final = 8
"""So many characters in a row that are also in a value are taken for a part of it."""


def masked(words: str, hide: Collection[str]) -> str:
    """Return ``words`` with the values in ``hide`` replaced, and with what is left of cut ones."""
    spellings = _spellings(hide)
    for value in sorted(spellings, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            words = words.replace(value, _MASK)
        else:
            words = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", _MASK, words)
    return _without_parts(words, [text for text in spellings if len(text) > _PART])


def beginning(words: str, most: int, hide: Collection[str]) -> str:
    """Return at most ``most`` characters of ``words``, masked.

    Where they are cut, the first characters of a value may be left: too few to be found.
    """
    shown = masked(words[:most], hide)
    return shown if len(words) <= most else shown[:-_PART]


def _without_parts(words: str, values: list[str]) -> str:
    covered = bytearray(len(words))
    for start in range(len(words) - _PART + 1):
        part = words[start : start + _PART]
        if any(part in value for value in values):
            covered[start : start + _PART] = b"\1" * _PART
    runs = groupby(zip(covered, words, strict=True), key=lambda pair: pair[0])
    return "".join(_MASK if hidden else "".join(c for _, c in run) for hidden, run in runs)


def _spellings(hide: Collection[str]) -> set[str]:
    """Return each value as it is, as formats escape it, and line by line where it has lines."""
    lines = {line.strip() for value in hide for line in value.splitlines()}
    long = {line for line in lines if len(line) >= _SHORTEST}
    return {text for value in {*hide, *long} if value.strip() for text in _escaped(value)}


def _escaped(value: str) -> set[str]:
    quoted = json.dumps(value, ensure_ascii=False)[1:-1]
    return {
        value,
        quoted,
        quoted.replace("#{", "\\#{"),  # as Elixir inspects it
        json.dumps(quoted, ensure_ascii=False)[1:-1],
        json.dumps(value)[1:-1],
        ascii(value)[1:-1],
        html.escape(value),
        html.escape(value).replace("&#x27;", "&#39;"),
        quote(value, safe="", errors="replace"),
        quote_plus(value, errors="replace"),
    }
