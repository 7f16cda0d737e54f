"""Entries of a project's tasks that give an id: to Semaphore, that and no name is the task."""

from typing import Any

import pytest

from reconciler.errors import InvalidManifests
from reconciler.model import Plan
from tests.safety.conftest import House
from tests.safety.samples import project, schedule

_STRANGER = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"


def declare(house: House, *tasks: tuple[str, str]) -> None:
    """Declare project `api` with tasks of these names and, but for "", ids."""
    entries = [
        f"    - {{{f'id: {id_}, ' if id_ else ''}name: {name}, scheduled: true, at: '0 3 * * *', "
        "branch: main, pipeline_file: .semaphore/nightly.yml}\n"
        for name, id_ in tasks
    ]
    house.write("api.yml", f"{project('api')}  tasks:\n{''.join(entries)}")


def tasks(house: House) -> dict[str, str]:
    """Return the ids of all tasks by name."""
    found = house.embedded.world.db.execute("SELECT name, id FROM schedules")
    return {row["name"]: row["id"] for row in found}


def steps(plan: Plan) -> list[tuple[str, str, str]]:
    return [(str(c.action), str(c.address), c.reason) for c in plan.changes]


@pytest.fixture
def nightly(house: House) -> Any:
    """An organization with the task `nightly`, and its id."""
    declare(house, ("nightly", ""))
    house.apply()
    return house, tasks(house)["nightly"]


def test_an_entry_with_another_name(nightly: tuple[House, str]) -> None:
    """Is that task renamed: the same id, and nothing is left to do."""
    house, id_ = nightly
    declare(house, ("weekly", id_))
    assert steps(house.plan()) == [("update", "Schedule/api/weekly", "renamed from nightly")]
    (outcome,) = house.apply()
    assert outcome.result == "done"
    assert tasks(house) == {"weekly": id_}
    assert house.plan().changes == ()
    assert house.plan(prune=True).changes == ()


def test_a_rename_hint_says_what_works_there(nightly: tuple[House, str]) -> None:
    """The id that it tells to write makes it a rename."""
    house, id_ = nightly
    declare(house, ("weekly", ""))
    plan = house.plan()
    assert {action for action, _, _ in steps(plan)} == {"create", "delete"}
    (hint,) = [note.text for note in plan.notes if "renamed" in note.text]
    assert hint.endswith(f"to rename it, add to its entry: id: {id_}")
    declare(house, ("weekly", id_))
    assert [action for action, _, _ in steps(house.plan())] == ["update"]


def test_an_id_that_is_no_task_here(nightly: tuple[House, str]) -> None:
    """It is ignored, as in a set that was printed elsewhere; so is one of another project."""
    house, _ = nightly
    house.write("web.yml", project("web") + "---\n" + schedule("web", "theirs"))
    house.apply()
    for id_ in (_STRANGER, tasks(house)["theirs"], "nonsense"):
        declare(house, ("weekly", id_))
        assert {action for action, _, _ in steps(house.plan())} == {"create", "delete"}
    declare(house, ("nightly", _STRANGER))
    assert house.plan().changes == ()


def test_an_id_whose_name_is_declared_too(nightly: tuple[House, str]) -> None:
    """Then names say which is which, also where one of them is left out of the run."""
    house, id_ = nightly
    declare(house, ("nightly", ""), ("weekly", id_))
    create = [("create", "Schedule/api/weekly", "new")]
    assert steps(house.plan()) == create
    assert steps(house.plan(target=("Schedule/api/weekly",))) == create
    declare(house, ("weekly", id_), ("monthly", id_))
    with pytest.raises(InvalidManifests, match="has the id of the one at"):
        house.plan()
