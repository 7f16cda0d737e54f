"""Lines that are too long for a terminal, broken between words."""

import re
from typing import Final

_WORD: Final = re.compile(r" *[^ ]+| +$")
_UNSEEN: Final = re.compile(r"\x1b\[[0-9;]*[mK]|\r")
_LEAD: Final = re.compile(r" *(?:([-+~≠✎?!]|-/\+) +)?")
_DEEPER: Final = 4


def wrapped(text: str, width: int) -> str:
    """Return the text, no line of it longer than ``width`` but for a word that is.

    What goes on starts deeper; where a line begins with a sign, behind it. Colours have no width.
    """
    return "\n".join(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    seen = _UNSEEN.sub("", line)
    if len(seen) <= width:
        return line
    lead = _LEAD.match(seen)
    indent = (lead.end() if lead[1] else lead.end() + _DEEPER) if lead else _DEEPER
    indent = min(indent, width // 2)
    said: list[str] = []
    at = 0
    for word in _WORD.findall(line):
        size = len(_UNSEEN.sub("", word))
        if at > indent and at + size > width and word.strip(" "):
            said.append(f"\n{' ' * indent}{word.lstrip(' ')}")
            at = indent + len(_UNSEEN.sub("", word.lstrip(" ")))
        else:
            said.append(word)
            at += size
    return "".join(said)
