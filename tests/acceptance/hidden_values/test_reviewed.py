"""A review covers hidden values: what was reviewed is assumed and written, or nothing is done."""

import json
from pathlib import Path

import pytest

from tests.acceptance.hidden_values.conftest import NO_LEDGER, PROJECT, House, documents


def test_expect_covers_adoption(house: House, place: Path) -> None:
    """What the reviewed plan did not name is not taken over, and its value not assumed."""
    house.apply(*NO_LEDGER)
    with_secret = (place / "m.yml").read_text()
    (place / "m.yml").write_text(PROJECT)
    house.apply()
    reviewed = json.loads(house("plan", "--format", "json").out)["fingerprint"]
    (place / "m.yml").write_text(with_secret)
    looked = json.loads(house("plan", "--format", "json").out)
    assert (looked["changes"], len(looked["adopted"])) == ([], 1)
    assert house("apply", "--auto-approve", "--expect", reviewed).code == 4
    assert json.loads(house("plan", "--format", "json").out)["adopted"] == looked["adopted"]
    house.apply("--expect", looked["fingerprint"])
    assert json.loads(house("plan", "--format", "json").out)["adopted"] == []


def test_expect_covers_values(house: House) -> None:
    """A name stands for the values that were reviewed, too; where it can't, it is refused."""
    ran = house("plan", "--format", "json", *NO_LEDGER)
    assert json.loads(ran.out)["fingerprint"] == ""
    assert house("apply", "--auto-approve", "--expect", "0" * 16, *NO_LEDGER).code == 4
    house.apply()
    name = json.loads(house("plan", "--format", "json", value="two").out)["fingerprint"]
    other = house("apply", "--auto-approve", "--expect", name, value="three")
    assert (other.code, house.value()) == (4, "one")
    other = house("apply", "--auto-approve", "--expect", name, "--format", "json", value="three")
    told = json.loads(other.out)
    assert (other.code, len(told["plan"]["changes"]), told["outcomes"]) == (4, 1, [])
    (refusal,) = told["plan"]["refusals"]
    assert f"not {name}" in refusal["text"]
    house.apply("--expect", name, value="two")
    assert house.value() == "two"


def _review(house: House, place: Path, how: str, value: str | None) -> tuple[str, ...]:
    """Plan, and return the arguments by which apply does just that."""
    if how == "expect":
        name = documents(house("plan", "--format", "json", value=value))["fingerprint"]
        return ("apply", "--auto-approve", "m.yml", "--expect", name)
    (place / "p.json").unlink(missing_ok=True)
    assert house("plan", "--out", "p.json", value=value).code == 0
    assert "nightjar" not in (place / "p.json").read_text()
    return ("apply", "--auto-approve", "p.json")


@pytest.mark.parametrize("how", ["expect", "saved"])
def test_a_review_covers_what_is_assumed(house: House, place: Path, how: str) -> None:
    """As what is written: another value than the one that was reviewed is none of it."""
    house.apply(*NO_LEDGER)
    (place / "other.yml").write_text(PROJECT)
    house.run("apply", "--auto-approve", "other.yml")
    apply = _review(house, place, how, "two")
    assert house.run(*apply, value=None).code == (1 if how == "expect" else 4)
    ran = house.run(*apply, value="three")
    assert ran.code == 4, ran
    if how == "saved":
        assert "db: a secret source gives another value than when it was reviewed" in ran.err
        assert "data.env_vars.T.value: assumed to be as declared" in ran.err
    told = documents(house("plan", "--format", "json"))
    assert [address.rpartition("/")[2] for address in told["adopted"]] == ["db"]
    assert house.run(*apply, value="two").code == 0
    told = documents(house("plan", "--format", "json", value="two"))
    assert (told["adopted"], len(told["assumed"])) == ([], 1)
    assert house("plan", "--detailed-exitcode", value="four").code == 2
    assert house.value() == "one"


def test_a_name_that_would_tell_what_is_assumed(house: House, place: Path) -> None:
    """Without a key it can't name the value, and names none; a saved plan needs none."""
    house.apply(*NO_LEDGER)
    assert documents(house("plan", "--format", "json"))["fingerprint"] == ""
    assert house("apply", "--auto-approve", "--expect", "0" * 16).code == 4
    assert house.run(*_review(house, place, "saved", "one"), value="two").code == 4


_NO_NAME = "and without the key of a ledger they can't be told apart"


def test_an_adoption_is_reviewed_by_its_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text and JSON tell it, or why there is none, though there is nothing to write."""
    house.apply(*NO_LEDGER)
    why = f"it takes secret values as declared, {_NO_NAME}"
    told = documents(house("plan", "--format", "json"))
    assert (told["changes"], told["fingerprint"], told["no_fingerprint"]) == ([], "", why)
    assert f"No fingerprint: {why}. Save the plan with --out instead.\n" in house("plan").out
    assert told["adopted"]
    monkeypatch.setenv("RECONCILER_LEDGER_KEY", "0123456789abcdef" * 2)
    told = documents(house("plan", "--format", "json"))
    name = told["fingerprint"]
    assert (told["changes"], told["no_fingerprint"]) == ([], "")
    said = f"Fingerprint {name}: apply --expect {name} does this or nothing.\n"
    assert said in house("plan").out
    house.apply("--expect", name)
    out = house("plan").out
    assert ("adopts" in out, "ingerprint" in out) == (False, False)


def test_why_a_plan_that_writes_values_has_no_name(house: House) -> None:
    """And what has no name is expected by none."""
    told = documents(house("plan", "--format", "json"))
    assert told["no_fingerprint"] == f"it writes secret values, {_NO_NAME}"
    assert f"No fingerprint: {told['no_fingerprint']}. Save" in house("plan").out
    ran = house("apply", "--auto-approve", "--expect", told["fingerprint"])
    assert ran.code == 64
    assert "--expect needs a fingerprint; `plan` says why it shows none." in ran.err
    house.apply()
    assert documents(house("plan", "--format", "json"))["no_fingerprint"] == ""


def test_a_saved_plan_adopts_what_it_names(house: House, place: Path) -> None:
    """What became somebody else's since, or what the ledger lost, is not taken over unseen."""
    house.apply()
    apply = _review(house, place, "saved", "one")
    assert json.loads((place / "p.json").read_text())["adopted"] == {}
    for file in (place / ".reconciler").glob("ledger*"):
        file.unlink()
    ran = house.run(*apply)
    assert (ran.code, "db: its adoption was not reviewed\n" in ran.err) == (4, True), ran


def test_a_name_by_a_key_of_the_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no ledger yet: a plan elsewhere, with the same key, has the same name."""
    monkeypatch.setenv("RECONCILER_LEDGER_KEY", "0123456789abcdef" * 2)
    name = json.loads(house("plan", "--format", "json").out)["fingerprint"]
    assert name
    assert house("apply", "--auto-approve", "--expect", name, value="two").code == 4
    house.apply("--expect", name)
    assert house.value() == "one"
    assert "not known" not in house("plan").out
