"""Deleting: only what is provably ours, never much, never what is protected."""

from typing import Any

import pytest

from reconciler import commands
from reconciler.errors import PlanRefused
from reconciler.model import Action, Plan, Result
from tests.safety.conftest import URL, House, at
from tests.safety.samples import dashboard, documents, project, schedule, secret
from tests.safety.test_races import KINDS, ONE


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
        (Action.DELETE, "absent asked for")
    ] * 2
    assert house.apply(prune=True)[0].result is Result.DONE
    assert house.plan(prune=True).changes == ()


def test_protection_outlives_the_manifest(house: House) -> None:
    """A protected object stays, also when its manifest is gone or asks for absence."""
    protected = "reconciler: {protect: true}\n"
    house.write("a.yml", documents(dashboard("keep"), dashboard("dear", rules=protected)))
    house.apply()
    house.write("a.yml", dashboard("keep"))
    for prune in (True, False):
        planned = house.plan(prune=prune)
        assert (planned.changes, planned.orphaned) == ((), ())
        assert planned.staying == (at("Dashboard/dear"),)
        assert "Dashboard/dear stays: it is protected" in planned.notes[0].text
    for rules, way in (
        ("absent: true", "apply it with `protect: false` first"),
        ("absent: true, protect: false", "apply it once with `protect: false` and without"),
    ):
        absent = dashboard("dear", rules=f"reconciler: {{{rules}}}\n")
        house.write("a.yml", documents(dashboard("keep"), absent))
        refused = house.plan()
        assert refused.changes == ()
        assert way in refused.refusals[0].text
        with pytest.raises(PlanRefused):
            house.apply()
        assert house.call("GET", "/api/v1alpha/dashboards/dear")
    house.write("a.yml", documents(dashboard("keep"), dashboard("dear")))
    house.apply()
    house.write("a.yml", dashboard("keep"))
    assert [str(c.address) for c in house.plan(prune=True).changes] == ["Dashboard/dear"]


def test_budget_of_deletes(house: House) -> None:
    """More than ten deletes are refused, with the words that allow them, and nothing is written."""
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(12))))
    house.apply()
    house.write("a.yml", dashboard("d00"))
    before = house.writes()
    with pytest.raises(PlanRefused, match="--max-deletes 11"):
        house.apply(prune=True)
    assert house.writes() == before
    house.apply(prune=True, max_deletes=11)
    assert house.plan(prune=True).changes == ()


def test_budget_of_a_kind(house: House) -> None:
    """More than 30 % of the managed objects of a kind are refused, below ten deletes too."""
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(10))))
    house.apply()
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(6))))
    refusals = house.plan(prune=True).refusals
    assert "more than 30 % of the 10 managed" in refusals[0].text
    house.write("a.yml", documents(*(dashboard(f"d{n:02}") for n in range(7))))
    assert house.plan(prune=True).refusals == ()


def test_the_budget_that_is_told_is_enough(house: House) -> None:
    """Too much of one kind, and something of another: the number is that of all deletes."""
    boards = [dashboard(f"d{n:02}") for n in range(10)]
    house.write("a.yml", documents(*boards, secret("s")))
    house.apply()
    house.write("a.yml", documents(*boards[:6]))
    (refusal,) = house.plan(prune=True).refusals
    assert refusal.text.endswith("; to allow it: --max-deletes 5")
    assert house.plan(prune=True, max_deletes=5).refusals == ()
    (refusal,) = house.plan(prune=True, max_deletes=0, target=("Secret/s",)).refusals
    assert refusal.text.startswith("1 object would be deleted or replaced, at most 0 are allowed")


def test_a_project_is_as_many_deletes_as_we_manage_in_it(house: House) -> None:
    """One step that takes eleven of our objects along is no small one."""
    house.write("a.yml", documents(project("api"), *(schedule("api", f"s{n}") for n in range(10))))
    house.apply()
    house.write("a.yml", project("api") + "reconciler: {absent: true}\n")
    planned = house.plan()
    assert [str(change.address) for change in planned.changes] == ["Project/api"]
    assert "11 objects would be deleted" in planned.refusals[0].text
    assert house.plan(max_deletes=11).refusals == ()


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


