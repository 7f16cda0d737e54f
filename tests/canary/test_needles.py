"""The search for canaries finds them: in any alignment, encoding and layout."""

import base64
import hashlib
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.canary.needles import Needles, awkward, core, several

VALUE = awkward("x")
NEEDLES = Needles.of([VALUE, several("y"), b"short-1"])
DISGUISES: dict[str, Callable[[str], str | bytes]] = {
    "clear": str,
    "cut at both ends": lambda v: v[:14],
    "reversed": lambda v: v[::-1],
    "base64": lambda v: base64.b64encode(v.encode()),
    "base64, one byte in": lambda v: base64.b64encode(b"1" + v.encode()),
    "base64, two bytes in": lambda v: base64.b64encode(b"12" + v.encode() + b"3"),
    "base64, for URLs": lambda v: base64.urlsafe_b64encode(v.encode()),
    "base64 in lines": lambda v: base64.encodebytes(v.encode() * 3),
    "percent-encoded": quote,
    "percent-encoded throughout": lambda v: "".join(f"%{b:02X}" for b in v.encode()),
    "JSON": json.dumps,
    "JSON in JSON": lambda v: json.dumps(json.dumps(v)),
    "Python": repr,
    "hex": lambda v: v.encode().hex(),
    "UTF-16": lambda v: v.encode("utf-16"),
    "folded": lambda v: f"{v[:5]}\n        {v[5:]}",
    "coloured": lambda v: f"{v[:5]}\x1b[1;31m{v[5:]}",
    "MD5": lambda v: hashlib.md5(v.encode(), usedforsecurity=False).hexdigest(),
    "SHA-256": lambda v: hashlib.sha256(v.encode()).hexdigest(),
    "a list of bytes": lambda v: str(list(v.encode())),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_every_disguise_is_seen_through(disguise: str) -> None:
    """A value is found between other things, however it is written."""
    for value in (VALUE, several("y")):
        told = DISGUISES[disguise](value)
        told = told.encode() if isinstance(told, str) else told
        assert NEEDLES.found_in(b"before " + told + b" after")


def test_nothing_else_is_found() -> None:
    """Other text, and a canary that is not looked for."""
    assert NEEDLES.found_in(f"cNr and {core('z')} or short-2".encode()) is None
    assert NEEDLES.found_in(b"with short-1") == b"short-1"
    assert Needles.of([]).found_in(b"x") is None
