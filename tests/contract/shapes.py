"""The shapes that answers have: of errors (D 6), and of samples in documents."""

import json
from collections.abc import Iterator
from typing import Any

_PAGE = ("<!doctype", "<html")
_EDGE = ("upstream ", "no healthy upstream")


def shape(status: int, text: str) -> str:
    """In a word or two, who wrote an answer that is no success."""
    if status < 400:
        return "redirect"
    try:
        return _of_json(json.loads(text))
    except ValueError:
        return _of_text(text)


def _of_json(body: Any) -> str:
    if isinstance(body, str):
        return "quoted text"
    if isinstance(body.get("code"), int):
        return "status of gRPC"
    if "code" in body:
        return "named code"
    return "message" if "message" in body else "error"


def _of_text(text: str) -> str:
    if text.lstrip().lower().startswith(_PAGE):
        return "page"
    if text.startswith(_EDGE):
        return "edge text"
    if not text:
        return "empty"
    return "text with a newline" if text.endswith("\n") else "bare text"


SHAPES = frozenset(
    {"redirect", "empty", "page", "edge text", "text with a newline", "bare text"}
) | {"quoted text", "status of gRPC", "named code", "message", "error"}


def unlike(sample: Any, real: Any, at: str = "") -> Iterator[str]:
    """Where a real answer lacks what a sample has, or has it as another type.

    More than the sample has is fine, and so is null. Of lists the first items are compared.
    """
    if sample is None or real is None:
        return
    if _sort(sample) != _sort(real):
        yield at
    elif isinstance(sample, dict):
        for key, inner in sample.items():
            where = f"{at}.{key}" if at else key
            if key not in real:
                yield where
            else:
                yield from unlike(inner, real[key], where)
    elif isinstance(sample, list) and sample and real:
        yield from unlike(sample[0], real[0], f"{at}.0" if at else "0")


def _sort(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__
