"""Versions of a format: what each must have, and what is of others (A 10)."""

from collections.abc import Callable

import pytest

from reconciler.manifest import Loaded

Refused = Callable[[str], list[str]]
Accepted = Callable[[str], Loaded]

SCHEDULE = """\
apiVersion: %s
kind: Schedule
metadata: {name: nightly}
spec: {project: api, pipeline_file: n.yml%s}
"""
PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: api}
spec:
  repository: {url: git@github.com:acme/api.git}
  tasks: [{name: a, pipeline_file: n.yml, branch: %s}]
"""
TODAY = "`reference: {type: BRANCH, name: …}`"
GOOD = {
    "v1.0": ", branch: main, at: '@daily'",
    "v1.1": ", recurring: false, parameters: []",
    "v1.2": ", recurring: false, reference: {type: TAG, name: v1}",
}


@pytest.mark.parametrize(
    ("version", "more", "problem"),
    [
        ("v1.0", ", recurring: true", "spec.recurring is of v1.1 and v1.2, not of v1.0"),
        ("v1.0", ", parameters: []", "spec.parameters is of v1.1 and v1.2, not of v1.0"),
        ("v1.1", ", reference: {}", "spec.reference is of v1.2, not of v1.1"),
        ("v1.2", ", branch: v1", f"spec.branch is of v1.0 and v1.1, not of v1.2; write {TODAY}"),
    ],
)
def test_keys_of_other_versions(
    refused: Refused, accepted: Accepted, version: str, more: str, problem: str
) -> None:
    """The server refuses them, and so do we, with the versions that they are of."""
    assert len(accepted(SCHEDULE % (version, GOOD[version])).state.objects) == 1
    said = refused(SCHEDULE % (version, more + GOOD[version]))
    assert f"m.yml:4:44: error: {problem}" in said


@pytest.mark.parametrize(
    ("version", "missing"),
    [
        ("v1.0", "spec.branch and spec.at"),
        ("v1.1", "spec.recurring"),
        ("v1.2", "spec.recurring and spec.reference"),
    ],
)
def test_what_is_needed(refused: Refused, accepted: Accepted, version: str, missing: str) -> None:
    """Unless the object must not exist."""
    text = SCHEDULE % (version, "")
    assert refused(text) == [f"m.yml:4:1: error: {version} needs {missing}"]
    assert len(accepted(text + "reconciler: {absent: true}\n").state.objects) == 1


@pytest.mark.parametrize("branch", ["{name: main}", "[main]"])
def test_a_branch_is_a_text(refused: Refused, branch: str) -> None:
    """Whatever else stands there is not taken for none."""
    text = SCHEDULE % ("v1.0", f", branch: {branch}, at: '@daily'")
    assert refused(text) == ["m.yml:4:44: error: branch must be text"]
    assert refused(PROJECT % branch) == ["m.yml:6:11: error: spec.tasks.a: branch must be text"]
