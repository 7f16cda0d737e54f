"""JSON where YAML reads it otherwise: halves of characters, and what ends a line in YAML alone."""

import json
import re

_HALF = r"\\u[dD][89abAB][0-9a-fA-F]{2}"
_ODD = re.compile(rf"{_HALF}|[\x7f\x85\u2028\u2029]")
_PIECE = re.compile(
    r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\.|(?P<odd>[\x7f\x85\u2028\u2029])"
)


def as_yaml(raw: bytes) -> bytes:
    """Return UTF-8 text that YAML reads as what it is in JSON; what is no JSON is as it was.

    Behind what is written otherwise on a line, columns are counted in the new form.
    """
    text = raw.decode()
    if not _ODD.search(text):
        return raw
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return raw
    return _PIECE.sub(_written, text).encode()


def _written(piece: re.Match[str]) -> str:
    if piece["odd"]:
        return f"\\u{ord(piece['odd']):04x}"
    if piece["high"]:
        high, low = int(piece["high"], 16), int(piece["low"], 16)
        return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"
    return piece[0]
