"""Regular expressions of clients: searched for with patience, but not for ever."""

import re
import signal
import time

import pytest

from reconciler.embedded.definitions.conditions import Facts, holds
from reconciler.embedded.regular import compiled, found

COSTLY = ["^(a+)+$", "^(a|a)*$", "(.*)*(.*)*x", ".*.*.*.*.*.*x"]


@pytest.mark.parametrize("pattern", COSTLY)
@pytest.mark.parametrize("whole", [False, True])
def test_gives_up_after_a_while(pattern: str, whole: bool) -> None:
    begun = time.process_time()
    assert not found(compiled(pattern), "a" * 4000 + "!", whole=whole)
    assert time.process_time() - begun < 10  # instead of years


def test_the_clock_is_left_as_it_was() -> None:
    """Whoever used the signal before gets it again, and none comes late."""
    rung = []
    before = signal.signal(signal.SIGVTALRM, lambda *_: rung.append(1))
    try:
        assert found(compiled("b$"), "ab")
        assert not found(compiled(COSTLY[0]), "a" * 4000 + "!")
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
        assert rung == []
        signal.raise_signal(signal.SIGVTALRM)
        assert rung == [1]
    finally:
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("pattern", ["(", "(?<=a+)b", "(" * 5000])
def test_what_cannot_be_read_matches_nothing(pattern: str) -> None:
    assert compiled(pattern) is None
    assert not found(compiled(pattern), "(")


def test_searched_or_matched_as_a_whole() -> None:
    assert found(re.compile("b"), "abc")
    assert not found(re.compile("b"), "abc", whole=True)


def test_a_condition_that_takes_for_ever_does_not_hold() -> None:
    facts = Facts(branch="a" * 4000 + "!")
    assert not holds("branch =~ '^(a+)+$'", facts)
    assert holds("branch =~ 'a!$'", facts)
