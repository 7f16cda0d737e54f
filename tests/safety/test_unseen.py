"""Pruning: what was not seen is never taken for gone."""

from pathlib import Path

import pytest

from reconciler.model import Action, Plan
from tests.safety.conftest import House
from tests.safety.samples import dashboard, documents, project, schedule


def _put(house: House, name: str, text: str) -> Path:
    (house.manifests / name).parent.mkdir(parents=True, exist_ok=True)
    return house.write(name, text)


def _deletes(planned: Plan) -> list[str]:
    return [str(change.address) for change in planned.changes]


@pytest.fixture
def two(house: House) -> House:
    """Two manifests in two directories, applied."""
    _put(house, "a/one.yml", dashboard("one"))
    _put(house, "b/two.yml", dashboard("two"))
    house.apply()
    return house


def _empty(two: House) -> None:
    (two.manifests / "b/two.yml").unlink()


def _unparsable(two: House) -> None:
    _empty(two)
    _put(two, "b/.two.yml", "a: @x\n")


def _dangling(two: House) -> None:
    _empty(two)
    (two.manifests / "b/.two.yml").symlink_to("nowhere")


def _emptied(two: House) -> None:
    _empty(two)
    _put(two, "b/.two.yml", "")


@pytest.mark.parametrize("unread", [_empty, _unparsable, _dangling, _emptied])
def test_what_can_not_be_read_is_not_gone(two: House, unread: object) -> None:
    """Pruning is refused as long as it would delete something; all else goes on."""
    assert callable(unread)
    unread(two)
    planned = two.plan(prune=True)
    assert _deletes(planned) == ["Dashboard/two"]
    (refusal,) = planned.refusals
    assert "so what is declared there can't be told from what is gone" in refusal.text
    assert refusal.place is not None
    assert refusal.place.file.startswith(str(two.manifests / "b"))
    looked = two.plan()
    assert (looked.changes, looked.refusals) == ((), ())
    assert any("counts as declared no longer" in note.text for note in looked.notes)
    _put(two, "c/two.yml", dashboard("two"))
    assert two.plan(prune=True).refusals == ()
    assert all(note.text.startswith("not read: ") for note in two.plan().notes)


def test_what_is_gone_is_pruned(two: House) -> None:
    """A manifest that was deleted with its directory, or whose file says something else."""
    _empty(two)
    (two.manifests / "b").rmdir()
    assert two.plan(prune=True).refusals == ()
    _put(two, "b/two.yml", dashboard("other"))
    planned = two.plan(prune=True)
    assert planned.refusals == ()
    assert {str(c.address): c.action for c in planned.changes} == {
        "Dashboard/other": Action.CREATE,
        "Dashboard/two": Action.DELETE,
    }


def test_a_manifest_that_became_json(two: House) -> None:
    """It is one wherever YAML is, and is another tool's only if it says nothing of ours."""
    (two.manifests / "b/two.yml").rename(two.manifests / "b/two.json")
    assert two.plan(prune=True).changes == ()
    assert two.apply() == ()
    _put(two, "b/two.json", "{}")
    (refusal,) = two.plan(prune=True).refusals
    assert "b/two.json declared it, is still there" in refusal.text


def test_a_file_that_is_there_and_was_not_read(two: House) -> None:
    """Fewer paths than were applied: nothing of the others is pruned, and that is an error."""
    part = str(two.manifests / "a")
    planned = two.plan(prune=True, paths=[part])
    assert _deletes(planned) == []
    (refusal,) = planned.refusals
    assert (str(refusal.address), refusal.place) == ("Dashboard/two", refusal.place)
    assert refusal.text.endswith(
        "b/two.yml declared it, is still there and was not read; read it, too, or give --no-prune"
    )
    looked = two.plan(paths=[part])
    assert (looked.orphaned, looked.unmanaged, looked.refusals) == ((), (), ())
    (two.manifests / "b/two.yml").unlink()
    assert _deletes(two.plan(prune=True, paths=[part])) == ["Dashboard/two"]


def test_a_file_that_moved_is_known_by_its_new_name(two: House) -> None:
    """Found as declared, an object is remembered with the file that declares it now."""
    (two.manifests / "b/two.yml").rename(two.manifests / "b/three.yml")
    assert two.apply() == ()
    part = str(two.manifests / "a")
    (refusal,) = two.plan(prune=True, paths=[part]).refusals
    assert "b/three.yml declared it" in refusal.text
    assert two.apply() == ()


def test_a_hidden_file_that_is_no_manifest_any_more(two: House) -> None:
    """Passed over it was not read: what it declared is not gone."""
    (two.manifests / "b/two.yml").rename(two.manifests / "b/.two.yml")
    two.apply()
    _put(two, "b/.two.yml", "version: v1.0\nblocks: []\n")
    (refusal,) = two.plan(prune=True).refusals
    assert "b/.two.yml declared it" in refusal.text


def test_tasks_commented_out_are_not_pruned(house: House) -> None:
    """They were declared in a list under which there is nothing now."""
    task = "[{name: nightly, scheduled: false, pipeline_file: n.yml}]"
    house.write("a.yml", documents(project("api", tasks=task), dashboard("d")))
    house.apply()
    for written in ("", "~"):
        house.write("a.yml", documents(project("api", tasks=written), dashboard("d")))
        assert house.plan(prune=True).changes == ()
        assert (house.plan().orphaned, house.plan().unmanaged) == ((), ())
    house.write("a.yml", documents(project("api"), dashboard("d")))
    assert _deletes(house.plan(prune=True)) == ["Schedule/api/nightly"]


def test_a_list_of_tasks_and_a_schedule_of_another_file(house: House) -> None:
    """These and no others; that one has a manifest of its own, which was not read, is told."""
    task = "[{name: nightly, scheduled: false, pipeline_file: n.yml}]"
    _put(house, "a/project.yml", project("api", tasks=task))
    _put(house, "b/weekly.yml", schedule("api", "weekly"))
    house.apply()
    part = str(house.manifests / "a")
    planned = house.plan(paths=[part])
    assert _deletes(planned) == ["Schedule/api/weekly"]
    (note,) = (note.text for note in planned.notes if "weekly.yml" in note.text)
    assert note.startswith("Schedule/api/weekly: not in the list of Project/api, but ")
    assert note.endswith(
        "b/weekly.yml declared it, is still there and was not read; read it, too, to keep it"
    )
    assert house.plan().changes == ()
    (house.manifests / "b/weekly.yml").unlink()
    assert not any("weekly.yml" in note.text for note in house.plan(paths=[part]).notes)
