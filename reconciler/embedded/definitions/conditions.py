"""The language of `when`, read from left to right: `a or b and c` is `(a or b) and c` (D 12)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.embedded.definitions import elixir
from reconciler.embedded.definitions.model import When
from reconciler.embedded.definitions.words import Invalid, Sort, Word, split
from reconciler.embedded.regular import found

_DEEPEST = 50
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# These are shown as operators by the real parser, whatever they are.
_OPERATORS_TO_IT = frozenset({Sort.OPERATOR, Sort.JOINT, Sort.KEYWORD, Sort.STRING})
_AT_THE_END = "Invalid or incomplete expression at the end of the line."


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What keywords stand for; of branch, tag and pull request one is not empty.

    A pipeline has no result before it is over: only promotions may ask for one.
    """

    branch: str = ""
    tag: str = ""
    pull_request: str = ""
    result: str | None = None
    result_reason: str | None = None


Value = bool | str | float
Term = Callable[[Mapping[str, str | None]], Value]


def holds(when: When, facts: Facts) -> bool:
    """Raises Invalid for what cannot be read, and for a result where there is none."""
    return when if isinstance(when, bool) else _is_true(_read(when)(asdict(facts)))


def problem(tree: Mapping[str, Any]) -> str | None:
    """The first `when` in a definition that cannot be read, as Elixir prints it."""
    pipeline = {key: value for key, value in tree.items() if key != "promotions"}
    in_promotions = Facts(result="", result_reason="")
    for part, facts in (pipeline, Facts()), (tree.get("promotions", []), in_promotions):
        for place, when in _conditions(part, "#"):
            try:
                holds(when, facts)
            except Invalid as error:
                return elixir.string(f"Invalid 'when' condition on path '{place}': {error}")
    return None


def _conditions(tree: Any, path: str) -> Iterator[tuple[str, When]]:
    if isinstance(tree, dict) and isinstance(tree.get("when"), (str, bool)):
        yield f"{path}/when", tree["when"]
        return
    parts = tree.items() if isinstance(tree, dict) else []
    if isinstance(tree, list):
        parts = [(str(index), value) for index, value in enumerate(tree)]
    for key, value in parts:
        yield from _conditions(value, f"{path}/{key}")


def _read(text: str) -> Term:
    return _Reader(split(text)).whole()


def _is_true(value: Value) -> bool:
    """Every text but `false` counts as true, and every number that is not negative."""
    if isinstance(value, bool):
        return value
    return value != "false" if isinstance(value, str) else value >= 0