TARGET = (
    "apiVersion: v1alpha\nkind: DeploymentTarget\n"
    "metadata: {name: prod, project_id_or_name: api}\nreconciler: {protect: true}\n"
)


@pytest.fixture
def dear(house: House) -> House:
    """A project with a protected target in it, and a dashboard, as applied."""
    house.write("a.yml", documents(project("api"), TARGET, dashboard("keep")))
    house.apply()
    return house


def stays(planned: Plan) -> None:
    assert at("Project/api") not in [change.address for change in planned.changes]
    said = [note.text for note in planned.notes]
    refused = [refusal.text for refusal in planned.refusals]
    assert ("Project/api stays: DeploymentTarget/api/prod in it is protected" in said) or (
        "absent asked for, but DeploymentTarget/api/prod in it is protected" in refused
    )


@pytest.mark.parametrize("target", [(), ("Project/api",)])
def test_a_project_stays_with_what_is_protected_in_it(dear: House, target: tuple[str, ...]) -> None:
    """Pruned, asked to be absent or destroyed: it would take along what must not go."""
    stays(dear.plan(destroy=True, target=target))
    dear.write("a.yml", dashboard("keep"))
    stays(dear.plan(prune=True, target=target))
    gone = project("api") + "reconciler: {absent: true}\n"
    dear.write("a.yml", documents(gone, dashboard("keep")))
    stays(dear.plan(target=target))
    assert dear.plan(destroy=True, exclude=("Dashboard/*",)).changes == ()


def test_a_project_goes_once_what_was_protected_is_gone(dear: House) -> None:
    """What somebody else deleted protects nothing."""
    ours, dear.ledger = dear.ledger, "none"
    dear.write("a.yml", TARGET.replace("protect", "absent"))
    assert [o.result for o in dear.apply()] == [Result.DONE]
    dear.ledger = ours
    dear.write("a.yml", dashboard("keep"))
    assert [str(c.address) for c in dear.plan(prune=True).changes] == ["Project/api"]


def test_a_project_is_not_made_anew_over_what_is_protected(dear: House) -> None:
    """To replace it would delete the target, however many consents there are."""
    other = project("api").replace("run_on", "integration_type: github_app, run_on")
    dear.write("a.yml", documents(other + "reconciler: {replace: allow}\n", dashboard("keep")))
    planned = dear.plan(allow_replace=True)
    (refusal,) = planned.refusals
    assert "but DeploymentTarget/api/prod in it is protected" in refusal.text


def test_a_list_of_tasks_spares_a_protected_schedule(house: House) -> None:
    """These and no others, and yet protected: that is a contradiction, and refused."""
    nightly = schedule("api", "nightly") + "reconciler: {protect: true}\n"
    house.write("a.yml", documents(project("api"), nightly))
    house.apply()
    house.write("a.yml", project("api", tasks="[]"))
    planned = house.plan()
    assert planned.changes == ()
    (refusal,) = planned.refusals
    assert "not in the list of Project/api, but it is protected" in refusal.text


def test_another_name_does_not_lift_a_protection(house: House) -> None:
    """A manifest that calls it otherwise and no longer protects it, destroyed before applied."""
    house.write("a.yml", dashboard("old", rules="reconciler: {protect: true}\n"))
    house.apply()
    house.write("a.yml", dashboard("new", rules="reconciler: {renamed_from: old}\n"))
    for target in ((), ("Dashboard/new",)):
        planned = house.plan(destroy=True, target=target)
        assert planned.changes == ()
        assert "Dashboard/old stays: it is protected" in planned.notes[0].text


def ours(house: House) -> set[str]:
    """What the ledger has records of."""
    return {str(address) for address in commands.ledger.remembered(house.ledger, URL).records}


