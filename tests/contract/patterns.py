"""What a fixture says of a value: names for what is known, patterns for what is not.

``<project>`` is a value that a step kept under this name. ``<uuid>``, ``<int>``, ``<bool>``,
``<seconds>`` (a text of digits), ``<unixtime>`` (a number), ``<time>`` and ``<isotime>`` (texts),
``<stamp>`` (seconds and nanos), ``<text>``, ``<hex>`` and ``<any>`` are patterns; those of texts
may stand inside a text. A key that is ``<absent>`` must not be there. Objects and lists are
complete unless they are matched in part, or end with ``...``.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Names = Mapping[str, Any]

MORE = "..."
ABSENT = "<absent>"
_NAME = re.compile(r"<([a-z0-9_]+)>")
_TEXTS = {
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "seconds": r"[1-9]\d{8,9}",
    "time": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}Z",
    "isotime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "text": r"(?s:.+)",
    "hex": r"[0-9a-f]+",
}
_FIRST_TIME = 1_000_000_000


def filled(value: Any, names: Names) -> Any:
    """The value with every name replaced by what it stands for; KeyError for an unknown one."""
    if isinstance(value, Mapping):
        return {filled(key, names): filled(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    if not isinstance(value, str):
        return value
    whole = _NAME.fullmatch(value)
    if whole and whole[1] in names:
        return names[whole[1]]
    return _NAME.sub(lambda found: str(names[found[1]]), value)


def differences(
    wanted: Any, found: Any, names: Names, *, part: bool = False, at: str = "it"
) -> Iterator[str]:
    """Every way in which what was found is not what is wanted."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        yield from _of_objects(wanted, found, names, part=part, at=at)
    elif isinstance(wanted, list) and isinstance(found, list):
        yield from _of_lists(wanted, found, names, part=part, at=at)
    elif not _fits(wanted, found, names):
        yield f"{at} is {found!r}, not {wanted!r}"


def _of_objects(
    wanted: Mapping[str, Any], found: Mapping[str, Any], names: Names, *, part: bool, at: str
) -> Iterator[str]:
    for key, inner in wanted.items():
        if inner == ABSENT:
            if key in found:
                yield f"{at}.{key} is there"
        elif key == MORE:
            continue
        elif key not in found:
            yield f"{at}.{key} is missing"
        else:
            yield from differences(inner, found[key], names, part=part, at=f"{at}.{key}")
    if not part and MORE not in wanted:
        yield from (f"{at}.{key} is too much" for key in found if key not in wanted)


def _of_lists(
    wanted: list[Any], found: list[Any], names: Names, *, part: bool, at: str
) -> Iterator[str]:
    items = [item for item in wanted if item != MORE]
    if len(found) < len(items) or (len(found) > len(items) and MORE not in wanted):
        yield f"{at} has {len(found)} items, not {len(items)}"
    for number, (item, inner) in enumerate(zip(items, found, strict=False)):
        yield from differences(item, inner, names, part=part, at=f"{at}.{number}")


def _fits(wanted: Any, found: Any, names: Names) -> bool:
    if not isinstance(wanted, str):
        return type(wanted) is type(found) and bool(wanted == found)
    whole = _NAME.fullmatch(wanted)
    if whole and whole[1] in names:
        return bool(found == names[whole[1]])
    if whole and whole[1] not in _TEXTS:
        return _is(whole[1], found)
    return isinstance(found, str) and re.fullmatch(_regex(wanted, names), found) is not None


def _is(kind: str, found: Any) -> bool:
    """Whether a value is of a kind that is no text; KeyError for an unknown one."""
    number = isinstance(found, int) and not isinstance(found, bool)
    return {
        "any": True,
        "bool": isinstance(found, bool),
        "int": number,
        "unixtime": number and found > _FIRST_TIME,
        "stamp": isinstance(found, Mapping)
        and found.keys() == {"seconds", "nanos"}
        and found["seconds"] > _FIRST_TIME,
    }[kind]


def _regex(text: str, names: Names) -> str:
    pieces = _NAME.split(text)
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = [
        re.escape(str(names[name])) if name in names else _TEXTS[name] for name in pieces[1::2]
    ]
    return "".join(pieces)


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path, with numbers for places in lists; "" is all of it."""
    for key in path.split(".") if path else ():
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value
