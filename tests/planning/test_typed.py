"""Texts of a manifest in the types that the server has."""

import json
from typing import Any

import pytest

from reconciler.planning.typed import TypeMismatch, typed


@pytest.mark.parametrize(
    ("written", "there", "value"),
    [
        ("5", 7, "5"),
        ("5.5", 7, "5.5"),
        ("-1", 0.5, "-1"),
        ("yes", False, "true"),
        ("Off", True, "false"),
        ("5", "x", '"5"'),
        ("5", None, '"5"'),
        (None, True, "null"),
        (["1", "2"], [7], "[1, 2]"),
        (["1", "2"], ["x", 7], '["1", 2]'),
        (["1"], [], '["1"]'),
        ([], [1], "[]"),
        ([{"b": "1"}], [{"a": "x"}, {"b": 2}], '[{"b": 1}]'),
        ({"a": {"b": "no"}}, {"a": {"b": True, "c": 1}}, '{"a": {"b": false}}'),
        ({"a": "1"}, None, '{"a": "1"}'),
    ],
)
def test_it_is_read_as_what_is_there(written: Any, there: Any, value: str) -> None:
    """Truth values and numbers are none of each other's."""
    assert json.dumps(typed(written, there)) == value


@pytest.mark.parametrize(
    ("written", "there", "path", "words"),
    [
        ("maybe", True, "", "must be true or false"),
        ("x", 1, "", "must be a number"),
        (["x"], "x", "", "must be a single value"),
        ("x", ["x"], "", "must be a list"),
        ("x", {}, "", "must be a mapping"),
        ({"b": "x"}, {"a": 1}, ".b", "is not there in Semaphore"),
        ({"a": ["1", "x"]}, {"a": [1]}, ".a.1", "must be a number"),
    ],
)
def test_what_does_not_fit_is_said_so(written: Any, there: Any, path: str, words: str) -> None:
    """With where it is inside."""
    with pytest.raises(TypeMismatch, match=words) as caught:
        typed(written, there)
    assert caught.value.path == path