def test_what_went_with_a_project_is_forgotten_with_it(house: House) -> None:
    """In the same event, and so it counts in no budget any more."""
    schedules = [schedule("api", f"s{n}") for n in range(12)]
    kept = [schedule("web", f"s{n}") for n in range(4)]
    house.write("a.yml", documents(project("api"), project("web"), *schedules, *kept))
    house.apply()
    gone = project("api") + "reconciler: {absent: true}\n"
    house.write("a.yml", documents(gone, project("web"), *kept))
    house.apply(max_deletes=13)
    assert ours(house) == {"Project/web", *(f"Schedule/web/s{n}" for n in range(4))}
    house.write("a.yml", documents(project("web"), *kept[:2]))
    assert house.plan(prune=True).refusals == ()


def test_what_somebody_deleted_with_its_project_is_forgotten(house: House) -> None:
    """A plan sees that the project is gone, and says what went with it; apply writes it down."""
    dear = schedule("api", "dear") + "reconciler: {protect: true}\n"
    schedules = [schedule("api", f"s{n}") for n in range(12)]
    web = [project("web"), *(schedule("web", f"s{n}") for n in range(4))]
    house.write("a.yml", documents(project("api"), dear, *schedules, *web))
    house.apply()
    house.call("DELETE", "/api/v1alpha/projects/api")
    house.write("a.yml", documents(*web))
    planned = house.plan(prune=True)
    assert planned.changes == ()
    said = [note.text for note in planned.notes]
    assert any(text.startswith("deleted outside, or gone with a project that was") for text in said)
    assert "Schedule/api/s11" in str(said)
    assert len(ours(house)) == 19
    house.apply()
    assert ours(house) == {"Schedule/api/dear", "Project/web"} | {
        f"Schedule/web/s{n}" for n in range(4)
    }
    assert "gone with a project" not in str(house.plan(prune=True).notes)
    house.write("a.yml", documents(web[0], *web[3:]))
    assert house.plan(prune=True).refusals == ()


def test_a_project_that_got_another_name_outside_is_not_gone(house: House) -> None:
    """Its id is there; so is what is in it. The old name may be declared where nobody looked."""
    house.write("a.yml", documents(project("api"), schedule("api", "nightly"), dashboard("keep")))
    house.apply()
    found = house.call("GET", "/api/v1alpha/projects/api")
    found["metadata"]["name"] = "shop"
    house.call("PATCH", f"/api/v1alpha/projects/{found['metadata']['id']}", json=found)
    house.write("a.yml", dashboard("keep"))
    assert "gone with a project" not in str(house.plan().notes)
    house.apply()
    assert ours(house) == {"Project/api", "Schedule/api/nightly", "Dashboard/keep"}


def test_a_project_that_others_made_anew_is_theirs(house: House) -> None:
    """The old one is gone with what was in it, which is told; nothing of the new one is ours."""
    house.write("a.yml", documents(project("api"), schedule("api", "nightly"), dashboard("keep")))
    house.apply()
    house.call("DELETE", "/api/v1alpha/projects/api")
    ours_, house.ledger = house.ledger, "none"
    house.write("a.yml", documents(project("api"), dashboard("keep")))
    house.apply()
    house.ledger = ours_
    house.write("a.yml", dashboard("keep"))
    planned = house.plan(prune=True)
    assert planned.changes == ()
    said = [note.text for note in planned.notes]
    assert said == ["deleted outside, and ours no longer: Project/api, Schedule/api/nightly"]
    house.apply(prune=True)
    assert ours(house) == {"Dashboard/keep"}


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"ArtifactsRetentionPolicy"}))
@pytest.mark.parametrize("destroy", [False, True])
def test_what_others_made_anew_is_not_to_go(house: House, kind: str, destroy: bool) -> None:
    """Neither as absent nor destroyed: what was declared is gone, and what is there is another."""
    text, gone = KINDS[kind](ONE), "reconciler: {absent: true}\n"
    house.write("a.yml", documents(project("api"), text))
    house.apply()
    ours_, house.ledger = house.ledger, "none"
    for manifest in (text + gone, text):
        house.write("a.yml", documents(project("api"), manifest))
        house.apply()
    house.ledger = ours_
    house.write("a.yml", documents(text if destroy else text + gone))
    planned = house.plan(destroy=destroy, max_deletes=9)
    assert planned.changes == ()
    (refusal,) = planned.refusals
    assert "what has its name is another one than was recorded" in refusal.text


