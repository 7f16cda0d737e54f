"""Regular expressions as the real servers read them: PCRE over bytes, with a limit on its steps.

It is PCRE as Erlang has it before OTP 28: a hyphen beside a class is no range, letters without a
meaning may be escaped.
"""

import re
from functools import lru_cache
from typing import Any

# The library's binding reads three escapes as JavaScript does, and refuses one.
_ESCAPE = re.compile(
    r"\\Q.*?(?:\\E|$)|\\x(?:\{(?P<braced>[0-9a-fA-F]+)\}|(?P<digits>[0-9a-fA-F]{0,2}))|\\.",
    re.DOTALL,
)
_OTHERS = {r"\u": r"\l", r"\U": r"\L", r"\C": "(?s:.)"}
_INVALID_RANGE = 150
_UNKNOWN_ESCAPE = 103
_PATIENCE = 50


def compiles(pattern: str) -> bool:
    return _compiled(pattern) is not None


def found(pattern: str, text: str, *, whole: bool = False) -> bool:
    """Whether the text has a match or, `whole`, is one.

    What takes too many steps to tell has none, as in the real servers (A 2.2); nor has anything
    one of what is no regular expression.
    """
    import pcre2  # type: ignore[import-untyped]  # noqa: PLC0415 - little of what is asked needs it

    expression = _compiled(pattern)
    if expression is None:
        return False
    search = expression.fullmatch if whole else expression.search
    try:
        return search(_bytes(text)) is not None
    except pcre2.LibraryError:
        return False


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """Not just in time: what is would count no steps."""
    import pcre2  # noqa: PLC0415 - see above

    text = _bytes(_ESCAPE.sub(_plain, pattern))
    for _ in range(_PATIENCE):
        try:
            return pcre2.compile(text, pcre2.ASCII, jit=False)
        except pcre2.PatternError as error:
            before, after = text[: error.pos], text[error.pos :]
            if error.code == _INVALID_RANGE:
                first, _, last = before.rpartition(b"-")
                text = first + rb"\-" + last + after
            elif error.code == _UNKNOWN_ESCAPE:
                text = before[:-2] + before[-1:] + after
            else:
                return None
    return None


def _plain(found: re.Match[str]) -> str:
    """An escape in a form that means the same in both."""
    digits = found["braced"] or found["digits"]
    if digits is None:
        return _OTHERS.get(found[0], found[0])
    return f"\\o{{{int(digits or '0', 16):o}}}"


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
