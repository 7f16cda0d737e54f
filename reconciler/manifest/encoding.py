"""From the bytes of a file to bytes that are surely UTF-8 text."""

import codecs

from reconciler.model import Place, Problem

_OTHERS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class Unusable(Exception):
    """Nothing more can be read from this file; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def unusable(file: str, text: str, line: int = 0, column: int = 0) -> Unusable:
    return Unusable(Problem(Place(file, line, column), text))


def utf8(file: str, raw: bytes) -> bytes:
    """Return ``raw`` without its byte order mark; raises Unusable for any other encoding."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    for mark, name in _OTHERS:
        if raw.startswith(mark):
            raise unusable(file, f"the file is {name}; save it as UTF-8")
    if raw[:2].count(0) == 1:  # a character of ASCII, and its other half
        raise unusable(file, "the file is UTF-16; save it as UTF-8")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        line, column = position(raw, error.start)
        raise unusable(
            file,
            f"byte 0x{raw[error.start]:02x} at offset {error.start} is not UTF-8; "
            "save the file as UTF-8",
            line,
            column,
        ) from None
    return raw


def position(raw: bytes, offset: int) -> tuple[int, int]:
    """Return line and column, from 1, of a byte; everything before it is UTF-8."""
    before = raw[:offset].decode(errors="replace")
    return before.count("\n") + 1, offset_in_line(before) + 1


def offset_in_line(before: str) -> int:
    return len(before) - (before.rfind("\n") + 1)