def test_projects_of_others_are_not_in_the_budget(house: House) -> None:
    """What a third of all is, is a third of what is ours, and there."""
    names = [f"p{number:02}" for number in range(12)]
    house.write("a.yml", documents(*map(project, names)))
    house.apply()
    for name in names[:4]:
        house.call("DELETE", f"/api/v1alpha/projects/{name}")
    ours_, house.ledger = house.ledger, "none"
    house.write("a.yml", documents(*map(project, names[:4])))
    house.apply()
    house.ledger = ours_
    house.write("a.yml", documents(*map(project, names[6:])))
    planned = house.plan(prune=True)
    assert [str(change.address) for change in planned.changes] == ["Project/p04", "Project/p05"]
    (said,) = [note.text for note in planned.notes if "ours no longer" in note.text]
    assert said.endswith("Project/p00, Project/p01, Project/p02, Project/p03")
    assert len(ours(house)) == len(names)
    house.apply(prune=True)
    assert ours(house) == {f"Project/{name}" for name in names[6:]}


def test_what_others_deleted_counts_no_longer(house: House) -> None:
    """Neither as ours, nor in what a third of all is; an apply forgets it."""
    names = [f"d{number:02}" for number in range(24)]
    house.write("a.yml", documents(*map(dashboard, names)))
    house.apply()
    ours, house.ledger = house.ledger, "none"
    house.write(
        "a.yml",
        documents(*(dashboard(n, rules="reconciler: {absent: true}\n") for n in names[:12])),
    )
    house.apply(max_deletes=12)
    house.ledger = ours
    house.write("a.yml", documents(*map(dashboard, names[18:])))
    planned = house.plan(prune=True)
    assert "6 objects would be deleted or replaced, that is more than 30 % of the 12" in str(
        planned.refusals
    )
    (said,) = [note.text for note in planned.notes if "ours no longer" in note.text]
    assert said.startswith("deleted outside, and ours no longer: Dashboard/d00, Dashboard/d01")
    house.apply(prune=True, max_deletes=6)
    assert [note for note in house.plan(prune=True).notes if "ours no longer" in note.text] == []


TASKS = """\
apiVersion: v1alpha
kind: Project
metadata: {name: shop}
spec:
  repository: {url: "git@github.com:acme/shop.git", integration_type: github_app}
  tasks: [%s]
reconciler: {protect: true}
"""
TASK = "{name: %s, branch: main, at: '0 3 * * *', pipeline_file: a.yml, scheduled: true}"


def test_a_protected_project_keeps_the_tasks_of_its_manifest(house: House) -> None:
    """Whoever deletes: what is taken out of the list goes, what goes with the manifest stays."""
    both = ", ".join(TASK % name for name in ("day", "night"))
    house.write("a.yml", documents(TASKS % both, dashboard("keep"), schedule("shop", "own")))
    house.apply()

    def tasks() -> set[str]:
        found = house.call("GET", "/api/v1alpha/projects/shop")["spec"]["tasks"]
        return {task["name"] for task in found}

    assert tasks() == {"day", "night", "own"}
    house.write("a.yml", documents(TASKS % (TASK % "night"), dashboard("keep")))
    house.apply(prune=True)
    assert tasks() == {"night"}
    staying = house.plan(destroy=True)
    assert {str(change.address) for change in staying.changes} == {"Dashboard/keep"}
    house.write("a.yml", dashboard("keep"))
    planned = house.plan(prune=True)
    assert (planned.changes, planned.orphaned) == ((), ())
    assert ("Schedule/shop/night stays: Project/shop, which declares it, is protected") in [
        note.text for note in planned.notes
    ]
    house.apply(prune=True)
    assert tasks() == {"night"}
