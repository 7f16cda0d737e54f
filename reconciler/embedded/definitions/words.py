"""The words of the language of `when`: what an expression is cut into."""

import re
from dataclasses import dataclass
from enum import Enum


class Invalid(Exception):
    """The expression cannot be read; the argument is the real server's sentence about it."""


class Sort(Enum):
    OPERATOR = "a comparison"
    JOINT = "and, or"
    KEYWORD = "something a run has"
    STRING = "text in single quotes"
    BOOLEAN = "true, false"
    NUMBER = "an integer or a decimal number"
    NAME = "the name of a function"
    KEY = "a key of a map, with its colon"
    MARK = "a bracket or a comma"


@dataclass(frozen=True)
class Word:
    """In lower case where the language does not tell the two apart; texts without quotes."""

    sort: Sort
    value: str
    line: int


_KEYWORDS = "branch|tag|pull_request|result|result_reason"
# Words are in lower case or in upper case, never in both, and the longest match counts.
_SORTS = (
    (Sort.OPERATOR, r"=~|!~|!=|="),
    (Sort.JOINT, r"(?:and|AND|or|OR)(?![\w-])"),
    (Sort.KEYWORD, rf"(?:{_KEYWORDS}|{_KEYWORDS.upper()})(?![\w:-])"),
    (Sort.BOOLEAN, r"(?:true|TRUE|false|FALSE)(?![\w:-])"),
    (Sort.STRING, r"'[^']+'"),
    (Sort.NUMBER, r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"),
    (Sort.KEY, r"[a-zA-Z][a-zA-Z0-9_-]*:"),
    (Sort.NAME, r"[a-zA-Z][a-zA-Z0-9_-]*"),
    (Sort.MARK, r"[()\[\]{},]"),
)
_WORD = re.compile("|".join(f"(?P<{sort.name}>{pattern})" for sort, pattern in _SORTS), re.ASCII)
_BLANK = re.compile(r"[ \t\n\r]+")
_UNREADABLE = re.compile(r"!.?|'[^']*'?|-.?|.", re.DOTALL)
_SMALL = frozenset({Sort.JOINT, Sort.KEYWORD, Sort.BOOLEAN})


def split(text: str) -> list[Word]:
    """Raises Invalid."""
    words: list[Word] = []
    at, line = 0, 1
    while at < len(text):
        if blank := _BLANK.match(text, at):
            line += blank[0].count("\n")
            at = blank.end()
            continue
        found = _WORD.match(text, at)
        if found is None:
            bad = _UNREADABLE.match(text, at)
            shown = "" if bad is None else bad[0]
            raise Invalid(f"Lexical error on line {line}. - Illegal characters: '{shown}'.")
        sort = Sort[found.lastgroup or ""]
        words.append(Word(sort, _value(sort, found[0]), line))
        line += found[0].count("\n")
        at = found.end()
    return words


def _value(sort: Sort, text: str) -> str:
    if sort is Sort.STRING:
        return text[1:-1]
    return text.lower() if sort in _SMALL else text
