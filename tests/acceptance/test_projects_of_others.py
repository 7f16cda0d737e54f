"""Manifests of what is in a project that others declare: which project that is, its id tells."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.renaming import PROJECT, SCHEDULE, SECRET, TARGET
from tests.reliability.world import world

POLICY = """apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: home}
spec: {project_level_retention_policies: [{selector: "/**", age: "7 days"}]}
"""
BOARD = """apiVersion: v1alpha
kind: Dashboard
metadata: {name: d}
spec: {widgets: [{name: w, type: list_workflows, filters: {project_id: home}}]}
"""
INSIDE = "---\n".join([POLICY, *(text.replace("NAME", "x") for text in (SCHEDULE, SECRET, TARGET))])
HOME = PROJECT.replace("NAME", "home")
MOVED = PROJECT.replace("NAME", "moved") + "reconciler: {renamed_from: home}\n"
ALSO = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: keep}\n"


class House:
    """What we have in ``home``, a project of others, whose manifests and ledger are theirs."""

    def __init__(self, local: Program, place: Path) -> None:
        self.local, self.place = local, place

    def __call__(self, *arguments: str) -> Any:
        return self.local(*arguments, "m.yml")

    def others(self, *docs: str) -> None:
        seeded(self.local, self.place, "---\n".join(docs))

    def declare(self, *docs: str) -> None:
        (self.place / "m.yml").write_text("---\n".join(docs))

    def bodies(self) -> Any:
        return world(self.place / ".reconciler/embedded.db").bodies()

    def told(self, *arguments: str) -> Any:
        return document(self.local, *arguments, "m.yml")


@pytest.fixture
def house(local: Program, place: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("T", "nightjar-1")
    house = House(local, place)
    house.others(HOME)
    house.declare(ALSO, INSIDE, BOARD)
    applied(local, "m.yml")
    return house


def test_renamed(house: House) -> None:
    """All commands say where it is now."""
    house.others(MOVED)
    for command in ("plan", "drift", "apply"):
        ran = house(command)
        assert ran.code == 1
        for each in ("Schedule/home/x", "Dashboard/d", "ArtifactsRetentionPolicy/home"):
            assert (
                f"{each} needs project 'home', which was renamed outside, and is 'moved' now; "
                "write that"
            ) in ran.err


def test_renamed_and_what_is_in_it_is_declared_no_longer(house: House) -> None:
    """It is still ours."""
    house.others(MOVED)
    house.declare(ALSO)
    assert "somebody deleted" not in house("plan").out
    shown = house.told("plan", "--prune")
    assert {each["address"] for each in shown["changes"]} == {
        *("Dashboard/d", "DeploymentTarget/moved/x", "ProjectSecret/moved/x", "Schedule/moved/x")
    }


def test_renamed_and_followed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its new name what is in it is what it was: a rotated value is a change."""
    house.others(MOVED)
    monkeypatch.setenv("T", "nightjar-2")
    house.declare(ALSO, INSIDE.replace("home", "moved"), BOARD.replace("home", "moved"))
    shown = house.told("plan")
    assert [(each["address"], each["action"]) for each in shown["changes"]] == [
        ("ProjectSecret/moved/x", "replace")
    ]
    assert shown["adopted"] == []
    applied(house.local, "m.yml")
    house.declare(ALSO)
    pruned = {each["address"] for each in house.told("plan", "--prune")["changes"]}
    assert "ProjectSecret/moved/x" in pruned


@pytest.mark.parametrize("where", ["moved", "deleted"])
def test_another_has_its_name(house: House, where: str) -> None:
    """Nothing is made in that one, nor changed, until we are told to."""
    gone = HOME + "reconciler: {absent: true}\n"
    house.others(MOVED if where == "moved" else gone)
    house.others(HOME.replace("api.git", "other.git"))
    there = house.bodies()
    for command in ("plan", "drift", "apply"):
        ran = house(command, *(["--auto-approve"] if command == "apply" else []))
        assert ran.code == 4, ran
    refused = {each["address"] for each in house.told("plan")["refusals"]}
    assert refused == {
        *("ArtifactsRetentionPolicy/home", "Dashboard/d", "DeploymentTarget/home/x"),
        *("ProjectSecret/home/x", "Schedule/home/x"),
    }
    assert house.bodies() == there
    if where == "moved":
        house.declare(ALSO, INSIDE.replace("home", "moved"), BOARD.replace("home", "moved"))
    else:
        command = house("plan").out.split("first `reconciler forget ")[1]
        addresses = command.partition("`")[0].split()
        assert house.local("forget", *addresses).code == 0
    applied(house.local, "m.yml")


def test_what_was_in_a_project_is_forgotten_with_it(house: House) -> None:
    """Its policy, too, also where another project has the name: what is new there is made."""
    house.others(HOME + "reconciler: {absent: true}\n")
    house.others(HOME.replace("api.git", "other.git"))
    house.declare(ALSO)
    assert house("apply", "--auto-approve").code == 0
    house.declare(ALSO, TARGET.replace("NAME", "new"))
    applied(house.local, "m.yml")
