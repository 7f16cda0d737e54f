"""Manifests become typed, addressed and placed objects, and nothing wrong gets through."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS
from reconciler.manifest import Loaded, load
from reconciler.model import Address
from tests.manifest.declaring import PROJECT, TASKS, Accepted, Refused


def _spec(loaded: Loaded) -> dict[str, Any]:
    (desired,) = loaded.state.objects.values()
    return desired.spec.model_dump(exclude_unset=True)


def test_strings_keep_their_source_text(accepted: Accepted) -> None:
    """Branches that look like numbers and account ids that look like them stay text."""
    text = PROJECT + "    whitelist:\n      branches: [2.10, 3.0, no]\n"
    spec = _spec(accepted(text))
    assert spec["spec"]["repository"]["whitelist"] == {"branches": ("2.10", "3.0", "no")}


def test_mentioned_is_what_was_written(accepted: Accepted) -> None:
    """Absent and empty are different things."""
    assert "run_on" not in _spec(accepted(PROJECT))["spec"]["repository"]
    assert _spec(accepted(PROJECT + "    run_on: []\n"))["spec"]["repository"]["run_on"] == ()


def test_keys_that_answers_show_are_dropped(accepted: Accepted) -> None:
    """What `sem get` prints loads without a word, and none of it is kept."""
    loaded = accepted("""\
apiVersion: v1alpha
kind: SelfHostedAgentType
metadata: {name: s1-linux, create_time: 1701093702, update_time: "1701096126"}
spec:
  agent_name_settings: {assignment_origin: assignment_origin_agent, aws: {}, release_after: 0}
status: {total_agent_count: 3}
""")
    assert loaded.warnings == ()
    assert set(_spec(loaded)) == {"metadata", "spec"}
    assert _spec(loaded)["metadata"] == {"name": "s1-linux"}


def test_legacy_keys_are_warnings(accepted: Accepted) -> None:
    """A key that does nothing any more is dropped and said so."""
    loaded = accepted(PROJECT + "    run: true\n")
    assert [str(warning) for warning in loaded.warnings] == [
        (
            "m.yml:8:5: warning: `run` has no effect: what is built is said by "
            "spec.repository.run_on; remove it"
        )
    ]
    assert set(_spec(loaded)["spec"]["repository"]) == {"url"}


def test_unknown_keys_and_where_they_belong(refused: Refused) -> None:
    """A key known elsewhere is sent there, another gets the nearest name; types are named."""
    text = """\
apiVersion: v1alpha
kind: Project
metadata:
  name: api
  descripton: x
tasks: []
protect: true
spec:
  kind: x
  forked_pull_requests: {}
  custom_permissions: maybe
  repository:
    url: [x]
    tasks: []
    run_on: branches
    whitelist:
    - main
    status: {pipeline_files: [{level: pipeline}, text]}
"""
    assert refused(text) == [
        "m.yml:5:3: error: unknown key 'descripton' in metadata; did you mean 'description'?",
        "m.yml:6:1: error: unknown key 'tasks'; it belongs in spec",
        "m.yml:7:1: error: unknown key 'protect'; it belongs in reconciler",
        "m.yml:9:3: error: unknown key 'kind' in spec; it belongs in the top of the manifest",
        (
            "m.yml:10:3: error: unknown key 'forked_pull_requests' in spec; "
            "it belongs in spec.repository"
        ),
        "m.yml:11:3: error: spec.custom_permissions must be true or false",
        "m.yml:13:5: error: spec.repository.url must be text",
        "m.yml:14:5: error: unknown key 'tasks' in spec.repository; it belongs in spec",
        "m.yml:15:5: error: spec.repository.run_on must be a list",
        "m.yml:16:5: error: spec.repository.whitelist must be a mapping",
        "m.yml:18:31: error: spec.repository.status.pipeline_files.0.path is missing",
        "m.yml:18:50: error: spec.repository.status.pipeline_files.1 must be a mapping",
    ]


def test_missing_and_empty_parts(refused: Refused) -> None:
    """The nearest thing that is there is the place of what is missing."""
    start = "apiVersion: v1alpha\nkind: Project\n"
    assert refused(f"{start}metadata: {{}}\nspec:\n") == [
        "m.yml:3:1: error: metadata.name is missing",
        "m.yml:4:1: error: spec is empty; must be a mapping",
    ]
    assert refused(start) == [
        "m.yml:1:1: error: metadata is missing",
        "m.yml:1:1: error: spec is missing",
    ]


def test_secret_values_are_in_no_message(refused: Refused) -> None:
    """Whatever is wrong around a secret, its value is not repeated."""
    problems = refused("""\
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data:
  env_vars:
  - TOKEN=hunter2
  - {name: 1TOKEN, value: hunter2}
  - {name: A, value: [hunter2]}
  - {name: B, value: hunter2, value_from: {env: X}}
  - {name: C, value: hunter2, valeu: hunter2}
  - {name: D, value_from: {vault: hunter2}}
  files:
  - {path: a, content: hunter2!}
  - {path: a.b, content: {x: hunter2}}
