"""Lists that leave something out, and answers that are late: never a delete, never a second create.

The objects are in small organizations, so that each page is the whole list.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.embedded import Action, Fault, Settings
from reconciler.errors import ApiError
from reconciler.model import Action as Doing
from reconciler.model import Result
from tests.reliability.faulting import READS
from tests.reliability.killing import Stage
from tests.reliability.lab import Lab, copied, failures
from tests.reliability.program import LEDGER

LISTS = {
    "Dashboard": "/api/v1alpha/dashboards",
    "Notification": "/api/v1alpha/notifications",
    "Secret": "/api/v1beta/secrets",
    "ProjectSecret": "/api/v1/projects/*/secrets",
    "Schedule": "/api/v1alpha/schedules",
    "DeploymentTarget": "/api/v1alpha/deployment_targets",
    "SelfHostedAgentType": "/api/v1alpha/self_hosted_agent_types",
    "Project": "/api/v1alpha/projects",
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("name", ["object missing from a page", "page empty", "stale"])
def test_what_a_list_leaves_out_is_never_pruned_or_doubled(
    kind: str, name: str, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """With pruning on, and everything declared as it is: not one object goes or comes."""
    fault = replace(READS[name], path=LISTS[kind], times=None)
    with copied(stages(LEDGER).template, tmp_path / "copy") as lab:
        before = lab.world()
        lab.add(fault)
        planned = lab.plan("before.yml", prune=True)
        assert {change.action for change in planned.changes} <= {Doing.CREATE}
        number = len(lab.writes())
        failures(lab.apply("before.yml", prune=True))
        sent = {write.partition(" ")[0] for write in lab.writes()[number:]}
        assert sent <= {"POST"}
        lab.add()
        assert lab.world().bodies() == before.bodies()
        assert lab.plan("before.yml", prune=True).changes == ()


@pytest.mark.parametrize("name", ["object missing from a page", "page empty"])
def test_a_project_keeps_the_tasks_that_a_list_leaves_out(
    name: str, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """Its update repeats all of them, for what it leaves out is deleted; it shows them itself."""
    with copied(stages(LEDGER).template, tmp_path / "copy") as lab:
        before = lab.world().ids()
        lab.add(replace(READS[name], path=LISTS["Schedule"], times=None))
        outcomes = lab.apply("after.yml", target=("Project/*",))
        assert [o for o in outcomes if o.change.action is Doing.UPDATE]
        after = lab.world().ids()
    tasks = {key: id_ for key, id_ in before.items() if key[0] == "Schedule"}
    assert tasks
    assert {key: after.get(key) for key in tasks} == tasks


def test_a_name_that_is_taken_is_read_back(stages: Callable[[str], Stage], tmp_path: Path) -> None:
    """What the list left out exists: if it is as declared, all is well, and is said."""
    with copied(stages(LEDGER).template, tmp_path / "copy") as lab:
        lab.add(replace(READS["page empty"], path=LISTS["Dashboard"]))
        outcomes = lab.apply("before.yml")
        assert {str(o.change.address): o.result for o in outcomes} == {
            "Dashboard/gone": Result.DONE,
            "Dashboard/main": Result.DONE,
        }
        assert {o.detail for o in outcomes} == {"somebody else created it meanwhile, just so"}


def test_a_name_that_is_taken_by_something_else_is_refused(
    stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """Hidden values can't be compared, and other fields differ: nothing is written over."""
    with copied(stages(LEDGER).template, tmp_path / "copy") as lab:
        before = lab.world()
        lab.add(
            replace(READS["page empty"], path=LISTS["Dashboard"]),
            replace(READS["page empty"], path=LISTS["Secret"]),
        )
        left = failures(lab.apply("after.yml", target=("Dashboard/main", "Secret/shared")))
        assert len(left) == 2
        assert all("it came into being since it was planned; plan again" in one for one in left)
        lab.add()
        assert lab.world().bodies() == before.bodies()


@pytest.mark.parametrize("kind", ["Secret", "Notification", "Schedule"])
def test_not_found_may_mean_not_allowed(
    kind: str, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """Where both are 404, the list tells them apart: what can't be seen is not called deleted."""
    manifests = {
        "Secret": "apiVersion: v1beta\nkind: Secret\nmetadata: {name: shared}\n",
        "Notification": "apiVersion: v1alpha\nkind: Notification\nmetadata: {name: ops}\n",
        "Schedule": (
            "apiVersion: v1.2\nkind: Schedule\nmetadata: {name: nightly}\nspec: {project: api, "
            "recurring: false, reference: {type: BRANCH, name: main}, pipeline_file: x.yml}\n"
        ),
    }
    with copied(stages(LEDGER).template, tmp_path / "copy") as lab:
        (lab.place / "absent.yml").write_text(manifests[kind] + "reconciler: {absent: true}\n")
        before = lab.world()
        path = f"^{LISTS[kind]}"
        lab.add(Fault(action=Action.DENY, path=path, nth=2, times=None))
        (outcome,) = lab.apply("absent.yml")
        assert outcome.result is Result.FAILED
        lab.add()
        assert lab.world().bodies() == before.bodies()


def test_a_project_that_is_not_ready_is_no_missing_project(tmp_path: Path) -> None:
    """The list lacks it for a while: it is asked for by name, and not created again."""
    place = tmp_path / "place"
    place.mkdir()
    text = (
        "apiVersion: v1alpha\nkind: Project\nmetadata: {name: slow}\n"
        "spec: {repository: {url: 'git@github.com:acme/slow.git'}}\n"
    )
    (place / "after.yml").write_text(text)
    with Lab(place, settings=Settings(project_ready_seconds=50)) as lab:
        assert failures(lab.apply()) == []
        assert lab.plan().changes == ()
        number = len(lab.writes())
        (place / "after.yml").write_text(text.replace("spec:", "  #\nspec:"))
        assert lab.apply() == ()
        assert len(lab.writes()) == number


@pytest.mark.parametrize("call", range(1, 11))
def test_a_plan_that_can_not_be_read_is_none(
    call: int, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """A permission that disappears while reading stops the plan; nothing is decided without it."""
    with copied(stages(LEDGER).template, tmp_path / "copy") as lab:
        lab.add(Fault(action=Action.DENY, nth=call, times=None))
        with pytest.raises(ApiError):
            lab.plan("before.yml", prune=True)
