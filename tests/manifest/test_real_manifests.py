"""Manifests as people have them: all load, or are refused for a reason that is known here."""

from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load

GENERATED = """\
# This file is generated. Changes are overwritten every night.
apiVersion: v1alpha
kind: Project
metadata:
  name: streams
  description: ""
spec:
  visibility: private
  repository:
    url: git@github.com:acme/streams.git
    run_on:
    - branches
    - pull_requests
    pipeline_file: .semaphore/semaphore.yml
    integration_type: github_app
    status:
      pipeline_files:
      - path: .semaphore/semaphore.yml
        level: pipeline
    whitelist:
      branches:
      - 2.3
      - 3.0
      - /^v\\d+\\.\\d+\\.x$/
      - '/^gh-readonly-queue.*/'
  custom_permissions: true
  debug_permissions: [empty, default_branch, tag]
  attach_permissions: [default_branch, forked_pull_request]
  tasks:
  - name: image-build
    scheduled: False
    branch: "master"
    pipeline_file: .semaphore/image_build.yml
    parameters:
    - name: ALLOW_UNSIGNED
      required: True
      default_value: "False"
      options:
       - True
       - False
"""
TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata:
  id: 0d4d4184-c80a-4cbb-acdd-b75e3a03f795
  name: production
  project_id: a426b4db-1919-483d-926d-06ba1320b209
  organization_id: 7304b7f9-7482-46d4-9b95-3cd5a6ef2e6f
  created_at: 2023-06-09T05:46:23Z
  url: https://example.com
spec:
  state: CORDONED
  state_message: ""
  subject_rules:
  - {type: ROLE, subject_id: Contributor}
  object_rules:
  - {type: PR, match_mode: REGEX, pattern: ".*[feat].*"}
  active: false
  env_vars:
  - {name: X, value: "ef836f1a81645fd778adb189377aed1d [md5]"}
  files:
  - {path: /home/dev/my.conf, content: "0c2606ba4ac1ee72b5cc6f91648bf28c [md5]", source: ""}
"""
GOOD = {
    "generated project": GENERATED,
    "printed target": TARGET,
    "small project": (
        "apiVersion: v1alpha\nkind: Project\nmetadata:\n  name: goku3\nspec:\n  repository:\n"
        '    url: "git@github.com:acme/goku.git"\n'
    ),
    "windows line ends": GENERATED.replace("\n", "\r\n"),
    "agent type": (
        "apiVersion: v1alpha\nkind: SelfHostedAgentType\nmetadata: {name: s1-aws}\nspec:\n"
        "  agent_name_settings:\n    assignment_origin: assignment_origin_aws_sts\n"
        "    aws: {account_id: 0123456789, role_name_patterns: 'role1,role2'}\n"
        "    release_after: 60\n"
    ),
}

KNOWN_REASONS = (
    "this is a Kubernetes object",
    "stands for something left out of an example",
    "is not a valid name",
    "must not be blank: Semaphore refuses an empty secret value",
    "Workflow Editor has rewritten this file",
    "is not base64",
    "is not the url of a repository at",
)

COLLECTION = Path(__file__).parents[3] / "shared" / "manifests"
"""Real manifests beside the checkout, where there are any; they are not ours to publish."""


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_good_manifests_load_in_silence(folder: Path, text: str) -> None:
    """What the official client takes is taken, without a warning."""
    (folder / "m.yml").write_bytes(text.encode())
    loaded = load(["m.yml"])
    assert loaded.warnings == ()
    assert loaded.state.objects


def test_the_collection_loads_or_is_refused_for_known_reasons(folder: Path) -> None:
    """Every real manifest that is refused says one of the few things that can be wrong."""
    for number, text in enumerate(GOOD.values()):
        (folder / f"{number}.yml").write_bytes(text.encode())
    refused = 0
    files = sorted(folder.rglob("*.yml")) + sorted(COLLECTION.rglob("*.yml"))
    for file in files:
        try:
            assert load([str(file)]).state.objects
        except InvalidManifests as error:
            refused += 1
            for problem in error.problems:
                known = any(reason in problem.text for reason in KNOWN_REASONS)
                assert known or problem.severity == "warning", problem
    assert refused < len(files) / 4
