"""Whether a text is a regular expression in Perl's dialect, which is wider than Python's."""

import re

from reconciler.embedded.regular import compiled

# What Perl's dialect has and Python's lacks, with something that compiles in the same places.
_STAND_INS = (
    (re.compile(r"\\Q.*?(?:\\E|$)", re.DOTALL), "q"),
    (re.compile(r"\\[pP](?:\{\^?\w+\}|\w)|\\x\{[0-9a-fA-F]+\}|\\c[ -~]"), "p"),
    (re.compile(r"\\[hHRKzZGXNvVeE]"), "h"),
    (re.compile(r"\(\?(?:<|')(\w+)(?:>|')"), r"(?P<\1>"),
    (re.compile(r"\(\?\|"), "(?:"),
    (re.compile(r"\(\?[imsxnUJ-]+\)"), ""),
    (re.compile(r"\\[kg](?:\{-?\w+\}|<\w+>|'\w+')"), "k"),
    (re.compile(r"\[:\^?[a-z]+:\]"), "a-z"),
    (re.compile(r"^\(\*[A-Z_=0-9]+\)"), ""),
)
_LONGEST = 65_535  # as much as the real library compiles


def compiles(pattern: str) -> bool:
    """Near enough: the exotic parts of the dialect are taken to be well formed."""
    if len(pattern) > _LONGEST:
        return False
    escaped_backslash = "\x00"
    text = pattern.replace("\\\\", escaped_backslash)
    for found, stand_in in _STAND_INS:
        text = found.sub(stand_in, text)
    return compiled(text) is not None
