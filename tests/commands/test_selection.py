"""What --target and --exclude name: exactly one object, or all that a glob matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands.selection import Globs, Selection
from reconciler.errors import BadSettings
from reconciler.model import Address
from tests.model.test_address import ADDRESSES

PROD = Address("Notification", "", "[prod] alerts")
P = Address("Notification", "", "p alerts")
API = Address("Project", "", "api")


def _named(text: str, managed: set[Address], live: set[Address]) -> list[Address]:
    globs = Globs.of("--target", (text,), managed)
    globs.check(managed | live)
    return sorted(address for address in managed | live if address in globs)


@given(st.sets(ADDRESSES, min_size=1, max_size=6))
def test_an_address_that_was_printed_names_that_object_only(known: set[Address]) -> None:
    """Globs or not in it, control characters or not."""
    for address in known:
        assert _named(str(address), known, set()) == [address]
        taken = Selection.of((), (str(address),), known)
        assert {each for each in known if taken.has({each})} == known - {address}


def test_an_address_is_no_glob() -> None:
    """What would match others is the name of one."""
    assert _named("Notification/[prod] alerts", {PROD, P}, set()) == [PROD]
    assert _named("Notification/[prod] alerts", {P}, set()) == [P]
    assert _named("Notification/*", {PROD, P, API}, set()) == [PROD, P]
    assert _named("Notification/[[]prod] alerts", {P}, {PROD}) == [PROD]


def test_an_address_of_something_unmanaged_and_a_glob() -> None:
    """Which is meant is asked back."""
    with pytest.raises(BadSettings) as raised:
        _named("Notification/[prod] alerts", {P}, {PROD})
    assert str(raised.value) == (
        "--target Notification/[prod] alerts: that object is not managed, and as a glob this "
        "matches Notification/p alerts; to name it alone write [[] for [, [*] for *, and [?] for ?"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Project/ap", "no manifest declares this; did you mean 'Project/api'?"),
        ("Projct/*", "there is no kind 'Projct'; did you mean 'Project/*'?"),
        ("Zebra/*", "there is no kind 'Zebra'"),
        ("*/x", "nothing that is declared, remembered or live matches this"),
        ("*/ap", "nothing that is declared, remembered or live matches this"),
        ("", "no manifest declares this"),
        ("api", "no manifest declares this"),
    ],
)
def test_what_names_nothing_is_refused(text: str, said: str) -> None:
    """Typed without or with a glob, for any option."""
    with pytest.raises(BadSettings) as raised:
        Globs.of("--rewrite", (text,), {API, P}).check({API, P})
    assert str(raised.value) == f"--rewrite {text}: {said}"
