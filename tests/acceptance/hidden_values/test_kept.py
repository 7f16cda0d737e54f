"""Values that a manifest leaves as they are live: neither compared nor written, nor lost."""

import re
import shlex
from pathlib import Path

import pytest

from tests.acceptance.hidden_values.conftest import NO_LEDGER, House, documents


def test_a_kept_value_is_not_written(house: House, place: Path) -> None:
    """Also where the refused plan would create the secret again."""
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
