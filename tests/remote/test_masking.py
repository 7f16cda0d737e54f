"""Words of a server lose what we sent, whole, escaped or cut; what is no secret stays."""

import html
import json
from urllib.parse import quote

import pytest

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
