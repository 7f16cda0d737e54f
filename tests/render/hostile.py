"""Plans in which everything that others can name wants to break out of where it stands."""

from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from reconciler.model import (
    Action,
    Address,
    Change,
    FieldChange,
    HiddenValue,
    Outcome,
    Place,
    Plan,
    Problem,
    Refusal,
    Result,
    Severity,
    Unread,
    ValueState,
)
from reconciler.model.plan import Failing

_PIECES = (
    "`", "``", "```", "~~~", "</details>", "</code>", "</script><script>alert(1)</script>",
    "<!--", "-->", "<img src=x onerror=y>", "@everyone", "@acme/owners", "#1", "GH-1", "!1",
    "![x](http://evil.test/a)", "[a](javascript:b)", "[x]: http://evil.test", "https://evil.test",
    "www.evil.test", "a@evil.test", "|", " | - |", "\n\n# big\n\n", "\n```\n", "> ", "- ", "1. ",
    "+", "* * *", "===", "&lt;", "&#64;", "\\", "*b*", "_i_", "~~s~~", "$x$", ":smile:", "\t",
    "\u202egnp", "\u2028", "\x00", "\x1b[31m", "\u200b", " ", "  ", "word", "it's", "(a)", "”",
    "{{ x }}", "{% raw %}", "\r\n", "a" * 255, "]]>", "<a@b.test>", "<https://evil.test>",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=5).map("".join)
_NAMES = TEXTS.filter(str.strip)
_VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
_PLACES = st.builds(Place, _NAMES, st.integers(0, 9), st.integers(0, 9))
_KINDS = st.sampled_from(["Secret", "Notification", "Dashboard"])
_ADDRESSES = st.builds(Address, _KINDS, st.just(""), _NAMES) | st.builds(
    Address, st.just("Schedule"), _NAMES, _NAMES
)


@st.composite
def fields(draw: st.DrawFn) -> FieldChange:
    if draw(st.booleans()):
        return FieldChange(draw(_NAMES), f"<secret {draw(TEXTS)}>", "<secret>", secret=True)
    return FieldChange(draw(_NAMES), draw(_VALUES), draw(_VALUES), cause=draw(TEXTS))


@st.composite
def changes(draw: st.DrawFn) -> Change:
    return Change(
        draw(st.sampled_from(Action)),
        draw(_ADDRESSES),
        None,
        None,
        tuple(draw(st.lists(fields(), max_size=3))),
        draw(TEXTS),
        draw(st.none() | _PLACES),
        tuple(draw(st.lists(_ADDRESSES, max_size=2))),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    def some(strategy: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(strategy, max_size=3)))

    severities = st.sampled_from(Severity)
    return Plan(
        changes=some(changes()),
        unchanged=some(_ADDRESSES),
        unmanaged=some(_ADDRESSES),
        hidden=some(st.builds(HiddenValue, _ADDRESSES, _NAMES, st.just(ValueState.UNKNOWN))),
        notes=some(st.builds(Problem, _PLACES, TEXTS, severities)),
        refusals=some(st.builds(Refusal, st.none() | _ADDRESSES, TEXTS, st.none() | _PLACES)),
        observed=some(changes()),
        unread=some(st.builds(Unread, st.just("Secret"), TEXTS, TEXTS)),
        failing=some(st.builds(Failing, TEXTS)),
        assuming=MappingProxyType({}),
    )


def outcomes(plan: Plan) -> st.SearchStrategy[tuple[Outcome, ...]]:
    each = [
        st.builds(Outcome, st.just(change), st.sampled_from(Result), TEXTS, TEXTS)
        for change in plan.changes
    ]
    return st.tuples(*each)
