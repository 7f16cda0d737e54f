"""Tasks of a project are schedules; entries that are all commented out are not mentioned."""

import pytest

from reconciler.model import Rules
from tests.manifest.declaring import PROJECT, TASKS, Accepted, Refused


def test_tasks_are_schedules(accepted: Accepted) -> None:
    """Each entry is an object of its own, placed where it stands; the project has none left."""
    loaded = accepted(PROJECT + TASKS + "reconciler: {protect: true}\n")
    project, schedule = loaded.state.objects.values()
    assert str(project.address) == "Project/api"
    assert set(project.spec.model_dump(exclude_unset=True)["spec"]) == {"repository"}
    assert project.rules == Rules(protect=True)
    assert str(schedule.address) == "Schedule/api/nightly"
    assert schedule.rules == Rules()
    spec = schedule.spec.model_dump(exclude_unset=True)["spec"]
    assert spec["parameters"] == ({"name": "LEVEL", "options": ("1.0", "yes")},)
    assert str(schedule.place) == "m.yml:9:5"
    assert str(schedule.place_of("spec.at")) == "m.yml:13:5"
    assert str(schedule.place_of("metadata.name")) == "m.yml:9:5"
    assert str(schedule.place_of("spec.recurring")) == "m.yml:9:5"
    assert str(schedule.place_of("spec.parameters.LEVEL.options.1")) == "m.yml:17:22"
    assert {name: str(place) for name, place in loaded.state.owned.items()} == {"api": "m.yml:8:3"}


@pytest.mark.parametrize("written", ["tasks: []", "tasks: []\n  schedulers: []"])
def test_written_means_owned(accepted: Accepted, written: str) -> None:
    """An empty list says that the project has no schedules, a missing one says nothing.

    Nor does an empty one in the older form: every answer of a project has it.
    """
    assert list(accepted(f"{PROJECT}  {written}\n").state.owned) == ["api"]
    for nothing in ("", "  schedulers: []\n", "  tasks:\n  schedulers: []\n"):
        assert accepted(f"{PROJECT}{nothing}").state.owned == {}


@pytest.mark.parametrize("key", ["tasks", "schedulers"])
@pytest.mark.parametrize("nothing", ["", " null", " ~", "\n  # - {name: nightly}"])
def test_tasks_commented_out_are_not_mentioned(accepted: Accepted, key: str, nothing: str) -> None:
    """Whoever comments out all of them did not say that there are none."""
    loaded = accepted(f"{PROJECT}  {key}:{nothing}\n")
    assert (loaded.state.owned, len(loaded.state.objects)) == ({}, 1)
    kept = "so it counts as not mentioned: what there is stays; for none write"
    assert list(map(str, loaded.warnings)) == [
        f"m.yml:8:3: warning: spec.{key}: there is nothing under it, {kept} `tasks: []`"
    ]


NOTHING = """\
apiVersion: v1beta
kind: Secret
metadata: {name: s}
data:
  env_vars:
  #- {name: A, value: B}
  files: []
---
apiVersion: v1beta
kind: Secret
metadata: {name: t}
data:
---
apiVersion: v1alpha
kind: Notification
metadata: {name: n}
spec:
---
apiVersion: v1.2
kind: Schedule
metadata: {name: x}
spec:
  project: api
  recurring: false
  reference:
  pipeline_file: p.yml
  parameters: [{name: A, options: ~}]
reconciler: {ignore: ~}
"""


def test_lists_of_entries_commented_out_are_not_mentioned(accepted: Accepted) -> None:
    """Of a section that is empty they are kept, too; all else in it is reset."""
    loaded = accepted(NOTHING)
    kept = (
        "there is nothing under it, so it counts as not mentioned: what there is stays; "
        "for none write"
    )
    assert list(map(str, loaded.warnings)) == [
        f"m.yml:5:3: warning: data.env_vars: {kept} `env_vars: []`",
        (
            "m.yml:12:1: warning: data: there is nothing under it, so what there is of env_vars "
            "and files stays; for none write `env_vars: []`"
        ),
        (
            "m.yml:17:1: warning: spec: there is nothing under it, so what there is of rules "
            "stays; for none write `rules: []`"
        ),
    ]
    said = {
        str(address): desired.spec.model_dump(exclude_unset=True)
        for address, desired in loaded.state.objects.items()
    }
    assert said["Secret/s"]["data"] == {"files": ()}
    assert said["Secret/t"]["data"] == {}
    assert said["Notification/n"]["spec"] == {}
    assert said["Schedule/api/x"]["spec"]["parameters"] == ({"name": "A", "options": ()},)


def test_what_is_wrong_with_tasks(refused: Refused) -> None:
    """Problems are placed in the entry and speak of it by name or number."""
    text = """\
  tasks:
  - name: nightly
    scheduled: true
    at: 61 * * * *
    pipeline_file: x.yml
    parameters: [{name: A, requird: true}]
  - just text
  - {name: two, scheduled: false}
  - {scheduled: false, pipeline_file: x.yml}
  - {name: three, pipeline_file: x.yml, status: GONE}
  - {name: four, pipeline_file: x.yml, brnch: main}
  - {name: two, scheduled: false, pipeline_file: x.yml}
  schedulers: {}
"""
    assert refused(PROJECT + text) == [
        "m.yml:11:5: error: spec.tasks.nightly.at: can't read '61' as minute (0 to 59)",
        (
            "m.yml:13:28: error: unknown key 'requird' in spec.tasks.nightly.parameters.A; "
            "did you mean 'required'?"
        ),
        "m.yml:14:5: error: spec.tasks.1 must be a mapping",
        "m.yml:15:5: error: spec.tasks.two.pipeline_file is missing",
        "m.yml:16:5: error: spec.tasks.3.name is missing",
        "m.yml:17:5: error: spec.tasks.three: status 'GONE' is not one of ACTIVE, INACTIVE",
        "m.yml:18:40: error: unknown key 'brnch' in spec.tasks.four; did you mean 'branch'?",
        "m.yml:19:5: error: Schedule/api/two is declared twice; it is already at m.yml:15:5",
        "m.yml:20:3: error: spec.schedulers must be a list",
    ]


def test_two_tasks_were_not_the_same_one(refused: Refused) -> None:
    """The id of an entry says which live one it is; copied, it would say that of two."""
    text = """\
  tasks:
  - {name: a, id: 11111111-2222-4333-8444-555555555555, pipeline_file: x.yml, scheduled: false}
  - {name: b, id: 11111111-2222-4333-8444-555555555555, pipeline_file: x.yml, scheduled: false}
"""
    (said,) = refused(PROJECT + text)
    assert said.startswith("m.yml:10:5: error: Schedule/api/b has the id of the one at m.yml:9:5: ")