class _Reader:
    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    def whole(self) -> Term:
        term = self._expression()
        if self._next is not None:
            raise self._unexpected()
        return term

    @property
    def _next(self) -> Word | None:
        return self._words[self._at] if self._at < len(self._words) else None

    def _is(self, sort: Sort, value: str | None = None) -> bool:
        word = self._next
        return word is not None and word.sort is sort and value in (None, word.value)

    def _take(self, sort: Sort, value: str | None = None) -> Word:
        word = self._next
        if word is None or not self._is(sort, value):
            raise self._unexpected()
        self._at += 1
        return word

    def _unexpected(self) -> Invalid:
        word = self._next
        if word is None:
            line = self._words[-1].line if self._words else 1
            return Invalid(f"Syntax error on line {line}. - {_AT_THE_END}")
        kind = " operator" if word.sort in _OPERATORS_TO_IT else ""
        what = f"Invalid expression on the left of '{word.value}'{kind}."
        return Invalid(f"Syntax error on line {word.line}. - {what}")

    def _expression(self) -> Term:
        term = self._term()
        while self._is(Sort.JOINT):
            joint = self._take(Sort.JOINT).value
            term = _joined(joint, term, self._term())
        return term

    def _term(self) -> Term:
        word = self._next
        if word is None:
            raise self._unexpected()
        if self._is(Sort.MARK, "("):
            return self._in_parentheses()
        if word.sort is Sort.KEYWORD:
            return self._comparison(_keyword(self._take(Sort.KEYWORD).value), Sort.STRING)
        if word.sort is Sort.NAME:
            self._function()
            return self._compared(_always(value=True))
        value = self._constant()
        if word.sort is Sort.STRING and self._is(Sort.OPERATOR):
            return self._comparison(value, Sort.KEYWORD, Sort.STRING)
        return value

    def _in_parentheses(self) -> Term:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._unexpected()
        self._take(Sort.MARK, "(")
        term = self._expression()
        self._take(Sort.MARK, ")")
        self._depth -= 1
        return term

    def _comparison(self, left: Term, *sorts: Sort) -> Term:
        """With the other kind of operand on the right; two texts are what parameters leave."""
        operator = self._take(Sort.OPERATOR).value
        word = self._next
        if word is None or word.sort not in sorts:
            raise self._unexpected()
        self._at += 1
        right = _keyword(word.value) if word.sort is Sort.KEYWORD else _always(value=word.value)
        return _compared(operator, left, right)

    def _compared(self, left: Term) -> Term:
        """Only what a function gives may be compared with a whole term."""
        if not self._is(Sort.OPERATOR):
            return left
        operator = self._take(Sort.OPERATOR).value
        return _compared(operator, left, self._term())

    def _function(self) -> None:
        """There is no history here to look at: whatever is asked of it, it has changed."""
        name = self._take(Sort.NAME)
        self._take(Sort.MARK, "(")
        if not self._is(Sort.MARK, ")"):
            self._constants(")")
        self._take(Sort.MARK, ")")
        if name.value != "change_in":
            raise Invalid(f"Function with name '{name.value}' is not found.")

    def _constants(self, closing: str) -> None:
        while True:
            self._constant()
            if self._is(Sort.MARK, closing):
                return
            self._take(Sort.MARK, ",")

    def _constant(self) -> Term:
        word = self._next
        if word is None:
            raise self._unexpected()
        if word.sort is Sort.MARK and word.value in ("[", "{"):
            return self._collection(word.value)
        if word.sort not in (Sort.STRING, Sort.BOOLEAN, Sort.NUMBER):
            raise self._unexpected()
        self._at += 1
        if word.sort is Sort.NUMBER:
            return _always(value=float(word.value))
        return _always(value=word.value)

    def _collection(self, opening: str) -> Term:
        """A list or a map; one that is empty does not hold."""
        closing = _CLOSING[opening]
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._unexpected()
        self._take(Sort.MARK, opening)
        is_empty = self._is(Sort.MARK, closing)
        while not self._is(Sort.MARK, closing):
            if opening == "{":
                self._take(Sort.KEY)
            self._constant()
            if not self._is(Sort.MARK, closing):
                self._take(Sort.MARK, ",")
        self._take(Sort.MARK, closing)
        self._depth -= 1
        return _always(value=not is_empty)


def _always(*, value: Value) -> Term:
    return lambda _facts: value


def _keyword(name: str) -> Term:
    def term(facts: Mapping[str, str | None]) -> Value:
        value = facts[name]
        if value is None:
            raise Invalid(f"Missing value of keyword parameter '{name}'.")
        return value

    return term


def _joined(joint: str, left: Term, right: Term) -> Term:
    """Both sides are looked at, so that a mistake in one shows whatever the other says."""
    combine = all if joint == "and" else any
    return lambda facts: combine([_is_true(left(facts)), _is_true(right(facts))])


def _compared(operator: str, left: Term, right: Term) -> Term:
    compare = _COMPARISONS[operator]
    return lambda facts: compare(left(facts), right(facts))


def _matches(value: Value, pattern: Value) -> bool:
    """What a run does not have matches nothing, not even the expression for anything."""
    return bool(value) and found(str(pattern), str(value))


def _same(value: Value, other: Value) -> bool:
    """A boolean is its word."""
    return _plain(value) == _plain(other)


def _plain(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value


_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": _same,
    "!=": lambda value, other: not _same(value, other),
    "=~": _matches,
    "!~": lambda value, pattern: not _matches(value, pattern),
}
