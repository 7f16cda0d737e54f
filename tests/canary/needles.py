"""Canary values, and finding one in whatever disguise it got out."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

_COLOURS = re.compile(rb"\x1b\[[0-9;]*[A-Za-z]")
_BLANKS = re.compile(rb"\s+")


def core(name: str) -> str:
    """Return letters and digits that occur nowhere by chance, the same for the same name."""
    return f"cNr{base64.b32encode(hashlib.sha256(name.encode()).digest())[:9].decode()}y"


def awkward(name: str) -> str:
    """Return a canary among characters that formats escape."""
    return f'{core(name)} "q" \\ é <&> %41 {{x}} {core(name)}'


def several(name: str) -> str:
    """Return three lines, each with a canary of its own."""
    return "".join(f"{core(f'{name} {n}')}\n" for n in range(3))


@dataclass(frozen=True)
class Needles:
    """What must not be found: whole values, and the cores inside them.

    ``count``: how many values it was made of.
    """

    values: frozenset[bytes]
    count: int

    @classmethod
    def of(cls, values: Sequence[str | bytes]) -> "Needles":
        found = frozenset(v.encode() if isinstance(v, str) else v for v in values)
        return cls(found, len(values))

    @cached_property
    def _known(self) -> dict[bytes, bytes]:
        cores = {c for value in self.values for c in re.findall(rb"cNr[A-Z2-7]{9}y", value)}
        plain = cores | {
            value for value in self.values if not re.search(rb"cNr[A-Z2-7]{9}y", value)
        }
        spelled = {text: one for one in plain for text in _spellings(one)}
        digests = {text: one for one in self.values | cores for text in _digests(one)}
        return spelled | digests

    def found_in(self, content: bytes) -> bytes | None:
        """Return the value that gets out here, also broken over lines or coloured in parts."""
        if not self._known:
            return None
        bare = _BLANKS.sub(b"", _COLOURS.sub(b"", content))
        # thousands of plain searches, each of which is much faster than their alternative
        hits = (text for text in self._known if text in content or text in bare)
        longest = max(hits, key=len, default=None)
        return None if longest is None else self._known[longest]


@cache
def _spellings(value: bytes) -> set[bytes]:
    text = value.decode("latin-1")
    found = {
        value,
        value[::-1],
        value.hex().encode(),
        value.hex().upper().encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        "".join(f"%{ord(c):02x}" for c in text).encode(),
        "".join(f"%{ord(c):02X}" for c in text).encode(),
        "".join(f"\\u{ord(c):04x}" for c in text).encode(),
        "".join(f"\\x{ord(c):02x}" for c in text).encode(),
        "".join(f"&#{ord(c)};" for c in text).encode(),
        ", ".join(str(c) for c in value).encode(),
    }
    for coded in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            # what of it does not depend on what stands before and after
            whole = coded(b"\0" * shift + value + b"\0" * 3)
            found.add(whole[-(-shift * 4 // 3) : len(whole) - 6])
    return found


@cache
def _digests(value: bytes) -> set[bytes]:
    return {
        text
        for sort in ("md5", "sha1", "sha256")
        for digest in [hashlib.new(sort, value, usedforsecurity=False)]
        for text in (digest.hexdigest().encode(), base64.b64encode(digest.digest()).rstrip(b"="))
    }
