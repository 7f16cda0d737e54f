"""What is protected stays, and so does what it can't be without."""

import pytest

from reconciler.errors import PlanRefused
from reconciler.model import Plan, Result
from tests.safety.conftest import House, at
from tests.safety.samples import dashboard, documents, project, schedule


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
        "declared absent, but DeploymentTarget/api/prod in it is protected" in refused
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
