"""Keys with nothing under them: what was commented out is not what is to be deleted."""

import json
from collections.abc import Iterator
from typing import Any

import yaml

from tests.safety.conftest import House
from tests.safety.samples import documents, project, schedule

WHOLE = documents(
    project("api"),
    """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, project_id_or_name: api}
spec:
  subject_rules: [{type: ROLE, subject_id: Admin}]
  object_rules: [{type: TAG}]
  env_vars: [{name: A, value: one}]
  files: [{path: f, content: eA==}]
""",
    """\
apiVersion: v1beta
kind: Secret
metadata: {name: s}
data:
  env_vars: [{name: A, value: one}]
  files: [{path: f, content: eA==}]
""",
    """\
apiVersion: v1
kind: ProjectSecret
metadata: {name: p, project_id_or_name: api}
data: {env_vars: [{name: A, value: one}]}
""",
    """\
apiVersion: v1alpha
kind: Dashboard
metadata: {name: d}
spec: {widgets: [{name: w, type: list_pipelines}]}
""",
    """\
apiVersion: v1alpha
kind: Notification
metadata: {name: n}
spec: {rules: [{name: r, notify: {slack: {endpoint: "https://x"}}}]}
""",
    """\
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: api}
spec:
  project_level_retention_policies: [{selector: /a, age: 1 week}]
  workflow_level_retention_policies: [{selector: /b, age: 1 week}]
  job_level_retention_policies: [{selector: /c, age: 1 week}]
""",
    schedule("api", "nightly").replace("spec: {", "spec: {parameters: [{name: A}], "),
)
_REQUIRED = ("Project", "Schedule")
"""Kinds whose spec can't be empty."""


def _emptied(docs: list[Any]) -> Iterator[str]:
    """Yield the manifests again and again, each time with nothing under another key."""
    for doc in docs:
        for section in {"data", "spec"} & doc.keys():
            whole = doc[section]
            for key in (key for key, value in whole.items() if isinstance(value, list)):
                doc[section] = whole | {key: None}
                yield _written(docs)
            doc[section] = None
            if doc["kind"] not in _REQUIRED:
                yield _written(docs)
            doc[section] = whole


def _written(docs: list[Any]) -> str:
    return documents(*(f"{json.dumps(doc)}\n" for doc in docs))


def test_entries_commented_out_stay(house: House) -> None:
    """Of every kind, for a list and for the section it is in."""
    house.write("a.yml", WHOLE)
    house.apply()
    before = house.writes()
    variants = list(_emptied(list(yaml.safe_load_all(WHOLE))))
    assert len(variants) == 19
    for text in variants:
        house.write("a.yml", text)
        looked = house.plan()
        assert (looked.changes, looked.hidden) == ((), ()), text
    assert house.writes() == before


def test_tasks_commented_out_stay(house: House) -> None:
    """Only an empty list says that there are none."""
    house.write("a.yml", documents(project("api"), schedule("api", "nightly")))
    house.apply()
    for written, left in (("", ["nightly"]), ("~", ["nightly"]), ("[]", [])):
        house.write("a.yml", project("api", tasks=written))
        house.apply()
        shown = house.call("GET", "/api/v1alpha/projects/api")["spec"]["tasks"]
        assert [task["name"] for task in shown] == left
