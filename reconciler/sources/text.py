"""What a source gives as Semaphore takes it, and what of it is hardly meant."""

import base64
from typing import Final

from reconciler.model import Unavailable
from reconciler.model.sealed import is_placeholder

_BOM: Final = "\ufeff"
_BOM_BYTES: Final = _BOM.encode()


def trimmed(content: bytes) -> bytes:
    """Return ``content`` without one newline at its end, LF or CR LF, and without a BOM."""
    newline = b"\r\n" if content.endswith(b"\r\n") else b"\n"
    return content.removeprefix(_BOM_BYTES).removesuffix(newline)


def as_variable(content: bytes) -> str:
    """Return the value of a variable; raises Unavailable for what Semaphore would refuse."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = None  # raised below: the error holds the bytes
    if text is None:
        raise Unavailable("is not UTF-8 text")
    if not text.removeprefix(_BOM).strip():
        raise Unavailable("is blank")
    if "\0" in text:
        raise Unavailable("has a NUL character, which no variable can hold")
    _refuse_placeholder(text)
    return text


def as_file(content: bytes) -> str:
    """Return the content of a file, which is sent as base64; raises Unavailable for none."""
    _refuse_placeholder(content.decode(errors="replace"))
    return base64.b64encode(content).decode()


def _refuse_placeholder(text: str) -> None:
    if is_placeholder(text):
        raise Unavailable("is what stands for a value that is not shown, and no value")


def doubtful(value: str) -> str:
    """Say what at a variable's value nobody sees and hardly anybody means, "" if nothing is."""
    found = {
        "begins with a byte order mark": value.startswith(_BOM),
        "has carriage returns": "\r" in value.removesuffix("\r\n"),
        "ends in a newline": value.endswith("\n"),
    }
    return " and ".join(words for words, there in found.items() if there)
