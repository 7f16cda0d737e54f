"""A command as a shell cuts it: into simple commands, and all that only a shell could tell."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\\\n|\#[^\n]*)
    | (?P<operator>&&|\|\||;;|[;&|\n()<>])
    | (?P<word>(?:[^\s;&|()<>'"\\`]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|`[^`]*`|(?<=\$)\([^()]*\))+)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"if": "fi", "for": "done", "while": "done", "until": "done", "select": "done"} | {
    "case": "esac",
    "{": "}",
    "[[": "]]",
}
_BEFORE_COMMANDS = frozenset({"then", "do", "else", "elif", "!", "time"})
_SEPARATORS = frozenset({"&&", "||", ";", "\n", "&"})


@dataclass(frozen=True)
class Simple:
    """One simple command, its quotes in place, and the operator in front of it."""

    text: str
    operator: str
    opaque: bool = False
    """It is a condition, a loop, a pipe …, of whose end nothing is known before it has run."""
    redirected: bool = False


class _Part:
    """The command that is being read."""

    def __init__(self, operator: str) -> None:
        self.operator = operator
        self.words: list[str] = []
        self.opaque = False
        self.redirected = False

    def simple(self) -> Simple:
        return Simple(" ".join(self.words), self.operator, self.opaque, self.redirected)


def commands(text: str) -> list[Simple]:
    """In their order; what is inside of a condition or a loop is not looked at."""
    if "<<" in text:
        return [Simple(text, ";", opaque=True)]
    found: list[Simple] = []
    part, open_ = _Part(";"), list[str]()
    at, first = 0, True
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:  # a quote without an end
            return [Simple(text, ";", opaque=True)]
        at = token.end()
        if token["blank"]:
            continue
        if token["operator"] in _SEPARATORS and not open_:
            part.opaque |= token["operator"] == "&"
            found += [part.simple()] if part.words or part.opaque else []
            part, first = _Part(token["operator"]), True
            continue
        if token["operator"]:
            first = _enter(part, open_, token["operator"])
            continue
        first = _read_word(part, open_, token[0], first=first)
    return found + ([part.simple()] if part.words or part.opaque else [])


def _enter(part: _Part, open_: list[str], operator: str) -> bool:
    """Whether a command may begin after this operator; one that is no separator here."""
    if operator in "<>":
        part.redirected = True
        return False
    part.opaque = True
    if operator == "(":
        open_.append(")")
    elif open_[-1:] == [operator]:
        open_.pop()
    return True


def _read_word(part: _Part, open_: list[str], word: str, *, first: bool) -> bool:
    """Whether the next word may begin a command, too."""
    if open_[-1:] == [word]:
        open_.pop()
        return False
    if first and word in _CLOSING:
        part.opaque = True
        open_.append(_CLOSING[word])
        return word == "{" or word in ("if", "while", "until")
    if first and word in _BEFORE_COMMANDS:
        part.opaque = True
        return True
    if not open_:
        part.words.append(word)
    return False
