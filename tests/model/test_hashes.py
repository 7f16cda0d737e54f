"""Hashes of values tell whether one in hand is that one, and of two others not whether they are."""

import hmac
from itertools import product

import pytest

from reconciler.model import Sealed
from reconciler.model.hashes import Hashes

KEY = bytes(range(32))
CANARY = Sealed("canary")
NAMES = pytest.mark.parametrize("name", ["", "f4b6ccc0"])


def older(value: str, name: str, key: bytes = KEY) -> str:
    """What versions made that had no salt."""
    made = hmac.new(key, value.encode(), "sha256").hexdigest()
    return f"{name}:{made}" if name else made


@NAMES
def test_it_tells_one_value_from_all_others(name: str) -> None:
    """With the salt that is in it, whatever they are the values of by now."""
    made = Hashes(KEY, name, "here").of([("a", CANARY), ("b", Sealed("other"))], "Secret", "db")
    for place in ("here", "there"):
        for hashes in (Hashes(KEY, name, place), Hashes(KEY, name)):
            assert hashes.is_value(made["a"], CANARY) is True
            assert hashes.is_value(made["b"], CANARY) is False
            assert hashes.is_value(made["a"], Sealed("canary ")) is False


@NAMES
def test_what_older_versions_made_is_compared(name: str) -> None:
    """Neither falsely changed nor falsely the same, and never made any more."""
    hashes = Hashes(KEY, name)
    there = {"a": older("canary", name), "b": older("canary", name)}
    assert hashes.is_value(there["a"], CANARY) is True
    assert hashes.is_value(there["a"], Sealed("other")) is False
    found = hashes.of([("a", CANARY), ("b", Sealed("other"))], "Secret", known=there)
    assert found == hashes.of([("a", CANARY), ("b", Sealed("other"))], "Secret")


def test_a_known_one_stays_while_it_is_of_the_same_value() -> None:
    """So that who looks at what was renamed has nothing new to write down."""
    hashes = Hashes(KEY)
    known = hashes.of([("a", CANARY)], "Secret", "old")
    assert hashes.of([("a", CANARY)], "Secret", "new", known=known) == known
    assert hashes.of([("a", Sealed("x"))], "Secret", "new", known=known) != known


@pytest.mark.parametrize(
    "hashed",
    [
        "",
        older("canary", "another1"),
        older("canary", ""),
        f":{'0' * 32}:{'0' * 64}",
        f"another1:{'0' * 32}:{'0' * 64}",
        f"f4b6ccc0:{'0' * 32}:{'0' * 64}:4",
    ],
)
def test_what_another_key_or_a_later_version_made_tells_nothing(hashed: str) -> None:
    """It is not known, which is neither the same nor changed."""
    assert Hashes(KEY, "f4b6ccc0").is_value(hashed, CANARY) is None


@pytest.mark.parametrize("sealed", [Sealed(), Sealed(keep=True), Sealed(md5="0" * 32)])
def test_without_a_value_or_a_key_nothing_is_known(sealed: Sealed) -> None:
    """And nothing is made."""
    (made,) = Hashes(KEY).of([("a", CANARY)]).values()
    assert Hashes(KEY).is_value(made, sealed) is None
    assert Hashes().is_value(made, CANARY) is None
    assert Hashes(KEY).of([("a", sealed)]) == Hashes().of([("a", CANARY)]) == {}
    assert KEY.hex() not in repr(Hashes(KEY))
    assert repr(KEY) not in repr(Hashes(KEY))


def test_equal_values_have_equal_hashes_nowhere() -> None:
    """Only where everything is the same, so that the same is written for the same."""
    abouts = list(product(["Secret", "ProjectSecret"], ["", "api"], ["db"], ["1", "2"], ["", "9"]))
    found = [
        made
        for place in ("", "a", "b")
        for about in abouts
        for made in Hashes(KEY, "", place).of([("a", CANARY), ("b", CANARY)], *about).values()
    ]
    assert len(set(found)) == len(found) == 3 * 16 * 2
    assert len({part for made in found for part in made.split(":")[1:]}) == 2 * len(found)
    assert Hashes(KEY, "", "a").of([("a", CANARY)], *abouts[0])["a"] in found


def test_nobody_has_a_value_hashed_under_a_salt_of_their_choice() -> None:
    """Not by a value that is like what is hashed: nor by an older version, which had none."""
    (made,) = Hashes(KEY).of([("a", CANARY)], "Secret").values()
    _, salt, digest = made.split(":")
    for chosen in (f"value\0{salt}\0canary", f"{salt}\0canary", f"{salt}canary", salt):
        assert digest not in older(chosen, "")
        for other in Hashes(KEY).of([("a", Sealed(chosen))], "Secret", "mine").values():
            assert digest not in other
