"""The language of `when`: comparisons of keywords with texts, joined by `and` and `or`."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.embedded.definitions import elixir
from reconciler.embedded.definitions.model import When
from reconciler.embedded.regular import compiled, found

_TOKENS = re.compile(
    r"""\s*(?:
    (?P<string>'[^']*'|"[^"]*")
    | (?P<operator>=~|!~|!=|=)
    | (?P<mark>[()\[\]{},:])
    | (?P<number>[-+]?\d+(?:\.\d+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_.-]*)
    )""",
    re.VERBOSE,
)
_DEEPEST = 50
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Invalid(Exception):
    """The expression cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What keywords stand for; of branch, tag and pull request one is not empty."""

    branch: str = ""
    tag: str = ""
    pull_request: str = ""
    result: str = ""
    result_reason: str = ""


Test = Callable[[dict[str, str]], bool]


def holds(when: When, facts: Facts) -> bool:
    """Raises Invalid for what cannot be read."""
    return when if isinstance(when, bool) else _read(when)(asdict(facts))


def problem(tree: Any, path: str = "#") -> str | None:
    """The first `when` in a definition's tree that cannot be read, as Elixir prints it."""
    if isinstance(tree, dict):
        parts = [(f"{path}/{key}", value) for key, value in tree.items()]
    elif isinstance(tree, list):
        parts = [(f"{path}/{index}", value) for index, value in enumerate(tree)]
    else:
        return None
    for place, value in parts:
        found = _unreadable(value, place) or problem(value, place)
        if found is not None:
            return found
    return None


def _unreadable(value: Any, place: str) -> str | None:
    if not isinstance(value, str) or not place.endswith("/when"):
        return None
    try:
        _read(value)
    except Invalid as error:
        what = f"Invalid 'when' condition on path '{place}': Syntax error on line 1. - {error}"
        return elixir.string(what)
    return None


def _read(text: str) -> Test:
    return _Reader(_split(text)).whole()


def _split(text: str) -> list[str]:
    tokens, at = [], 0
    end = len(text.rstrip())
    while at < end:
        found = _TOKENS.match(text, at)
        if found is None:
            raise Invalid(f"Illegal characters: '{text[at:].strip()[:1]}'.")
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


class _Reader:
    """Reads tokens from left to right; `and` binds closer than `or`."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Test:
        test = self._any()
        if self._next():
            raise Invalid(f"Unexpected '{self._next()}'.")
        return test

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        if not token:
            raise Invalid("Invalid or incomplete expression at the end of the line.")
        self._at += 1
        return token

    def _any(self) -> Test:
        tests = [self._all()]
        while self._next().lower() == "or":
            self._take()
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda facts: any(test(facts) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._next().lower() == "and":
            self._take()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda facts: all(test(facts) for test in tests)

    def _one(self) -> Test:
        first = self._take()
        if first == "(":
            self._deeper()
            test = self._any()
            if self._take() != ")":
                raise Invalid("Missing ')'.")
            self._depth -= 1
            return test
        if first.lower() in ("true", "false"):
            value = first.lower() == "true"
            return lambda _facts: value
        if self._next() == "(":
            return self._function(first)
        return self._comparison(first)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Invalid("Too many parentheses.")

    def _function(self, name: str) -> Test:
        """There is no history here to look at, so everything counts as changed."""
        if name != "change_in":
            raise Invalid(f"Function with name '{name}' is not defined.")
        self._skip_group()
        return lambda _facts: True

    def _skip_group(self) -> None:
        waiting = [_CLOSING[self._take()]]
        while waiting:
            token = self._take()
            if token in _CLOSING:
                waiting.append(_CLOSING[token])
            elif token in _CLOSING.values() and token != waiting.pop():
                raise Invalid(f"Unexpected '{token}'.")

    def _comparison(self, left: str) -> Test:
        operator, right = self._take(), self._take()
        keyword, text = (right, left) if _is_text(left) else (left, right)
        if operator not in _OPERATORS or _is_text(keyword) or not _is_text(text):
            raise Invalid(f"Invalid expression on the left of '{operator}' operator.")
        compare, expected = _OPERATORS[operator], text[1:-1]
        return lambda facts: compare(facts.get(keyword, ""), expected)


def _is_text(token: str) -> bool:
    return token[:1] in ("'", '"')


def _matches(value: str, pattern: str) -> bool:
    """What a run does not have matches nothing, not even the expression for anything."""
    return bool(value) and found(compiled(pattern), value)


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, text: value == text,
    "!=": lambda value, text: value != text,
    "=~": _matches,
    "!~": lambda value, pattern: not _matches(value, pattern),
}
