"""The language of fixtures: what fits, what does not, and where."""

from typing import Any

import pytest

from tests.contract.patterns import differences, filled

NAMES = {"project": "8a3f9c1e-0000-4000-8000-000000000001", "count": 3}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("<uuid>", NAMES["project"]),
        ("<project>", NAMES["project"]),
        ("<count>", 3),
        ("Job <project> not found", f"Job {NAMES['project']} not found"),
        ("at <time>, <seconds>", "at 2019-10-14 12:11:47.824128Z, 1571083003"),
        ("<int>", 0),
        ("<any>", None),
        ("<unixtime>", 1571083003),
        ("<stamp>", {"seconds": 1571083003, "nanos": 0}),
        ({"a": 1, "...": "more"}, {"a": 1, "b": 2}),
        ({"a": "<absent>"}, {}),
        ([1, "..."], [1, 2, 3]),
    ],
)
def test_it_fits(wanted: Any, found: Any) -> None:
    """Names, patterns, and objects and lists that say that there is more."""
    assert list(differences(wanted, found, NAMES)) == []


@pytest.mark.parametrize(
    ("wanted", "found", "difference"),
    [
        ("<uuid>", "x", "it is 'x', not '<uuid>'"),
        ("1", 1, "it is 1, not '1'"),
        (1, True, "it is True, not 1"),
        (1, 1.0, "it is 1.0, not 1"),
        ("<int>", True, "it is True, not '<int>'"),
        ("<seconds>", 1571083003, "it is 1571083003, not '<seconds>'"),
        ("a.c", "abc", "it is 'abc', not 'a.c'"),
        ({"a": 1}, {"a": 1, "b": 2}, "it.b is too much"),
        ({"a": {"b": 1}}, {"a": {}}, "it.a.b is missing"),
        ({"a": "<absent>"}, {"a": None}, "it.a is there"),
        ([{"a": 1}], [{"a": 2}], "it.0.a is 2, not 1"),
        ([1], [1, 2], "it has 2 items, not 1"),
    ],
)
def test_it_does_not_fit(wanted: Any, found: Any, difference: str) -> None:
    """Types count, and so does what was not asked for."""
    assert list(differences(wanted, found, NAMES)) == [difference]


def test_parts_fit_in_part() -> None:
    """Keys that are not named don't matter then; items of lists do."""
    assert list(differences({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, {}, part=True)) == []
    assert list(differences([], [1], {}, part=True)) == ["it has 1 items, not 0"]


def test_names_are_filled_in() -> None:
    """Anywhere; alone they keep their type."""
    assert filled({"a <count>": ["<count>", "no. <count>", None]}, NAMES) == {
        "a 3": [3, "no. 3", None]
    }
    with pytest.raises(KeyError):
        filled("<nobody>", {})
