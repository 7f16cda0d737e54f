"""Regular expressions of clients: by the grammar of PCRE, and with an end to the search."""

import time

import pytest

from reconciler.embedded.definitions.conditions import Facts, holds
from reconciler.embedded.regular import compiles, found

COSTLY = ["^(a+)+$", "^(a|a)*$", "^(([a-z])+.)+[A-Z]$"]


@pytest.mark.parametrize("pattern", COSTLY)
@pytest.mark.parametrize("whole", [False, True])
def test_gives_up_after_a_while(pattern: str, whole: bool) -> None:
    begun = time.process_time()
    assert not found(pattern, "a" * 4000 + "!", whole=whole)
    assert time.process_time() - begun < 10  # instead of years


@pytest.mark.parametrize(
    "pattern",
    ["(", "(?<=a+)b", "(" * 5000, "(?<n>[", r"\K[a-z", r"\u0041", r"[\w-.", r"\y(", "a" * 70_000],
)
def test_what_cannot_be_read_matches_nothing(pattern: str) -> None:
    assert not compiles(pattern)
    assert not found(pattern, "(")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^[_[:alnum:]]+$", "a_1"),
        (r"^\x{41}$", "A"),
        (r"^a\K\d$", "a1"),
        ("^(?<v>x)(?P=v)$", "xx"),
        (r"^\Qa.b\E$", "a.b"),
        ("^(?|(a)|(b))\\1$", "bb"),
        (r"^\h\z", "\t"),
        (r"^[\w-.]+$", "a-.b"),
        (r"^[a-\d-z]+$", "a-1z"),
        (r"^[[:alpha:]-_]+$", "a-_"),
        (r"^\y[\i-k]$", "yj"),
        ("é", "né"),
    ],
)
def test_what_only_pcre_reads(pattern: str, text: str) -> None:
    assert compiles(pattern)
    assert found(pattern, text)


def test_bytes_are_what_counts() -> None:
    """The real servers compile without a word of Unicode: a digit is one of ten."""
    assert not found(r"^\d$", "٣")
    assert not found("^.$", "é")


def test_searched_or_matched_as_a_whole() -> None:
    assert found("b", "abc")
    assert not found("b", "abc", whole=True)
    assert found("a|abc", "abc", whole=True)


def test_a_condition_that_takes_for_ever_does_not_hold() -> None:
    facts = Facts(branch="a" * 4000 + "!")
    assert not holds("branch =~ '^(a+)+$'", facts)
    assert holds("branch =~ 'a!$'", facts)
