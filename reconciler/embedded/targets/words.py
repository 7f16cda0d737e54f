"""The enumerations of targets and how the words of a request become their members (C 1.5)."""

import re
from typing import Any

from reconciler.embedded.replies import Crash
from reconciler.embedded.texts import integer
from reconciler.embedded.verification import internal_error, refused

# The position of a word is its number.
SUBJECT_TYPES = ("USER", "ROLE", "GROUP", "AUTO", "ANY")
OBJECT_TYPES = ("BRANCH", "TAG", "PR")
MATCH_MODES = ("ALL", "EXACT", "REGEX")
CURSOR_TYPES = ("FIRST", "AFTER", "BEFORE")

# The real server looks a word up in one table of all the words it has ever heard of.
_ALL = frozenset((*SUBJECT_TYPES, *OBJECT_TYPES, *MATCH_MODES, *CURSOR_TYPES, ""))
_LEADING_INTEGER = re.compile(r"[+-]?[0-9]+")

Word = str | int | None


def parse(given: Any) -> Word:
    """A known word in upper case, or a number; crashes on words nobody knows."""
    if isinstance(given, bool):
        return str(given).upper()  # a word, though of no enumeration
    if given is None or isinstance(given, int):
        return given
    if not isinstance(given, str):
        raise Crash("neither a word nor a number")
    number = _LEADING_INTEGER.match(given)
    if number is not None:
        return integer(number[0])
    if given.upper() not in _ALL:
        raise Crash("an unknown word")
    return given.upper()


def member(word: Word, words: tuple[str, ...]) -> str:
    """The word as it is kept; one of another enumeration cannot even be sent (C 1.5)."""
    if isinstance(word, int):
        if word not in range(len(words)):
            raise refused(400, "Changeset error")
        return words[word]
    if word not in words:
        raise internal_error()
    return word
