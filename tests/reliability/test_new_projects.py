"""A new project is closed to its creator at first (A 0): that is waited for, and only that."""

from pathlib import Path

import pytest

from reconciler.embedded import Action, Fault
from reconciler.errors import PermissionDenied
from tests.reliability.lab import Lab, failures

PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: new, description: d}
spec:
  visibility: public
  repository: {url: 'git@github.com:acme/new.git'}
  tasks: [{name: t, branch: main, at: '0 5 * * *', pipeline_file: a.yml}]
---
"""
WITHIN = """\
apiVersion: v1
kind: ProjectSecret
metadata: {name: db, project_id_or_name: new}
data: {env_vars: [{name: A, value: canary-5f1d-new}]}
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: production, project_id_or_name: new}
spec: {active: false}
---
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: new}
spec: {job_level_retention_policies: [{selector: /x, age: 1 week}]}
"""
CLOSED = {
    "the project, to read": Fault(
        action=Action.DENY, method="GET", path="/api/v1alpha/projects/new", nth=2, times=None
    ),
    "the project, to change": Fault(
        action=Action.DENY, method="PATCH", path="/api/v1alpha/projects/*", times=None
    ),
    "schedules": Fault(action=Action.DENY, path="/api/v1alpha/schedules*", times=None),
    "secrets": Fault(action=Action.DENY, path="/api/v1/projects/*", times=None),
    "targets": Fault(action=Action.DENY, path="/api/v1alpha/deployment_targets*", times=None),
    "policies": Fault(
        action=Action.DENY, path="/api/v1alpha/artifacts_retention_policies*", times=None
    ),
    "everything": Fault(
        action=Action.DENY,
        path="^/api/v1alpha/projects/.|project_id|targets|policies|schedules|/secrets",
        nth=2,
        times=None,
    ),
}
"""What its creator is refused; where the plan asks first, that is answered."""

ASYNCHRONOUS = 3.0
"""Seconds until the creator is the admin."""
REMEMBERED = 301.0
"""Seconds for which some servers remember that somebody was refused."""
HOW_LONG = {
    what: ASYNCHRONOUS if what in {"schedules", "targets", "policies"} else REMEMBERED
    for what in CLOSED
}


def lab(place: Path, manifests: str) -> Lab:
    (place / "after.yml").write_text(manifests)
    return Lab(place)


@pytest.mark.parametrize("what", CLOSED)
@pytest.mark.parametrize("parallelism", [1, 4])
def test_a_refusal_in_a_new_project_passes(what: str, parallelism: int, tmp_path: Path) -> None:
    """One run makes the project and all in it, each once, whichever server refuses at first."""
    with lab(tmp_path, PROJECT + WITHIN) as here:
        here.add(CLOSED[what], seconds=HOW_LONG[what])
        assert failures(here.apply(parallelism=parallelism)) == []
        assert sum(here.slept) > HOW_LONG[what]
        assert here.world().duplicates() == []
        assert here.plan().changes == ()


@pytest.mark.parametrize("what", CLOSED)
def test_a_refusal_in_a_new_project_that_stays_is_told(what: str, tmp_path: Path) -> None:
    """Some time after it was created it is meant, and no other step waits as long again."""
    with lab(tmp_path, PROJECT + WITHIN) as here:
        here.add(CLOSED[what])
        left = failures(here.apply())
        assert left
        assert "nothing was" in left[0] or "it was created" in left[0]
        assert HOW_LONG[what] < sum(here.slept) < HOW_LONG[what] * 1.2 + 5


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_other_refusals_are_not_waited_for(method: str, tmp_path: Path) -> None:
    """In a project that was there before, and in the organization, a refusal is final."""
    secret = "---\napiVersion: v1beta\nkind: Secret\nmetadata: {name: s}\ndata: {env_vars: []}\n"
    with lab(tmp_path, PROJECT) as here:
        assert failures(here.apply()) == []
        (tmp_path / "after.yml").write_text(PROJECT + WITHIN + secret)
        here.embedded.clock.advance(1)
        here.slept.clear()
        targets = r"^/api/v1alpha/deployment_targets|^/api/v1beta/secrets|^/api/v1/projects"
        # the plan lists each once
        nth = 4 if method == "GET" else 1
        here.add(Fault(action=Action.DENY, method=method, path=targets, nth=nth, times=None))
        assert len(failures(here.apply())) == 3
        assert sum(here.slept) == 0


def test_a_project_that_an_earlier_run_made_is_not_made_again(tmp_path: Path) -> None:
    """Refused is not missing: the plan ends, and says for how long that can go on."""
    with lab(tmp_path, PROJECT + WITHIN) as here:
        here.add(Fault(action=Action.DENY, method="GET", path="/api/v1alpha/projects/new", nth=2))
        here.apply()
        here.add(
            Fault(action=Action.SHIFT_PAGE, items=999, path="/api/v1alpha/projects", times=None),
            Fault(action=Action.DENY, path="/api/v1alpha/projects/new", times=None),
        )
        with pytest.raises(PermissionDenied, match="try again in five minutes"):
            here.plan()
