"""What is gone, or was created again by others, is ours no longer, and counts in no budget."""

import pytest

from reconciler import commands
from tests.safety.conftest import URL, House
from tests.safety.samples import dashboard, documents, project, schedule
from tests.safety.test_races import KINDS, ONE


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
