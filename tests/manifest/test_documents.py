"""What is no manifest, or no longer one, is named for what it is."""

from collections.abc import Callable

import pytest

from reconciler.manifest import Loaded

Refused = Callable[[str], list[str]]
Accepted = Callable[[str], Loaded]

FOREIGN = {
    "empty file": (
        "",
        (
            "m.yml: error: there is no manifest in this file, and nothing is deleted because of "
            "that; remove the file, or restore its content"
        ),
    ),
    "comments only": (
        "# moved\n---\n",
        (
            "m.yml: error: there is no manifest in this file, and nothing is deleted because of "
            "that; remove the file, or restore its content"
        ),
    ),
    "list": (
        "- a\n",
        "m.yml:1:1: error: a manifest is a mapping with apiVersion and kind, this is a list",
    ),
    "text": (
        "apiVersion\n",
        "m.yml:1:1: error: a manifest is a mapping with apiVersion and kind, this is a text",
    ),
    "pipeline": (
        "version: v1.0\nname: CI\nagent: {}\nblocks: []\n",
        (
            "m.yml:1:1: error: this is a Semaphore pipeline, not a manifest; "
            "keep manifests in a folder of their own, outside the pipeline folder"
        ),
    ),
    "no kind": ("apiVersion: v1alpha\n", "m.yml:1:1: error: kind is missing"),
    "misspelt kind key": (
        "Kind: Project\n",
        "m.yml:1:1: error: kind is missing; 'Kind' must be spelled 'kind'",
    ),
    "empty kind": (
        "apiVersion: v1alpha\nkind:\n",
        "m.yml:2:1: error: kind must be the name of a kind",
    ),
    "kind in lower case": (
        "apiVersion: v1alpha\nkind: project\n",
        "m.yml:2:1: error: unknown kind 'project'; did you mean 'Project'?",
    ),
    "misspelt kind": (
        "apiVersion: v1alpha\nkind: Notificaton\n",
        "m.yml:2:1: error: unknown kind 'Notificaton'; did you mean 'Notification'?",
    ),
    "unknown kind": (
        "apiVersion: v1alpha\nkind: Zebra\n",
        (
            "m.yml:2:1: error: unknown kind 'Zebra'; known are ArtifactsRetentionPolicy, "
            "Dashboard, DeploymentTarget, Notification, Project, ProjectSecret, Schedule, Secret, "
            "SelfHostedAgentType"
        ),
    ),
    "job": (
        "apiVersion: v1alpha\nkind: Job\n",
        (
            "m.yml:2:1: error: a Job runs once and is nothing to keep in a state; "
            "start it with `sem create -f`"
        ),
    ),
    "Kubernetes secret": (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\ndata: {A: eA==}\n",
        (
            "m.yml:2:1: error: this is a Kubernetes object (v1 Secret), "
            "not a Semaphore manifest; keep it elsewhere"
        ),
    ),
    "Kubernetes secret in clear": (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {A: x}\n",
        (
            "m.yml:2:1: error: this is a Kubernetes object (v1 Secret), "
            "not a Semaphore manifest; keep it elsewhere"
        ),
    ),
    "Kubernetes deployment": (
        "apiVersion: apps/v1\nkind: Deployment\n",
        (
            "m.yml:2:1: error: this is a Kubernetes object (apps/v1 Deployment), "
            "not a Semaphore manifest; keep it elsewhere"
        ),
    ),
}


@pytest.mark.parametrize(("text", "problem"), FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_no_manifest_is_named(refused: Refused, text: str, problem: str) -> None:
    """One problem says what the document is."""
    assert refused(text) == [problem]


def test_what_the_workflow_editor_leaves_behind(refused: Refused) -> None:
    """All keys it added are one problem; a file with only one of them is recognised too."""
    manifest = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: gcr}\ndata: {}\n"
    (four,) = refused("version: v1.0\nname: ''\nagent: {machine: {}}\n" + manifest + "blocks: []\n")
    assert four == (
        "m.yml:1:1: error: version, name, agent and blocks do not belong in a manifest: "
        "Semaphore's Workflow Editor has rewritten this file as a pipeline, comments lost; delete "
        "those keys, restore the comments, and keep manifests outside the pipeline folder"
    )
    (one,) = refused(manifest + "version: v1.0\n")
    assert one == (
        "m.yml:5:1: error: version does not belong in a manifest: "
        "Semaphore's Workflow Editor has rewritten this file as a pipeline, comments lost; delete "
        "that key, restore the comments, and keep manifests outside the pipeline folder"
    )
    assert refused(manifest + "name: gcr\n") == [
        "m.yml:5:1: error: unknown key 'name'; it belongs in metadata or data.env_vars"
    ]


def test_an_empty_document_beside_others_is_nothing(accepted: Accepted) -> None:
    """A separator too many is no empty manifest."""
    text = "---\n---\napiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: a}\n---\n"
    assert [str(address) for address in accepted(text).state.objects] == ["Dashboard/a"]


def test_an_ellipsis_from_documentation(refused: Refused) -> None:
    """What an example leaves out has to be written."""
    text = "apiVersion: v1alpha\nkind: Project\nmetadata: {name: a}\nspec:\n  repository: ...\n"
    assert refused(text) == [
        (
            "m.yml:5:3: error: spec.repository is '...', which stands for something left out of an "
            "example; must be a mapping"
        )
    ]


def test_api_versions(accepted: Accepted, refused: Refused) -> None:
    """A wrong one is a warning; for a schedule, which is read by it, an error."""
    loaded = accepted("apiVersion: v2\nkind: Dashboard\nmetadata: {name: a}\n")
    assert [str(warning) for warning in loaded.warnings] == [
        "m.yml:1:1: warning: kind Dashboard has apiVersion v1alpha; 'v2' is read as that"
    ]
    assert refused("apiversion: v1\nkind: Dashboard\nmetadata: {name: a}\n") == [
        "m.yml:1:1: error: apiVersion is missing; 'apiversion' must be spelled 'apiVersion'"
    ]
    assert refused("kind: Dashboard\nmetadata: {name: a}\n") == [
        "m.yml:1:1: error: apiVersion is missing; write `apiVersion: v1alpha`"
    ]
    assert refused("apiVersion: [v1]\nkind: Dashboard\nmetadata: {name: a}\n") == [
        "m.yml:1:1: error: apiVersion must be text; write `apiVersion: v1alpha`"
    ]
    schedule = "kind: Schedule\nmetadata: {name: n}\nspec: {project: api, pipeline_file: x.yml"
    assert refused(f"apiVersion: v2\n{schedule}}}\n") == [
        "m.yml:1:1: error: kind Schedule has apiVersion v1.2 or v1.1 or v1.0, not 'v2'"
    ]
    assert refused(f"apiVersion: v1.1\n{schedule}}}\n") == [
        "m.yml:4:1: error: v1.1 needs spec.recurring"
    ]
    older = accepted(f"apiVersion: v1.0\n{schedule}, branch: main, at: '@daily'}}\n")
    ((address, desired),) = older.state.objects.items()
    assert str(address) == "Schedule/api/n"
    assert desired.spec.model_dump()["spec"]["reference"] == {"type": "BRANCH", "name": "main"}
