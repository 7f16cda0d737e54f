"""Words read in every way in which a value may be written down: escaped, encoded, listed."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "e": "\x1b"}
_SURROGATE: Final = 16
_ESCAPE: Final = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[ux]\{[0-9a-fA-F]{1,6}\}"
    r"|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|.)",
    re.DOTALL,
)
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}")
_FORM: Final = re.compile(r"%[0-9a-fA-F]{2}|\+")
_NUMBER: Final = re.compile(r"(?:0[xX]|\\x)?([0-9a-fA-F]{1,3})")
_LISTED: Final = re.compile(rf"{_NUMBER.pattern}(?:[\s,;:]{{1,3}}{_NUMBER.pattern}){{3,}}")
"""Bytes as Go, Erlang and others print them: ``83 117 112``, ``53:75:70``, ``0x53, 0x75``."""
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F]{2}(?:[\s:_-]{0,2}[0-9a-fA-F]{2}){3,}")
"""Of whatever it is a part: behind ``0x`` or ``\\x``, in groups, in a path."""
_NUL: Final = re.compile("\0")
_CODED: Final = re.compile(
    rf"[A-Za-z0-9+/_-]{{8,}}(?:\r?\n[A-Za-z0-9+/_-]+)*={{0,2}}|{_LISTED.pattern}"
)


class Reading(NamedTuple):
    """Words as bytes in small letters, and where in the words each byte begins and ends.

    ``plain``: the words themselves, or those behind escapes; not bytes that were encoded.
    """

    content: bytes
    begins: list[int]
    ends: list[int]
    plain: bool


class _Text(NamedTuple):
    """A text, and where in the words each of its characters begins and ends."""

    text: str
    begins: list[int]
    ends: list[int]


def readings(words: str) -> Iterator[Reading]:
    """Yield the words as they are, and as they are where they differ when read otherwise."""
    whole = _Text(words, list(range(len(words))), list(range(1, len(words) + 1)))
    unescaped = _read(whole, _ESCAPE, _unescaped)
    unmarked = _read(whole, _ENTITY, html.unescape)
    plain = {
        each.text: each
        for each in (
            whole,
            unescaped,
            _read(unescaped, _ESCAPE, _unescaped),
            unmarked,
            _read(unmarked, _ESCAPE, _unescaped),
            _read(whole, _PERCENT, _unquoted),
            _read(whole, _FORM, _unquoted),
            _read(unescaped, _NUL, lambda _: ""),
        )
    }
    for text in plain.values():
        yield from _encodings(text, plain=True)
    for text in (whole, unescaped):
        for token, meaning in ((_CODED, _decoded), (_HEXADECIMAL, _of_digits)):
            decoded = _read(text, token, meaning)
            if decoded is not text:
                yield from _encodings(decoded, plain=False)


def _read(text: _Text, token: re.Pattern[str], meaning: Callable[[str], str]) -> _Text:
    """Exchange each token for its meaning, of which each character stands where the token does."""
    parts: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    done = 0
    for found in token.finditer(text.text):
        start, end = found.span()
        means = meaning(found[0])
        parts += text.text[done:start], means
        begins += text.begins[done:start] + [text.begins[start]] * len(means)
        ends += text.ends[done:start] + [text.ends[end - 1]] * len(means)
        done = end
    if not done:
        return text
    parts.append(text.text[done:])
    return _Text("".join(parts), begins + text.begins[done:], ends + text.ends[done:])


def _encodings(text: _Text, *, plain: bool) -> Iterator[Reading]:
    """Yield the text as UTF-8, and as Latin-1 where that is something else."""
    yield _encoded(text, 0, plain=plain)
    if not text.text.isascii():
        yield _encoded(text, 256, plain=plain)


def _encoded(text: _Text, single: int, *, plain: bool) -> Reading:
    """Encode as UTF-8; characters below ``single`` become one byte."""
    if text.text.isascii():
        return Reading(text.text.encode().lower(), text.begins, text.ends, plain)
    content = bytearray()
    begins: list[int] = []
    ends: list[int] = []
    for char, begin, end in zip(*text, strict=True):
        code = bytes([ord(char)]) if ord(char) < single else char.encode(errors="surrogatepass")
        content += code
        begins += [begin] * len(code)
        ends += [end] * len(code)
    return Reading(bytes(content).lower(), begins, ends, plain)


def _unescaped(token: str) -> str:
    """Read an escape of JSON, Python, Elixir, Erlang or JavaScript."""
    kind, rest = token[1], token[2:].strip("{}")
    if kind in "uxU" and rest:
        if "\\" in rest:
            return bytes.fromhex(rest.replace("\\u", "")).decode("utf-16-be", "replace")
        code = int(rest, 16)
        return chr(code) if code < 0x110000 else token  # noqa: PLR2004 — the last of Unicode
    if rest:
        return chr(int(token[1:], 8))
    return _NAMED.get(kind, kind)


def _unquoted(quoted: str) -> str:
    return chr(int(quoted[1:], 16)) if quoted[1:] else " "


def _decoded(token: str) -> str:
    """Return all that a run of base64, or of numbers, may stand for."""
    if _LISTED.fullmatch(token):
        numbers = _NUMBER.findall(token)
        return "\n".join("".join(_byte(each, base) for each in numbers) for base in (10, 16))
    run = "".join(token.split()).rstrip("=").replace("-", "+").replace("_", "/")
    return "\n".join(_base64(run[shift:]).decode("latin-1") for shift in range(4))


def _of_digits(token: str) -> str:
    """Return what hexadecimal digits stand for, whichever is the first of a pair."""
    run = re.sub(r"[\s:_-]", "", token)
    pairs = [bytes.fromhex(run[n : n + (len(run) - n) // 2 * 2]) for n in range(2)]
    return "\n".join(each.decode("latin-1") for each in pairs)


def _byte(number: str, base: int) -> str:
    """Return the character of a number, or what ends a run where it is no byte in this base."""
    if base == 10 and not number.isdecimal():  # noqa: PLR2004 — what has letters is hexadecimal
        return "\n"
    code = int(number, base)
    return chr(code) if code < 256 else "\n"  # noqa: PLR2004 — bytes


def _base64(run: str) -> bytes:
    run = run[: len(run) - (len(run) % 4 == 1)]
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4))
    except binascii.Error:
        return b""
