"""drift --absorb --unmanaged fail: what it ends with is what is left."""

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, seeded

BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: NAME}\n"
ABSORB = ("drift", "m", "--unmanaged", "fail", "--absorb")


@pytest.fixture
def beside(local: Program, place: Path) -> Program:
    """One dashboard is ours, another one is not."""
    (place / "m").mkdir()
    (place / "m/a.yml").write_text(BOARD.replace("NAME", "a"))
    applied(local, "m")
    seeded(local, place, BOARD.replace("NAME", "b"))
    return local


@pytest.mark.parametrize("form", ["text", "json"])
def test_all_gets_a_manifest(beside: Program, form: str) -> None:
    """Then there is nothing undeclared left, and the exit code says so."""
    ran = beside(*ABSORB, "--auto-approve", "--format", form)
    assert (ran.code, Path("m/organization/dashboards/b.yml").exists()) == (0, True), ran
    if form == "json":
        said = json.loads(ran.out)
        assert (said["unmanaged"], said["absorbed"]["left"]) == (["Dashboard/b"], [])
    assert beside("drift", "m", "--unmanaged", "fail").code == 0


def test_some_is_left(beside: Program) -> None:
    """It is not named, it has no place, or it is not wanted."""
    assert beside(*ABSORB, "Dashboard/a", "--auto-approve").code == 2
    assert beside(*ABSORB).code == 4
    Path("m/organization/dashboards/b.yml").mkdir(parents=True)
    ran = beside(*ABSORB, "--auto-approve", "--format", "json")
    (left,) = json.loads(ran.out)["absorbed"]["left"]
    assert (ran.code, left["address"]) == (2, "Dashboard/b")