---
apiVersion: v1beta
kind: Secret
metadata: {name: db2}
data: {env_vars: {TOKEN: hunter2}, files: hunter2}
---
apiVersion: v1beta
kind: Secret
metadata: {name: db3}
data: hunter2
""")
    assert len(problems) == 11
    assert "hunter2" not in "\n".join(problems)
    assert problems[0] == "m.yml:6:5: error: data.env_vars.0 must be a mapping"
    assert problems[2] == "m.yml:8:15: error: data.env_vars.A.value must be text"
    assert "m.yml:14:17: error: data.files[a.b].content must be text" in problems


def test_names(refused: Refused) -> None:
    """What the server would refuse as a name is refused with the rule."""
    secret = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: %s}\n"
    for name, problem in {
        "a/b": "metadata.name 'a/b' is not a valid name: "
        "letters, digits, spaces and @ : _ - . and the like, no slash",
        "' '": "metadata.name must not be blank",
        "f" * 256: "metadata.name is longer than 255 characters",
        "x-0d4d4184-c80a-4cbb-acdd-b75e3a03f795": (
            "metadata.name 'x-0d4d4184-c80a-4cbb-acdd-b75e3a03f795' must not have a UUID in it: "
            "Semaphore would take it for an id"
        ),
        "[a]": "metadata.name must be text",
    }.items():
        assert refused(secret % name) == [f"m.yml:3:12: error: {problem}"]


def test_projects(accepted: Accepted, refused: Refused) -> None:
    """The project is named once, by any of its keys, and is no part of the value."""
    target = "apiVersion: v1alpha\nkind: DeploymentTarget\nmetadata: {name: prod%s}\nspec: {}\n"
    by_id, by_name = "project_id: api", "project_id_or_name: api"
    for keys in (by_id, by_name, f"{by_id}, {by_name}"):
        loaded = accepted(target % f", {keys}")
        assert list(loaded.state.objects) == [Address("DeploymentTarget", "api", "prod")]
        assert _spec(loaded)["metadata"] == {"name": "prod"}
    for keys, problem in {
        "": "3:1: error: metadata.project_id_or_name is missing: which project is it for?",
        ", project_id: ''": "3:24: error: metadata.project_id must not be empty",
        ", project_id: [a]": "3:24: error: metadata.project_id must be the name of a project",
        ", project_id_or_name: a, project_id: b": (
            "3:24: error: metadata.project_id_or_name 'a' and metadata.project_id 'b' "
            "name two different projects"
        ),
    }.items():
        assert refused(target % keys) == [f"m.yml:{problem}"]


def test_singletons_have_no_name(accepted: Accepted, refused: Refused) -> None:
    """A project's retention policy is known by its project alone."""
    policy = (
        "apiVersion: v1alpha\nkind: ArtifactsRetentionPolicy\n"
        "metadata: {project_id_or_name: api%s}\nspec: {}\n"
    )
    loaded = accepted(policy % "")
    assert list(loaded.state.objects) == [Address("ArtifactsRetentionPolicy", "api", "")]
    assert refused(policy % ", name: x") == ["m.yml:3:37: error: unknown key 'name' in metadata"]


def test_one_object_has_one_manifest(folder: Path) -> None:
    """Across files, and across a project's list and a schedule's own manifest."""
    (folder / "a.yml").write_text(PROJECT + TASKS)
    (folder / "b.yml").write_text(PROJECT)
    (folder / "c.yml").write_text("""\
apiVersion: v1.0
kind: Schedule
metadata: {name: nightly}
spec: {project: api, branch: main, at: '@daily', pipeline_file: n.yml}
""")
    with pytest.raises(InvalidManifests) as raised:
        load(["c.yml", "b.yml", "a.yml"])
    assert [str(problem) for problem in raised.value.problems] == [
        "b.yml:1:1: error: Project/api is declared twice; it is already at a.yml:1:1",
        "c.yml:1:1: error: Schedule/api/nightly is declared twice; it is already at a.yml:9:5",
    ]


def test_the_state_does_not_depend_on_the_order_of_files(folder: Path) -> None:
    """Objects come by address, whatever was named first."""
    for name in ("b", "a", "c"):
        text = f"apiVersion: v1alpha\nkind: Dashboard\nmetadata: {{name: {name}}}\n"
        (folder / f"{'cab'['abc'.index(name)]}.yml").write_text(text)
    for paths in (["."], ["c.yml", "a.yml", "b.yml"]):
        names = [address.name for address in load(paths).state.objects]
        assert names == ["a", "b", "c"]


def test_an_upgrade_may_say_where_it_fails(folder: Path) -> None:
    """A kind that reads older forms names the field, else the document is the place."""

    def upgrade(section: dict[str, Any], _: str) -> dict[str, Any]:
        if "title" in section["metadata"]:
            raise ValueError("titles are gone", "metadata.title")
        raise ValueError("dashboards are gone")

    kinds = {"Dashboard": replace(KINDS["Dashboard"], upgrade=upgrade)}
    start = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: "
    (folder / "a.yml").write_text(f"{start}{{name: a, title: x}}\n")
    (folder / "b.yml").write_text(f"{start}{{name: b, oops: x}}\n")
    with pytest.raises(InvalidManifests) as raised:
        load(["."], kinds=kinds)
    assert [str(problem) for problem in raised.value.problems] == [
        "a.yml:3:21: error: titles are gone",
        "b.yml:1:1: error: dashboards are gone",
    ]
