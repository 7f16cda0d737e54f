"""The shapes that answers have: of errors (D 6), and of samples in documents."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

_EDGE = ("upstream ", "no healthy upstream")


def shape(answer: httpx.Response) -> str:
    """In one word or two, who wrote this answer that is no success."""
    text = answer.text
    if 300 <= answer.status_code < 400:  # noqa: PLR2004 - the redirects
        return "redirect"
    if not text:
        return "empty"
    if text.lstrip().lower().startswith(("<!doctype", "<html")):
        return "page"
    try:
        body = json.loads(text)
    except ValueError:
        if text.startswith(_EDGE):
            return "edge text"
        return "text with a newline" if text.endswith("\n") else "bare text"
    if isinstance(body, str):
        return "quoted text"
    return _of_object(body)


def _of_object(body: Any) -> str:
    if isinstance(body.get("code"), int):
        return "status of gRPC"
    if "code" in body:
        return "named code"
    return "message" if "message" in body else "error"


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
