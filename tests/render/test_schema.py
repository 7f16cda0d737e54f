"""The JSON Schema that editors use, held against manifests."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from docs import generate
from reconciler.kinds import KINDS
from reconciler.render import schema

GOOD = {
    "Project": """
apiVersion: v1alpha
kind: Project
metadata: {name: api, id: 1f6f6a9e}
spec:
  repository: {url: git@github.com:acme/api.git, run: true, run_on: [branches], owner: acme}
  tasks:
  - {name: nightly, scheduled: true, branch: main, at: "0 1 * * *", pipeline_file: n.yml}
  - {name: release, scheduled: false, reference: {type: tag, name: v1}, pipeline_file: n.yml}
reconciler: {protect: true, ignore: [spec.visibility], replace: allow}
""",
    "absent": """
apiVersion: v1alpha
kind: Project
metadata: {name: gone}
reconciler: {absent: true}
""",
    "Secret": """
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data:
  env_vars:
  - {name: A, value: 1.10}
  - {name: B, value_from: {env: B, trim: true}}
  - {name: C, value_from: {live: keep}}
  files:
  - {path: x, content_from: {file: x.bin}}
  - {path: y, content_from: {live: keep}}
org_config: null
""",
    "DeploymentTarget": """
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, project_id: api}
spec:
  active: false
  files: [{path: x, content: "", source: local.txt}]
  object_rules: [{type: BRANCH, match_mode: EXACT, pattern: main}]
""",
    "Schedule": """
apiVersion: v1.0
kind: Schedule
metadata: {name: nightly}
spec: {project: api, branch: master, at: "@daily", pipeline_file: n.yml}
""",
    "ArtifactsRetentionPolicy": """
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {project_id_or_name: api}
spec: {job_level_retention_policies: [{selector: /logs/*, age: 1 week}]}
""",
    "SelfHostedAgentType": """
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-linux, create_time: 1701093702}
spec: {agent_name_settings: {aws: {account_id: 1234567890}}}
status: {total_agent_count: 3}
""",
    "ProjectSecret": """
apiVersion: v1
kind: ProjectSecret
metadata: {name: db, project_id_or_name: api}
data: {env_vars: [{name: A, value: x}]}
""",
    "Dashboard": """
apiVersion: v1alpha
kind: Dashboard
metadata: {name: main}
spec: {widgets: [{name: W, type: list_workflows, filters: {branch: main}}]}
""",
    "Notification": """
apiVersion: v1alpha
kind: Notification
metadata: {name: ops}
spec:
  rules:
  - name: r
    notify: {slack: {endpoint: "https://x.test"}, webhook: {endpoint_from: {env: HOOK}}}
  - notify: {slack: {endpoint: null}, webhook: {endpoint_from: {live: keep}}}
""",
}

BAD = {
    "unknown key": ("Project", "spec", {"repository": {"url": "x", "urll": "y"}}),
    "value twice": (
        "Secret",
        "data",
        {"env_vars": [{"name": "A"}]},
    ),
    "two sources": (
        "Secret",
        "data",
        {"env_vars": [{"name": "A", "value_from": {"env": "A", "file": "b"}}]},
    ),
    "trimmed otherwise": (
        "Secret",
        "data",
        {"env_vars": [{"name": "A", "value_from": {"env": "A", "trim": "maybe"}}]},
    ),
    "kept otherwise": (
        "Secret",
        "data",
        {"env_vars": [{"name": "A", "value_from": {"live": "drop"}}]},
    ),
    "an endpoint and its source": (
        "Notification",
        "spec",
        {"rules": [{"notify": {"slack": {"endpoint": "x", "endpoint_from": {"env": "A"}}}}]},
    ),
    "another's key for a source": (
        "Notification",
        "spec",
        {"rules": [{"notify": {"slack": {"value_from": {"env": "A"}}}}]},
    ),
    "no project": ("DeploymentTarget", "metadata", {"name": "prod"}),
    "wrong word": ("Dashboard", "spec", {"widgets": [{"type": "list_workflow"}]}),
    "unknown rule": ("Notification", "reconciler", {"protected": True}),
    "wrong version": ("Notification", "apiVersion", "v1beta"),
    "nothing to build": ("Project", "spec", {}),
}


def parsed(text: str) -> Any:
    """Numbers stay numbers, which is what editors see; versions are quoted by the test."""
    document = yaml.safe_load(text)
    document["apiVersion"] = str(document["apiVersion"])
    return document


def errors(document: Any) -> list[str]:
    validator = Draft7Validator(schema.one(KINDS[document["kind"]]))
    return [error.message for error in validator.iter_errors(document)]


@pytest.mark.parametrize("name", sorted(GOOD))
def test_manifests_fit(name: str) -> None:
    """Manifests the loader accepts are accepted, by their kind's schema and by the whole."""
    document = parsed(GOOD[name])
    assert errors(document) == []
    assert Draft7Validator(schema.every()).is_valid(document)


@pytest.mark.parametrize("name", sorted(BAD))
def test_mistakes_do_not_fit(name: str) -> None:
    """Mistakes the loader refuses are refused."""
    kind, key, value = BAD[name]
    document = parsed(GOOD[kind]) | {key: value}
    assert errors(document) != []
    assert not Draft7Validator(schema.every()).is_valid(document)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_valid_schema_and_an_example(kind: str) -> None:
    """No kind is forgotten, and each schema is itself well-formed."""
    Draft7Validator.check_schema(schema.one(KINDS[kind]))
    assert kind in GOOD


def test_schema_is_stable() -> None:
    """The whole schema is the same twice."""
    assert schema.every() == schema.every()


def test_schemas_are_published() -> None:
    """As files beside the pages: one for each kind, and one for all."""
    files = generate.manifest_schemas()
    assert sorted(file.stem for file in files) == sorted([*KINDS, "all"])
    for file, text in files.items():
        assert file.read_text() == text
        Draft7Validator.check_schema(json.loads(text))


_EXAMPLES = [
    path
    for folder in ("change", "kinds", "manifests")
    for path in sorted((generate.ROOT / "examples" / folder).rglob("*.yml"))
]


@pytest.mark.parametrize("path", _EXAMPLES, ids=lambda path: str(path.relative_to(generate.ROOT)))
def test_an_editor_takes_every_example(path: Path) -> None:
    """By the file for all kinds, and by that of its kind; versions are texts where they stand."""
    folder = generate.ROOT / "docs" / "schemas" / "manifests"
    for document in yaml.safe_load_all(path.read_text()):
        document["apiVersion"] = str(document["apiVersion"])
        for name in ("all", document["kind"]):
            validator = Draft7Validator(json.loads((folder / f"{name}.json").read_text()))
            assert [error.message for error in validator.iter_errors(document)] == []
