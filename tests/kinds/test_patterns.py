"""Regular expressions that the server's PCRE takes, and what they are found in."""

from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.kinds import KINDS
from reconciler.kinds.fields import check_regex, may_match
from reconciler.kinds.kind import settle


@pytest.mark.parametrize(
    "pattern",
    [
        *(".*", "a|b", r"\d+", "(?<v>x)", "(?P<v>x)(?P=v)", "a(?i)b", "(?i:a)", "(?<=a|bc)d"),
        *("[[:alpha:]]+", r"\p{L}+", r"\h", "a++", "(?>a)", "(?|a|b)", r"\Qx\E", "(*UTF8)a"),
        *("[[a]", "[a&&b]"),
    ],
)
def test_accepted(pattern: str) -> None:
    """Also what Python's own dialect does not know, and what it warns of."""
    check_regex(pattern)


@pytest.mark.parametrize("pattern", ["*", "(", "[a", "a{2,1}", "x)", "+a"])
def test_refused(pattern: str) -> None:
    """What is wrong in every dialect."""
    with pytest.raises(ValueError, match="not a valid regular expression"):
        check_regex(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^v[0-9]+$", "v1", True),
        ("^v[0-9]+$", "1", False),
        ("b", "abc", True),
        (r"^\d$", "٣", False),
        (r"^\p{L}$", "1", True),
        ("(", "x", True),
    ],
)
def test_found(pattern: str, text: str, *, found: bool) -> None:
    """Searched, not anchored; where only PCRE knows, it may be."""
    assert found is may_match(pattern, text)


def _schedule(**parameter: Any) -> dict[str, Any]:
    told = {"name": "X", "required": True, "validate_input_format": True}
    spec = {
        "recurring": False,
        "reference": {"type": "BRANCH", "name": "main"},
        "pipeline_file": "a.yml",
        "parameters": [told | parameter],
    }
    return {"metadata": {"name": "n"}, "spec": spec}


def test_a_default_has_to_match() -> None:
    """The server refuses it, so it is refused before (A 2.2)."""
    kind = KINDS["Schedule"]
    kind.declared(_schedule(regex_pattern="^v", default_value="v1"))
    kind.declared(_schedule(regex_pattern="^v", default_value=""))
    with pytest.raises(ValidationError, match="default_value does not match"):
        kind.declared(_schedule(regex_pattern="^v", default_value="1"))


def test_a_default_may_match_no_more() -> None:
    """A manifest that changes only one of the two is held against what is live."""
    spec = KINDS["Schedule"].observed(_schedule(regex_pattern="^v", default_value="1"))
    assert "parameter 'X': default_value does not match" in KINDS["Schedule"].unwritable(
        settle(spec)
    )


@pytest.mark.parametrize("field", ["pipeline_file", "at", "reference"])
def test_texts_wider_than_their_column(field: str) -> None:
    """The scheduler's columns hold 255 characters (A 11)."""
    section = _schedule(regex_pattern="x")
    wide: dict[str, Any] = {"pipeline_file": "p" * 256, "at": "0," * 130 + "0"}
    wide |= {"reference": {"type": "BRANCH", "name": "b" * 250}}
    section["spec"][field] = wide[field]
    with pytest.raises(ValidationError, match="is longer than 255 characters"):
        KINDS["Schedule"].declared(section)
