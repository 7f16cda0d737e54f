"""Values that Semaphore hides: what is known of them is told, and none is called equal unseen."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.hidden_values.conftest import NO_LEDGER, SECRET, House, documents


def test_nothing_remembered(house: House) -> None:
    """What nobody remembers is not known: it is told apart, and --rewrite writes it."""
    house.apply(*NO_LEDGER)
    for command in ("plan", "drift", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = house(command, *NO_LEDGER, *auto, value="two")
        assert (ran.code, "with 1 value not known" in ran.out) == (0, True), ran
        assert "db: not known: data.env_vars.T.value" in ran.out
    for command in ("plan", "drift"):
        told = documents(house(command, *NO_LEDGER, "--format", "json", value="two"))
        assert [value["path"] for value in told["unknown"]] == ["data.env_vars.T.value"]
        assert (told["assumed"], [a for a in told["unchanged"] if a.endswith("db")]) == ([], [])
    assert house("plan", *NO_LEDGER, "--detailed-exitcode", value="two").code == 0
    strict = house("plan", *NO_LEDGER, "--detailed-exitcode", "--strict", value="two")
    assert (strict.code, "Not enough for --strict: 1 value not known.\n" in strict.out) == (2, True)
    told = documents(house("drift", "--strict", *NO_LEDGER, "--format", "json", value="two"))
    assert (told["drifted"], told["failing"]) == (False, ["--strict: 1 value not known"])
    assert house("drift", *NO_LEDGER, "--strict", value="two").code == 2
    assert house.value() == "one"
    shown = house("plan", "--rewrite", "*Secret/*", *NO_LEDGER, value="two")
    assert "to be rewritten" in shown.out
    house.apply("--rewrite", "*Secret/*", value="two")
    assert house.value() == "two"
    looked = house("plan", "--strict", "--detailed-exitcode", value="two")
    assert (looked.code, "not known" in looked.out) == (0, False)


def test_what_becomes_assumed_is_named(house: House) -> None:
    """By the apply that makes it so, in text and as data, and by no other."""
    house.apply(*NO_LEDGER)
    (document,) = [json.loads(house.apply("--format", "json").out)]
    named = [f"{value['address']}: {value['path']}" for value in document["assumed"]]
    assert [name.rpartition("/")[2] for name in named] == ["db: data.env_vars.T.value"]
    assert document["plan"]["assumed"] == []
    assert json.loads(house.apply("--format", "json").out)["assumed"] == []


def test_a_rewrite_of_what_is_left_out(house: House) -> None:
    """What was asked for and would not be done is refused."""
    house.apply(*NO_LEDGER)
    for left_out in (("--exclude", "*Secret/*"), ("--exclude", "*db")):
        ran = house("plan", "--rewrite", "*Secret/*", *left_out, *NO_LEDGER, value="two")
        assert ran.code == 1, ran
        assert "--rewrite *Secret/*: --target and --exclude leave out all that" in ran.err
    assert house.value() == "one"


def test_adopted(house: House) -> None:
    """What was declared then is assumed, and says so; a later edit is a change, and is written."""
    house.apply(*NO_LEDGER)
    ran = house.apply()
    assert "db: not known: data.env_vars.T.value" in ran.out
    assert "Not ours so far; apply adopts them" in ran.out
    assert "From now on assumed to be as declared: 1 hidden value of what was adopted." in ran.out
    shown = house.ledger()
    assert "db: data.env_vars.T.value\n" in shown.split("assumed to be as declared: ")[1]
    again = house("plan", "--strict", "--detailed-exitcode")
    assert (again.code, "with 1 value assumed" in again.out) == (0, True)
    assert "db: assumed to be what was declared" in again.out
    assert "Not ours so far" not in again.out
    told = documents(house("plan", "--format", "json"))
    assert [value["path"] for value in told["assumed"]] == ["data.env_vars.T.value"]
    assert told["unknown"] == []
    assert house("plan", "--detailed-exitcode", value="two").code == 2
    ran = house.apply(value="two")
    assert "<secret from server> → <secret from env T>  changed here\n" in ran.out
    assert house.value() == "two"
    assert "not known" not in house("plan", value="two").out


def test_written_outside(house: House, place: Path) -> None:
    """The record shows that somebody wrote since: that is a difference, until it is written."""
    house.apply()
    (place / "m.yml").write_text((place / "m.yml").read_text().replace("replace: allow", ""))
    house.apply("--rewrite", "*Secret/*", "--allow-replace", *NO_LEDGER, value="theirs")
    assert house.value() == "theirs"
    for command in ("plan", "drift"):
        ran = house(command, "--no-values", "--format", "json")
        changes = documents(ran)["changes" if command == "plan" else "different"]
        assert [field["cause"] for field in changes[0]["fields"]] == ["written outside"]
    assert house("drift").code == 2
    refused = house("plan")
    assert (refused.code, "--allow-replace" in refused.out) == (4, True)
    house.apply("--allow-replace")
    assert house.value() == "one"
    assert house("drift", "--strict").code == 0


def test_an_unset_variable_is_no_hidden_value(house: House) -> None:
    """A plan fails that would write, compare or remember the value, and none that does neither."""
    assert house("plan", value=None).code == 1
    house.apply(*NO_LEDGER)
    for command in ("plan", "drift", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        assert house(command, *NO_LEDGER, *auto, value=None).code == 0
    assert house("plan", "--rewrite", "*Secret/*", *NO_LEDGER, value=None).code == 1
    for command in ("plan", "apply"):  # which would adopt it
        ran = house(command, *(["--auto-approve"] if command == "apply" else []), value=None)
        assert (ran.code, "env T is not set" in ran.err) == (1, True)
    ran = house("plan", "--no-values", "--strict", "--detailed-exitcode", value=None)
    assert (ran.code, "with 1 value not known" in ran.out) == (2, True)
    house.apply()
    ran = house("plan", value="two")
    assert "changed here" in ran.out
    ran = house("plan", value=None)
    assert (ran.code, "env T is not set" in ran.err) == (1, True)


def test_an_unset_variable_of_what_was_adopted(
    house: House, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one value something is known, of the other nothing: only the first is asked for."""
    monkeypatch.setenv("U", "nightjar-u")
    more = (place / "m.yml").read_text().replace("[{name: T", "[{name: U, value: u}, {name: T")
    (place / "m.yml").write_text(more)
    house.apply(*NO_LEDGER)
    (place / "m.yml").write_text(more.replace("value_from: {env: T}", "value_from: {live: keep}"))
    house.apply(value=None)
    (place / "m.yml").write_text(more)
    for command in ("plan", "drift", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = house(command, *auto, value=None)
        assert (ran.code, "with 1 value not known, 1 value assumed" in ran.out) == (0, True), ran


def test_the_command_that_makes_all_known(house: House, place: Path) -> None:
    """As it is documented, whichever secrets there are; what keeps a value is told how to spare."""
    page = Path(__file__).parents[3] / "docs/hidden-values.md"
    (line,) = re.findall(r"^ *reconciler (apply --rewrite .*)$", page.read_text(), re.MULTILINE)
    command = (*shlex.split(line), "--auto-approve")
    house.apply(*NO_LEDGER)
    assert house(*command, value="two").code == 0
    assert house.value() == "two"
    text = (place / "m.yml").read_text()
    assert house("plan", "--strict", "--detailed-exitcode", value="two").code == 0
    kept = text.replace("[{name: T, value_from: {env: T}}", "[{name: T, value_from: {live: keep}}")
    mixed = kept.replace("[{name: T", "[{name: U, value: nightjar-u}, {name: T")
    (place / "m.yml").write_text(mixed.replace("{live: keep}", "{env: T}"))
    house.apply(*NO_LEDGER, "--allow-replace")
    (place / "m.yml").write_text(mixed)
    ran = house(*command)
    assert (ran.code, "or leave the object out: --exclude " in ran.out) == (4, True), ran
    address = "Secret/db" if "kind: Secret\n" in text else "ProjectSecret/api/db"
    other = SECRET.replace("name: db", "name: other")
    (place / "m.yml").write_text(f"{mixed}---\n{other}")
    assert house("apply", "--auto-approve", *NO_LEDGER).code == 0
    ran = house(*command, "--exclude", address)
    assert ran.code == 0, ran
    assert "1 replaced" in ran.out


def test_one_that_was_made_and_could_not_be_read(house: House, broken: Callable[..., None]) -> None:
    """The answer told whose it is: it is known, and a later value is a change."""
    broken(action="answer", status=500, method="GET", path="*/secrets/*")
    assert house("apply", "--auto-approve").code == 3
    broken()
    looked = json.loads(house("plan", "--format", "json", "--strict").out)
    assert (looked["changes"], looked["unknown"], looked["adopted"]) == ([], [], [])
    house.apply("--allow-replace", value="two")
    assert house.value() == "two"


def test_what_is_made_and_not_answered_is_told_as_data(
    house: House, broken: Callable[..., None]
) -> None:
    """By the apply itself, in text and as data, and by the next plan."""
    broken(action="reset", when="after", method="POST", path="*/secrets")
    ran = house("apply", "--auto-approve", "--format", "json")
    (value,) = json.loads(ran.out)["unknown"]
    assert value["path"] == "data.env_vars.T.value"
    looked = json.loads(house("plan", "--format", "json").out)
    assert looked["unknown"] == [value]
