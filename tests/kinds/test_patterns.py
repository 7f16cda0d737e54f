"""Regular expressions that the server's PCRE takes, and what they are found in."""

import time
from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.kinds.patterns import check_regex, matches


@pytest.mark.parametrize(
    "pattern",
    [
        *(".*", "a|b", r"\d+", "(?<v>x)", "(?P<v>x)(?P=v)", "a(?i)b", "(?i:a)", "(?<=a|bc)d"),
        *("[[:alpha:]]+", "^[_[:alnum:]]+$", r"\p{L}+", r"\h", "a++", "(?>a)", "(?|a|b)", r"\Qx\E"),
        *("(*UTF8)a", r"\x{41}", r"\C", r"a\Kb", "(?(R)a|b)", "[[a]", "[a&&b]", ""),
        *(r"[\w-.]+", r"[a-\d]", r"[[:alpha:]-_]", r"\y", r"[\w-.][\d-x]\i" * 12),
    ],
)
def test_accepted(pattern: str) -> None:
    """All that PCRE reads, whether Python knows it or not."""
    check_regex(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        *("*", "(", "[a", "a{2,1}", "x)", "+a", "\\", "(?1)", "(?<=a+)b", "(?P=v)"),
        *("(?<n>[", r"\K[a-z", "[[:alpha:]", "(?>a", r"\p{Nonsense}", r"\u0041", r"\x{100}"),
        *("(" * 300 + ")" * 300, "a" * 70_000, r"[\w-.", r"[\w-.](", r"[\w-b-a]", r"\y("),
    ],
)
def test_refused(pattern: str) -> None:
    """What is wrong beside something that only PCRE knows, too; and what Python has alone."""
    with pytest.raises(ValueError, match=r"not a valid regular expression: [^;]"):
        check_regex(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^v[0-9]+$", "v1", True),
        ("^v[0-9]+$", "1", False),
        ("b", "abc", True),
        (r"^\d$", "٣", False),
        ("^.$", "é", False),
        ("é", "né", True),
        (r"^\x{41}\x42\x$", "AB\x00", True),
        (r"^\Q\x41\E\\x41$", r"\x41\x41", True),
        (r"^\p{L}$", "1", False),
        (r"^[\w-.]+$", "a-.b", True),
        (r"^[a-\d]+$", "a-1", True),
        (r"^[+-\d]+$", ",", False),
        (r"^\y[\i-k]$", "yj", True),
        ("(", "x", False),
    ],
)
def test_found(pattern: str, text: str, *, found: bool) -> None:
    """Searched, not anchored, and byte by byte, as the scheduler does."""
    assert found is matches(pattern, text)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(([a-z])+.)+[A-Z]$"])
def test_the_work_is_limited(pattern: str) -> None:
    """What takes too many steps is no match to the server, and comes to an end here."""
    begun = time.process_time()
    assert not matches(pattern, "a" * 4095 + "!")
    assert time.process_time() - begun < 10  # instead of years


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


@pytest.mark.parametrize(("field", "most"), [("regex_pattern", 512), ("default_value", 4096)])
def test_patterns_and_defaults_that_are_too_long(field: str, most: int) -> None:
    """Bytes are counted, and the last one that fits is taken (A 11)."""
    texts = {"regex_pattern": "é*e*", "default_value": "é"}
    for text in ("é" * (most // 2), "é" * (most // 2) + "e"):
        parts = texts | {field: text}
        if field == "regex_pattern":
            parts["default_value"] = ""
        if len(text.encode()) == most:
            KINDS["Schedule"].declared(_schedule(**parts))
            continue
        with pytest.raises(ValidationError, match=f"{field} is longer than {most} bytes"):
            KINDS["Schedule"].declared(_schedule(**parts))


def _whitelist(*values: str) -> None:
    repository = {"url": "git@github.com:acme/api.git", "whitelist": {"branches": values}}
    KINDS["Project"].declared({"metadata": {"name": "api"}, "spec": {"repository": repository}})


@pytest.mark.parametrize(
    "value", ["main", "feature/x", "2.10", "Grüße", "a.b-c_d", "/.*/", "/^release-[0-9]+$/", "//"]
)
def test_whitelisted(value: str) -> None:
    """Names that git allows, and patterns between slashes."""
    _whitelist("main", value)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        *((pattern, "not a valid regular expression") for pattern in ("/[/", "/(/", "/*/")),
        (
            "feature/*",
            r"no '\*' in a name; a pattern is written between slashes, like /\^feature/\.\*\$/",
        ),
        *((name, "begins or ends with a slash") for name in ("/main", "main/", "a//b", "/")),
        ("", "no branch or tag has an empty name"),
        *((name, "git allows no '") for name in ("a b", "a..b", "a~1", "a\nb", "a@{1}", "v?")),
        *((name, "git allows no part") for name in (".a", "a/.b", "a.lock", "a.lock/b", "a.")),
    ],
)
def test_not_whitelisted(value: str, why: str) -> None:
    """What breaks every push, or is in the list for nothing; a list in an answer is as it is."""
    with pytest.raises(ValidationError, match=why):
        _whitelist("main", value)
