"""YAML that is written for people: whatever is in it, every reader reads the same."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.strict_yaml import read
from reconciler.render.yaml_text import scalar, yaml_text
from tests.laws.strategies.basics import HOSTILE

_TEXTS = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30
)
_KEYS = st.sampled_from(["name", "value", "value_from", "yes", "1.10", "a b"])
_DATA = st.recursive(
    _TEXTS | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)
_DOCUMENTS = st.dictionaries(_KEYS, _DATA, min_size=1, max_size=4)


def _as_text(value: Any) -> Any:
    """Return data as our reader has it: everything that is no mapping and no list is text."""
    match value:
        case dict():
            return {key: _as_text(inner) for key, inner in value.items()}
        case list():
            return [_as_text(inner) for inner in value]
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


@given(_DOCUMENTS)
def test_our_reader_reads_what_was_written(data: dict[str, Any]) -> None:
    """Every text, key, number and truth value, at every depth."""
    reading = read("x.yml", yaml_text(data).encode())

    assert reading.problems == ()
    assert [document.data for document in reading.documents] == [_as_text(data)]


@given(_DOCUMENTS)
def test_a_reader_that_guesses_types_reads_the_same(data: dict[str, Any]) -> None:
    """No text is taken for a number, a date or a truth value, as readers of YAML 1.1 like to."""
    assert yaml.safe_load(yaml_text(data)) == data


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("main", "main"),
        ("release/1.x", "release/1.x"),
        ("git@github.com:acme/shop.git", "git@github.com:acme/shop.git"),
        ("https://example.com/#top", "https://example.com/#top"),
        ("-x", "-x"),
        ("What customers see", "What customers see"),
        ("Grüße", "Grüße"),
        ("0 3 * * *", "0 3 * * *"),
        ("* * * * *", '"* * * * *"'),
        ("yes", '"yes"'),
        ("2.10", '"2.10"'),
        ("0755", '"0755"'),
        ("12:30", '"12:30"'),
        ("2026-01-31", '"2026-01-31"'),
        ("", '""'),
        ("it's", "it's"),
        ('"quoted"', "'\"quoted\"'"),
        (r"/^v\d+$/", r"/^v\d+$/"),
        ("a: b", '"a: b"'),
        ("bell\a", '"bell\\x07"'),
    ],
)
def test_quotes_are_where_they_are_needed(text: str, written: str) -> None:
    """A text is as plain as it can be."""
    assert scalar(text) == written


def test_lines_stay_lines() -> None:
    """A text of several lines is a block; where its value comes from stands on one line."""
    data = {
        "message": "first\n\n  second\n",
        "env_vars": [
            {"name": "TOKEN", "value_from": {"live": "keep"}},
            {"name": "X", "value": "a\nb"},
        ],
        "files": [],
    }

    assert yaml_text(data) == (
        "message: |\n  first\n\n    second\n"
        "env_vars:\n"
        "  - name: TOKEN\n    value_from: {live: keep}\n"
        "  - name: X\n    value: |-\n      a\n      b\n"
        "files: []\n"
    )
