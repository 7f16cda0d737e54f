"""Words of a server lose what we sent, whole, escaped or cut; what is no secret stays."""

import html
import json
from urllib.parse import quote, quote_plus

import pytest

from reconciler.remote.answers import failure
from reconciler.remote.masking import masked

VALUE = 'one "é" & <two> three'


@pytest.mark.parametrize(
    "said",
    [
        VALUE,
        json.dumps(VALUE)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1],
        ascii(VALUE)[1:-1],
        html.escape(VALUE),
        quote(VALUE, safe=""),
        VALUE[:9],
        VALUE[-8:],
        VALUE[3:15],
    ],
)
def test_in_any_spelling_and_in_part(said: str) -> None:
    """The value as formats escape it, its beginning, its end and its middle."""
    assert masked(f"bad [{said}]!", [VALUE]) == "bad [***]!"


def test_what_stays() -> None:
    """Short parts occur by chance, and a blank value is no value."""
    assert masked("one two three", [VALUE, " ", ""]) == "one two three"
    assert masked("the value is 42, not 420", ["42"]) == "the value is ***, not 420"
    assert masked("", [VALUE]) == ""


SHORT = "p\"#{w}\\'+"


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(json.dumps(SHORT)[1:-1])[1:-1],
        json.dumps(SHORT)[1:-1].replace("#{", "\\#{"),
        html.escape(SHORT).replace("&#x27;", "&#39;"),
        quote_plus(SHORT),
    ],
)
def test_too_short_for_parts(said: str) -> None:
    """A value of which no long part stays as it is: JSON in JSON, Elixir, other HTML, a form."""
    assert masked(f"bad [{said}]!", [SHORT]) == "bad [***]!"


@pytest.mark.parametrize("before", range(8))
def test_no_beginning_of_a_value_at_the_end(before: int) -> None:
    """Wherever we cut long words, what is left of a short value there is no clue to it."""
    long, short = "Zz9Yy8Xx" * 400, "hunter2x"
    text = f"bad {long[: 2400 - 4 - before]}{short} and more"
    page = f"<html><title>{'x' * (72 + before)}{short} and more</title></html>"
    for said in (text, page):
        error = failure("POST", "/x", 422, {}, said, hide=[long, short])
        assert "hun" not in str(error)
