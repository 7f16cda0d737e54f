"""Every wire fault, before and after the server did what it was asked, on every verb and kind."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.embedded import Fault, Settings
from reconciler.kinds import KINDS
from tests.reliability.counts import Counts
from tests.reliability.faulting import WIRE
from tests.reliability.lab import Lab, failures
from tests.reliability.world import World

PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: home}
spec: {repository: {url: 'git@github.com:acme/home.git', run_on: [branches]}}
---
"""
MANIFESTS = {
    "ArtifactsRetentionPolicy": """\
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: home}
spec: {job_level_retention_policies: [{selector: /x, age: VALUE weeks}]}
""",
    "Dashboard": """\
apiVersion: v1alpha
kind: Dashboard
metadata: {name: one}
spec: {widgets: [{name: w, type: list_pipelines, filters: {branch: b-VALUE}}]}
""",
    "DeploymentTarget": """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: one, project_id_or_name: home, description: d-VALUE}
spec: {active: false, env_vars: [{name: A, value: v-VALUE}]}
""",
    "Notification": """\
apiVersion: v1alpha
kind: Notification
metadata: {name: one}
spec:
  rules:
    - name: r
      filter: {projects: [p-VALUE]}
      notify: {webhook: {endpoint: 'https://example.com'}}
""",
    "Project": """\
apiVersion: v1alpha
kind: Project
metadata: {name: one, description: d-VALUE}
spec:
  visibility: public
  repository: {url: 'git@github.com:acme/one.git', run_on: [branches]}
""",
    "ProjectSecret": """\
apiVersion: v1
kind: ProjectSecret
metadata: {name: one, project_id_or_name: home}
data: {env_vars: [{name: A, value: v-VALUE}]}
""",
    "Schedule": """\
apiVersion: v1.2
kind: Schedule
metadata: {name: one}
spec:
  project: home
  recurring: true
  at: 'VALUE 3 * * *'
  reference: {type: BRANCH, name: main}
  pipeline_file: x.yml
""",
    "Secret": """\
apiVersion: v1beta
kind: Secret
metadata: {name: one}
data: {env_vars: [{name: A, value: v-VALUE}]}
""",
    "SelfHostedAgentType": """\
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-one}
spec: {agent_name_settings: {release_after: 6VALUE0}}
""",
}
ABSENT = "reconciler: {absent: true}\n"


@dataclass(frozen=True)
class Verb:
    """From which value to which (None: not there), and the write that is hit.

    ``second``: the second of the writes that the change consists of. ``hidden``: the server
    hides secret values, so that a change of one deletes and creates.
    """

    name: str
    before: str | None
    after: str | None
    second: bool = False
    hidden: bool = False


CREATE = Verb("create", None, "1")
UPDATE = Verb("update", "1", "2")
DELETE = Verb("delete", "1", None)
VERBS = {
    **{kind: [CREATE, UPDATE, DELETE] for kind in KINDS},
    "ArtifactsRetentionPolicy": [CREATE, UPDATE],
}
for _kind in ("Project", "DeploymentTarget"):
    VERBS[_kind] = [*VERBS[_kind], replace(CREATE, name="finish", second=True)]
for _kind in ("Secret", "ProjectSecret"):
    VERBS[_kind] = [
        *VERBS[_kind],
        Verb("replace", "1", "2", hidden=True),
        Verb("create again", "1", "2", second=True, hidden=True),
    ]
CASES = [(kind, verb) for kind, verbs in VERBS.items() for verb in verbs]


def manifest(kind: str, value: str | None) -> str:
    text = MANIFESTS[kind].replace("VALUE", value or "1")
    return PROJECT + text + ("" if value else ABSENT)


def prepare(place: Path, kind: str, verb: Verb) -> None:
    """Make an organization as it is before the change, with the manifest of the change."""
    place.mkdir()
    (place / "before.yml").write_text(manifest(kind, verb.before) if verb.before else PROJECT)
    (place / "after.yml").write_text(manifest(kind, verb.after))
    with Lab(place, settings=settings(verb)) as lab:
        assert failures(lab.apply("before.yml")) == []


def settings(verb: Verb) -> Settings:
    return Settings(secrets_exposed_content=not verb.hidden)


def changed(
    template: Path, place: Path, verb: Verb, fault: Fault | None
) -> tuple[World, list[str]]:
    """Do the change with a fault at one of its writes; return what is there, and what is wrong."""
    shutil.copytree(template, place)
    with Lab(place, settings=settings(verb)) as lab:
        if fault:
            lab.add(replace(fault, method="POST,PATCH,DELETE", nth=2 if verb.second else 1))
        wrong = failures(lab.apply())
        if fault and not any(entry.fault for entry in lab.embedded.journal.entries()):
            wrong.append("no request was hit")
        lab.add()
        world, before = lab.world(), len(lab.writes())
        wrong += failures(lab.apply())
        return world, wrong + lab.writes()[before:]


@pytest.mark.parametrize(("kind", "verb"), CASES, ids=lambda part: getattr(part, "name", part))
def test_exactly_one_effect(
    kind: str, verb: Verb, counts: Callable[[str], Counts], tmp_path: Path
) -> None:
    """One run does it, once, whatever happens to the request; the next one writes nothing."""
    template = tmp_path / "template"
    prepare(template, kind, verb)
    wanted, _ = changed(template, tmp_path / "undisturbed", verb, None)
    numbers = counts("effects")
    wrong: dict[str, Any] = {}
    for name, fault in WIRE.items():
        world, left = changed(template, tmp_path / name, verb, fault)
        numbers.add("faults tried")
        numbers.add("duplicates", len(world.duplicates()))
        numbers.add("losses", len(wanted.ids().keys() - world.ids().keys()))
        if left or world.essence() != wanted.essence() or world.duplicates():
            wrong[name] = left or world.essence()
    numbers.add("anything wrong", len(wrong))
    assert wrong == {}
