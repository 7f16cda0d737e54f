"""How single values look."""

from typing import Any

import pytest

from reconciler.render.values import (
    MOST_LINES,
    cut,
    difference,
    folded,
    inline,
    lines,
    printable,
)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("main", "main"),
        ("https://api.acme.test/x?y=1", "https://api.acme.test/x?y=1"),
        ('"0 1 * * *"', "0 1 * * *"),
        ('""', ""),
        ('"true"', "true"),
        ("true", True),
        ('"1.10"', "1.10"),
        ("7", 7),
        ('"~"', "~"),
        ("null", None),
        ('"say \\"hi\\""', 'say "hi"'),
        ("[]", []),
        ('[a, "b c", {k: v}]', ["a", "b c", {"k": "v"}]),
        ("{}", {}),
        ('"(none)"', "(none)"),
    ],
)
def test_one_line(expected: str, value: Any) -> None:
    """A value on one line can't be mistaken for one of another type."""
    assert expected == inline(value)


def test_terminal_is_not_obeyed() -> None:
    """Control characters, bidirectional overrides and lone surrogates are written out."""
    assert printable("\x1b[2J\u202e\ud800\n\t") == "\\u001b[2J\\u202e\\ud800\\n\\t"
    assert inline("\x1b[31mred") == '"\\u001b[31mred"'


def test_nested_data_is_indented() -> None:
    """What does not fit has its parts below it; a list has no dashes, for these mark what goes."""
    value = [{"name": "a", "notify": {"slack": {"channels": ["x"]}}}, {"name": "b", "cc": []}]
    assert lines(value, 30) == [
        "• name: a",
        "  notify:",
        "    slack: {channels: [x]}",
        "• {name: b, cc: []}",
    ]
    assert lines({"slack": {"message": "one\ntwo"}, "cc": []}, 30) == [
        "slack:",
        "  message:",
        "    one",
        "    two",
        "cc: []",
    ]


def test_what_fits_is_on_one_line() -> None:
    """Also where another value stands beside it; and as lines where one of both has to."""
    assert lines(["main", "/release-.*/"], 30) == ["[main, /release-.*/]"]
    assert difference(["a"], ["a", "b"], 30) == ["- [a]", "+ [a, b]"]
    assert difference(["a"], ["a", "b" * 30], 30) == ["  • a", f"+ • {'b' * 30}"]


def test_long_lines_are_folded_and_nothing_is_lost() -> None:
    """A line longer than the room goes on below."""
    found = [*folded(lines("x" * 25, 10), 10)]
    assert found == ["x" * 10, "    " + "x" * 6, "    " + "x" * 6, "    xxx"]


def test_many_lines_are_cut_with_a_hint() -> None:
    """A huge text is cut, and says where all of it is."""
    found = cut(lines("\n".join(map(str, range(500))), 80))
    assert len(found) == MOST_LINES
    assert found[-1] == "… 441 more lines, all of them in --format json"


def test_difference_keeps_a_little_context() -> None:
    """Only the lines around a difference are shown."""
    old = [str(n) + "x" for n in range(20)]
    new = [*old[:10], "new", *old[11:]]
    assert difference(old, new, 40) == [
        "  … 8 lines alike",
        "  • 8x",
        "  • 9x",
        "- • 10x",
        "+ • new",
        "  • 11x",
        "  • 12x",
        "  … 7 lines alike",
    ]
