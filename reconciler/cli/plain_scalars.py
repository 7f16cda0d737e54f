"""What the official client makes of text without quotes: YAML's numbers, then text again (E 2.1).

It reads integers as Go does, also those of YAML 1.1: 0123456 is octal, and sent as 42798.
"""

import re
from decimal import Decimal
from typing import Final

_BASES: Final = {"0x": 16, "0b": 2, "0o": 8}
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SMALLEST, _LARGEST = -(2**63), 2**64
_BOOLEANS: Final = {
    word: word.lower() for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}


def as_sem_reads(text: str) -> str:
    """Return plain text as ``sem`` understands it: the same, unless it is a number to YAML."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    digits = text.replace("_", "")
    if not digits[:1] or digits[0] not in "+-.0123456789":
        return text
    whole = _integer(digits)
    if whole is not None:
        return str(whole)
    if not _FLOAT.fullmatch(digits):
        return text
    number = format(Decimal(repr(float(digits))), "f")
    return number.rstrip("0").removesuffix(".") if "." in number else number


def _integer(digits: str) -> int | None:
    sign, rest = ("-", digits[1:]) if digits[0] == "-" else ("", digits.removeprefix("+"))
    base = _BASES.get(rest[:2].lower(), 8 if rest[:1] == "0" and rest != "0" else 10)
    bare = rest[2:] if rest[:2].lower() in _BASES else rest
    try:
        found = int(sign + bare, base) if bare[:1].isalnum() else None
    except ValueError:
        return None
    return found if found is not None and _SMALLEST <= found < _LARGEST else None
