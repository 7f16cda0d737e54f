"""Pruning: only what is provably ours and declared no longer."""

from typing import Any

import pytest

from reconciler.errors import PlanRefused
from reconciler.model import Action, Result
from tests.safety.conftest import House, at
from tests.safety.samples import dashboard, documents, project, schedule, secret


def test_only_ours_is_pruned(house: House) -> None:
    """What we applied goes when it is declared no longer; what others made stays."""
    house.call(
        "POST",
        "/api/v1alpha/dashboards",
        json={"metadata": {"name": "theirs"}, "spec": {"widgets": []}},
    )
    house.write("a.yml", documents(dashboard("keep"), dashboard("drop")))
    house.apply()
    house.write("a.yml", dashboard("keep"))
    looked = house.plan()
    assert looked.changes == ()
    assert looked.orphaned == (at("Dashboard/drop"),)
    planned = house.plan(prune=True)
    assert [(c.action, c.address) for c in planned.changes] == [
        (Action.DELETE, at("Dashboard/drop"))
    ]
    assert planned.changes[0].reason == "no longer declared"
    assert at("Dashboard/theirs") in planned.unmanaged
    house.apply(prune=True)
    names = {
        d["metadata"]["name"] for d in house.call("GET", "/api/v1alpha/dashboards")["dashboards"]
    }
    assert names == {"keep", "theirs"}
    assert house.plan(prune=True).changes == ()


def test_a_namesake_made_by_others_is_not_ours(house: House) -> None:
    """An object deleted and made again by somebody else is not pruned: its id is another."""
    house.write("a.yml", documents(dashboard("keep"), dashboard("drop")))
    house.apply()
    house.call("DELETE", "/api/v1alpha/dashboards/drop")
    house.call(
        "POST",
        "/api/v1alpha/dashboards",
        json={"metadata": {"name": "drop"}, "spec": {"widgets": []}},
    )
    house.write("a.yml", dashboard("keep"))
    assert house.plan(prune=True).changes == ()


@pytest.mark.parametrize("needs", ["in it", "refers to it"])
def test_a_project_is_not_pruned_while_something_declared_needs_it(
    house: House, needs: str
) -> None:
    """Whether that is chosen in this run or not; once nothing needs it, it goes."""
    inside = (
        f"{secret('s', rules='')}org_config: {{projects_access: ALLOWED, project_ids: [shop]}}\n"
    )
    declared = schedule("shop", "nightly") if needs == "in it" else inside
    need = at("Schedule/shop/nightly") if needs == "in it" else at("Secret/s")
    house.write("a.yml", documents(project("shop"), declared, dashboard("keep")))
    house.apply()
    house.write("a.yml", documents(declared, dashboard("keep")))
    for options in ({}, {"target": ("Project/shop",)}, {"exclude": ("Dashboard/*",)}):
        refused = house.plan(prune=True, **options).refusals
        assert [
            (each.address, f"but {need} is declared, and needs it" in each.text) for each in refused
        ] == [(at("Project/shop"), True)]
    with pytest.raises(PlanRefused):
        house.apply(prune=True)
    assert house.plan(prune=False).refusals == ()
    house.write("a.yml", dashboard("keep"))
    house.apply(prune=True)
    assert house.call("GET", "/api/v1alpha/projects") == []


def test_a_lost_ledger_prunes_nothing(house: House, tmp_path: Any) -> None:
    """Without memory nothing is ours, and everything else works."""
    house.write("a.yml", documents(dashboard("keep"), dashboard("drop")))
    house.apply()
    house.ledger = str(tmp_path / "another.db")
    house.write("a.yml", dashboard("keep"))
    planned = house.plan(prune=True)
    assert planned.changes == ()
    assert planned.notes[0].text == "nothing is remembered to be ours, so nothing is pruned"


def test_found_as_declared_is_managed_from_then_on(house: House) -> None:
    """An object that was there as declared is adopted by apply, and pruned later."""
    widgets = [{"name": "w", "type": "list_pipelines", "filters": {"branch": "main"}}]
    body = {"metadata": {"name": "found"}, "spec": {"widgets": widgets}}
    house.call("POST", "/api/v1alpha/dashboards", json=body)
    house.write("a.yml", documents(dashboard("found"), dashboard("new")))
    outcomes = house.apply()
    assert [o.change.address for o in outcomes] == [at("Dashboard/new")]
    house.write("a.yml", dashboard("new"))
    assert [c.address for c in house.plan(prune=True).changes] == [at("Dashboard/found")]


