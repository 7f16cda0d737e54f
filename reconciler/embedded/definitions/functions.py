"""The functions that expressions may call: of the real ones, those that see use (D 12)."""

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

Function = Callable[[Sequence[Any]], Any]

_LONGEST = 100_000


class Mistaken(Exception):
    """Why the call cannot be carried out."""


def shown(value: Any) -> str:
    """As the real compiler's language prints a value."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{' '.join(shown(item) for item in value)}]"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _of(least: int, function: Callable[..., Any], most: int | None = None) -> Function:
    def call(arguments: Sequence[Any]) -> Any:
        if not least <= len(arguments) <= (least if most is None else most):
            raise Mistaken("wrong number of arguments")
        result = function(*arguments)
        if isinstance(result, (str, list)) and len(result) > _LONGEST:
            raise Mistaken("the result is too long")
        return result

    return call


def _texts(function: Callable[..., Any], count: int) -> Function:
    return _of(count, lambda *arguments: function(*map(shown, arguments)))


def _numbers(function: Callable[..., float], count: int) -> Function:
    return _of(count, lambda *arguments: _whole(function(*map(_number, arguments))))


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _whole(value: float) -> int:
    if not math.isfinite(value):
        raise Mistaken("the result is no number")
    return int(value)


def _divided(one: float, other: float) -> float:
    if other == 0:
        raise Mistaken("division by zero")
    return one / other


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _join(between: Any, value: Any) -> str:
    return shown(between).join(shown(item) for item in _items(value))


_MANY = 100

FUNCTIONS: dict[str, Function] = {
    "splitList": _of(2, lambda by, text: shown(text).split(shown(by)) if by else [*shown(text)]),
    "join": _of(2, _join),
    "list": _of(0, lambda *items: [*items], _MANY),
    "first": _of(1, lambda value: next(iter(_items(value)), "")),
    "last": _of(1, lambda value: next(reversed(_items(value)), "")),
    "uniq": _of(1, lambda value: [*dict.fromkeys(map(shown, _items(value)))]),
    "sortAlpha": _of(1, lambda value: sorted(map(shown, _items(value)))),
    "reverse": _of(1, lambda value: _items(value)[::-1]),
    "compact": _of(1, lambda value: [item for item in _items(value) if item]),
    "default": _of(2, lambda other, value: value or other),
    "coalesce": _of(0, lambda *values: next((v for v in values if v), ""), _MANY),
    "toString": _of(1, shown),
    "toStrings": _of(1, lambda value: [shown(item) for item in _items(value)]),
    "toJson": _of(1, lambda value: json.dumps(value, separators=(",", ":"))),
    "quote": _texts(json.dumps, 1),
    "squote": _texts(lambda text: f"'{text}'", 1),
    "trim": _texts(str.strip, 1),
    "trimAll": _texts(lambda chars, text: text.strip(chars), 2),
    "trimPrefix": _texts(lambda prefix, text: text.removeprefix(prefix), 2),
    "trimSuffix": _texts(lambda suffix, text: text.removesuffix(suffix), 2),
    "upper": _texts(str.upper, 1),
    "lower": _texts(str.lower, 1),
    "title": _texts(str.title, 1),
    "nospace": _texts(lambda text: "".join(text.split()), 1),
    "replace": _texts(lambda old, new, text: text.replace(old, new), 3),
    "contains": _texts(lambda part, text: part in text, 2),
    "hasPrefix": _texts(lambda prefix, text: text.startswith(prefix), 2),
    "hasSuffix": _texts(lambda suffix, text: text.endswith(suffix), 2),
    "int": _numbers(lambda value: value, 1),
    "int64": _numbers(lambda value: value, 1),
    "float64": _of(1, _number),
    "add": _of(1, lambda *values: _whole(sum(map(_number, values))), _MANY),
    "mul": _of(1, lambda *values: _whole(math.prod(map(_number, values))), _MANY),
    "max": _of(1, lambda *values: _whole(max(map(_number, values))), _MANY),
    "min": _of(1, lambda *values: _whole(min(map(_number, values))), _MANY),
    "add1": _numbers(lambda value: value + 1, 1),
    "sub": _numbers(lambda one, other: one - other, 2),
    "div": _numbers(_divided, 2),
    "mod": _numbers(lambda one, other: one - other * math.floor(_divided(one, other)), 2),
}
