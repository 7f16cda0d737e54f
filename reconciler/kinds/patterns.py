"""Regular expressions by the grammar of who reads them: Semaphore's servers ask PCRE, over bytes.

Their library counts its steps, and takes what has too many for no match (A 2.2, B 4.1, C 1.6). It
is of the older sort (Erlang's until OTP 28), which takes two things that the one here refuses.
"""

import re
from typing import Any

_ESCAPE = re.compile(
    r"\\Q.*?(?:\\E|$)|\\x(?:\{(?P<long>[0-9a-fA-F]+)\}|(?P<short>[0-9a-fA-F]{0,2}))|\\.", re.DOTALL
)
_OTHERS = {r"\u": r"\l", r"\U": r"\L", r"\C": "(?s:.)"}
"""What the binding reads as JavaScript does, or refuses, in forms that mean what PCRE's mean."""


_BAD_RANGE, _NO_ESCAPE = 150, 103
_MOST_CHANGES = 50


def check_regex(pattern: str) -> None:
    """Raise ValueError for a pattern that the server refuses, with the library's own reason."""
    import pcre2  # type: ignore[import-untyped]  # noqa: PLC0415 — most manifests have no pattern

    try:
        _compiled(pattern)
    except pcre2.PatternError as error:
        reason = str(error).rpartition("; ")[2]
        raise ValueError(f"{pattern!r} is not a valid regular expression: {reason}") from None


def matches(pattern: str, text: str) -> bool:
    """Say whether a pattern that the server takes is found anywhere in a text, by its limits."""
    import pcre2  # noqa: PLC0415 — see above

    try:
        return _compiled(pattern).search(_bytes(text)) is not None
    except pcre2.LibraryError:  # a bad pattern, or too many steps
        return False


def check_slashed(value: str) -> None:
    """Check ``/pattern/``; other strings are literals."""
    if is_slashed(value):
        check_regex(value[1:-1])


def is_slashed(value: str) -> bool:
    return len(value) > 1 and value.startswith("/") and value.endswith("/")


def _compiled(pattern: str) -> Any:
    """Compile without its compiler of machine code, which would count no steps."""
    import pcre2  # noqa: PLC0415 — see above

    data = _bytes(_ESCAPE.sub(_unambiguous, pattern))
    for _ in range(_MOST_CHANGES):
        try:
            return pcre2.compile(data, pcre2.ASCII, jit=False)
        except pcre2.PatternError as error:
            changed = _as_taken(data, error.code, error.pos)
            if changed == data:
                raise
            data = changed
    return pcre2.compile(data, pcre2.ASCII, jit=False)


def _as_taken(data: bytes, code: int, end: int) -> bytes:
    """Write what only the newer library refuses just before ``end`` as the older one reads it.

    A hyphen beside ``\\w`` is no range, and a letter without a meaning may have a backslash.
    """
    if code == _BAD_RANGE:
        hyphen = data.rindex(b"-", 0, end)
        return data[:hyphen] + b"\\" + data[hyphen:]
    if code == _NO_ESCAPE:
        return data[: end - 2] + data[end - 1 :]
    return data


def _unambiguous(escape: re.Match[str]) -> str:
    r"""Write ``\x{41}`` as ``\o{101}``: the binding would take the former for JavaScript's."""
    digits = escape["long"] or escape["short"]
    if digits is None:
        return _OTHERS.get(escape[0], escape[0])
    return f"\\o{{{int(digits or '0', 16):o}}}"


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