def test_children_of_a_project_are_pruned_in_order(house: House) -> None:
    """What lives in a project goes before it."""
    house.write("a.yml", documents(project("api"), schedule("api", "nightly"), dashboard("keep")))
    house.apply()
    house.write("a.yml", dashboard("keep"))
    planned = house.plan(prune=True)
    assert [str(c.address) for c in planned.changes] == ["Schedule/api/nightly", "Project/api"]
    assert all(o.result is Result.DONE for o in house.apply(prune=True))
    assert house.plan(prune=True).changes == ()


def test_target_never_widens_a_prune(house: House) -> None:
    """With --target only what it names can go."""
    house.write("a.yml", documents(*(dashboard(f"d{n}") for n in range(3))))
    house.apply()
    house.write("a.yml", dashboard("d0"))
    planned = house.plan(prune=True, target=("Dashboard/d1",))
    assert [str(c.address) for c in planned.changes] == ["Dashboard/d1"]
    (note,) = planned.notes
    assert note.text == "left out by --target and --exclude, and so not pruned: Dashboard/d2"


def test_left_out_is_not_pruned(house: House) -> None:
    """What is declared but excluded from the run is no orphan."""
    house.write("a.yml", documents(dashboard("a"), dashboard("b")))
    house.apply()
    assert house.plan(prune=True, exclude=("Dashboard/b",)).changes == ()


def test_nothing_declared_prunes_nothing(house: House) -> None:
    """A set of manifests that only asks for absence, with pruning, is refused."""
    house.write("a.yml", dashboard("a"))
    house.apply()
    house.write("a.yml", dashboard("b", rules="reconciler: {absent: true}\n"))
    with pytest.raises(PlanRefused, match="nothing is declared"):
        house.plan(prune=True)


def test_only_absent_objects_declared(house: House) -> None:
    """They are deleted; it is refused where pruning would delete anything of ours beside them."""
    absent = dashboard("a").rstrip() + "\nreconciler: {absent: true}\n"
    house.write("a.yml", absent)
    assert house.plan(prune=True).changes == ()
    house.write("a.yml", documents(dashboard("a"), dashboard("b")))
    house.apply()
    house.write("a.yml", absent)
    with pytest.raises(PlanRefused, match="nothing is declared"):
        house.plan(prune=True)
    house.write("a.yml", documents(absent, absent.replace("name: a", "name: b")))
    planned = house.plan(prune=True)
    assert [(c.action, c.reason) for c in planned.changes] == [
        (Action.DELETE, "declared absent")
    ] * 2
    assert house.apply(prune=True)[0].result is Result.DONE
    assert house.plan(prune=True).changes == ()


def test_a_rename_is_recognised(house: House) -> None:
    """The same object under another name: the line to paste is told."""
    house.write("a.yml", documents(dashboard("keep"), dashboard("old", branch="x")))
    house.apply()
    house.write("a.yml", documents(dashboard("keep"), dashboard("new", branch="x")))
    planned = house.plan(prune=True)
    assert "reconciler: {renamed_from: old}" in planned.notes[0].text
    rules = "reconciler: {renamed_from: old}\n"
    house.write("a.yml", documents(dashboard("keep"), dashboard("new", "x", rules)))
    planned = house.plan(prune=True)
    assert [(c.action, str(c.address)) for c in planned.changes] == [
        (Action.UPDATE, "Dashboard/new")
    ]
    house.apply(prune=True)
    assert house.plan(prune=True).changes == ()


def test_memory_follows_a_renamed_project(house: House) -> None:
    """What is in a renamed project stays ours under its new name."""
    house.write("a.yml", documents(project("old"), schedule("old", "nightly"), dashboard("keep")))
    house.apply()
    moved = project("new") + "reconciler: {renamed_from: old}\n"
    house.write("a.yml", documents(moved, schedule("new", "nightly"), dashboard("keep")))
    assert [str(c.address) for c in house.plan().changes] == ["Project/new"]
    house.apply()
    assert house.plan(prune=True).changes == ()
    house.write("a.yml", documents(moved, dashboard("keep")))
    assert [str(c.address) for c in house.plan(prune=True).changes] == ["Schedule/new/nightly"]


def test_secret_kept_by_hash(house: House) -> None:
    """A hidden value is compared with what we wrote: same hash, same id, same time."""
    house.write("a.yml", secret("db", "one"))
    house.apply()
    looked = house.plan()
    assert (looked.changes, looked.hidden) == ((), ())
    house.write("a.yml", secret("db", "two"))
    planned = house.plan(allow_replace=True)
    assert planned.changes[0].action is Action.REPLACE
    assert planned.changes[0].fields[0].cause == "changed here"
    house.apply(allow_replace=True)
    assert house.plan().changes == ()
