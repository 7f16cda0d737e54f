"""Values that Semaphore hides: what is known of them is told, and none is called equal unseen."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, Ran
from tests.reliability.world import world

ORGANIZATION = ".reconciler/embedded.db"
PROJECT = """apiVersion: v1alpha
kind: Project
metadata: {name: api}
spec: {repository: {url: "git@github.com:acme/api.git", integration_type: github_app}}
---
"""
SECRET = """apiVersion: v1beta
kind: Secret
metadata: {name: db}
data: {env_vars: [{name: T, value_from: {env: T}}]}
reconciler: {replace: allow}
"""
OURS = """apiVersion: v1
kind: ProjectSecret
metadata: {name: db, project_id_or_name: api}
data: {env_vars: [{name: T, value_from: {env: T}}]}
reconciler: {replace: allow}
"""
NO_LEDGER = ("--ledger", "none")


@pytest.fixture(params=[SECRET, PROJECT + OURS], ids=["Secret", "ProjectSecret"])
def manifest(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["cloud", "ee", "ce"])
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class House:
    """One organization of an edition, one manifest with one hidden value."""

    def __init__(self, program: Program, patch: pytest.MonkeyPatch, edition: str) -> None:
        self._program = program
        self._patch = patch
        self._org = f"embedded:?edition={edition}"

    def __call__(
        self, *arguments: str, value: str | None = "one", files: tuple[str, ...] = ("m.yml",)
    ) -> Ran:
        """Run a command line with a value in the source, or without one."""
        if value is None:
            self._patch.delenv("T", raising=False)
        else:
            self._patch.setenv("T", f"nightjar-{value}")
        return self._program("--org", self._org, "-q", *arguments, *files)

    def run(self, *arguments: str, value: str | None = "one") -> Ran:
        """Run a command line that names its own files."""
        return self(*arguments, value=value, files=())

    def apply(self, *arguments: str, value: str | None = "one") -> Ran:
        ran = self("apply", "--auto-approve", *arguments, value=value)
        assert ran.code == 0, ran
        return ran

    def ledger(self) -> str:
        """Return what the ledger shows of all runs."""
        return self._program("--org", self._org, "ledger", "show").out

    def value(self) -> str:
        """Return what the server really has."""
        bodies = world(Path(ORGANIZATION)).bodies()
        (body,) = (b for (kind, _, name), b in bodies.items() if name == "db" and "Secret" in kind)
        return str(body["data"]["env_vars"][0]["value"]).removeprefix("nightjar-")


@pytest.fixture
def house(
    reconciler: Program, monkeypatch: pytest.MonkeyPatch, place: Path, manifest: str, edition: str
) -> House:
    (place / "m.yml").write_text(manifest)
    return House(reconciler, monkeypatch, edition)


def documents(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.out)
    return found


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
    assert "rewrite asked for" in shown.out
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
    page = Path(__file__).parents[2] / "docs/hidden-values.md"
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


def test_a_kept_value_is_not_written(house: House, place: Path) -> None:
    """Also where the refused plan would make the secret anew."""
    text = (place / "m.yml").read_text().replace("value_from: {env: T}", "value_from: {live: keep}")
    (place / "m.yml").write_text(text)
    ran = house("plan")
    assert (ran.code, "✎" in ran.out) == (4, False), ran
    (change,) = (
        c for c in documents(house("plan", "--format", "json"))["changes"] if "db" in c["name"]
    )
    assert not change["writes_secret"]


def test_a_value_that_is_kept(house: House, place: Path) -> None:
    """It is neither compared nor written; what would lose it is refused."""
    house.apply(*NO_LEDGER)
    kept = (place / "m.yml").read_text().replace("{env: T}", "{live: keep}")
    (place / "m.yml").write_text(kept)
    house.apply()
    ran = house("plan", "--strict", "--detailed-exitcode")
    assert (ran.code, "not known" in ran.out) == (0, False)
    more = kept.replace("[{name: T", "[{name: U, value: nightjar-u}, {name: T")
    (place / "m.yml").write_text(more)
    ran = house("plan", "--allow-replace")
    assert (ran.code, "keeps the live value of data.env_vars.T.value" in ran.out) == (4, True)
    (place / "m.yml").write_text(kept.replace("name: db", "name: new"))
    ran = house("plan")
    assert (ran.code, "keeps the live value of data.env_vars.T.value" in ran.out) == (4, True)
    assert house.value() == "one"


@pytest.mark.parametrize(
    ("base", "entry", "said"),
    [
        ("env_vars: [", "{name: U, value: u}, ", "data.env_vars.U with `value_from: "),
        (
            "files: [{path: /t, content: dA==}], env_vars: [",
            "{path: /u, content: dQ==}, ",
            "data.files./u with `content_from: ",
        ),
    ],
    ids=["variable", "file"],
)
def test_what_was_added_beside_a_value_that_is_kept(
    house: House, place: Path, base: str, entry: str, said: str
) -> None:
    """The refusal says how to go on, and each way does as it stands: nothing is to be done."""

    def written(text: str, *, kept: bool) -> None:
        values = r"(value|content)(: \w+=*|_from: {env: T})(?=})"
        keep = re.sub(values, r"\1_from: {live: keep}", text)
        (place / "m.yml").write_text(keep if kept else text)

    mine = (place / "m.yml").read_text().replace("env_vars: [", base)
    theirs = mine.replace("[{", f"[{entry}{{", 1)
    written(theirs, kept=False)
    house.apply(*NO_LEDGER)
    written(mine, kept=True)
    ran = house("plan")
    told = f"to keep what was added outside declare {said}{{live: keep}}`, "
    assert (ran.code, told in ran.out) == (4, True), ran
    spared = shlex.split(ran.out.rpartition("leave the object out: ")[2].partition("\n")[0])
    assert house("plan", "--detailed-exitcode", *spared).code == 0
    written(theirs, kept=True)
    ran = house("plan", "--strict", "--detailed-exitcode")
    assert ran.code == 0, ran


def test_a_value_that_is_no_longer_kept(house: House, place: Path) -> None:
    """Whoever says that it is theirs now has it written, or is told that it is not known."""
    house.apply(*NO_LEDGER)
    sourced = (place / "m.yml").read_text()
    (place / "m.yml").write_text(sourced.replace("{env: T}", "{live: keep}"))
    house.apply()
    (place / "m.yml").write_text(sourced)
    for _ in range(2):
        ran = house("plan", "--strict", "--detailed-exitcode", value="two")
        assert (ran.code, "with 1 value not known" in ran.out) == (2, True)
        house.apply(value="two")
    house.apply("--rewrite", "*Secret/*", value="two")
    assert house.value() == "two"


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
