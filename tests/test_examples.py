"""The examples work: they load, apply, and leave nothing to do."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from reconciler import manifest
from reconciler.cli.program import program, run
from reconciler.kinds import KINDS
from reconciler.kinds.project import PIPELINE_FILE

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
PIPELINES = [ROOT / ".semaphore" / "semaphore.yml", *sorted(EXAMPLES.glob("ci/.semaphore/*.yml"))]
VARIABLES = ("REGISTRY_TOKEN", "SHOP_DATABASE_URL", "SHOP_DEPLOY_TOKEN", "SLACK_WEBHOOK")
LONGEST_DEMO = 60
FOLDERS = ["manifests", "kinds", "ci/manifests", "change/before.yml"]


@pytest.fixture(autouse=True)
def _on_a_new_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of the person who runs the tests, and nothing left behind in the checkout."""
    for name in ("SEMAPHORE_API_TOKEN", "RECONCILER_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name in VARIABLES:
        monkeypatch.setenv(name, f"canary-{name}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("edition", ["cloud", "ee"])
def test_applied_leaves_nothing_to_do(
    name: str, edition: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Apply does all of it, and a plan afterwards is empty."""
    organization = f"embedded:semaphore.db?edition={edition}"
    path = str(EXAMPLES / name)

    applied = run(["--org", organization, "apply", "--auto-approve", path])
    planned = run(["--org", organization, "plan", "--detailed-exitcode", path])
    output = "".join(capsys.readouterr())

    assert (applied, planned) == (0, 0), output
    assert "Nothing to do" in output
    assert "canary-" not in output


def test_drift_is_found_and_undone(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of a change is a drift of the other's, and applying brings it back."""
    before, after = (str(EXAMPLES / "change" / f"{name}.yml") for name in ("before", "after"))
    for path in (before, after):
        assert run(["--org", "embedded:", "apply", "--auto-approve", path]) == 0

    assert run(["--org", "embedded:", "drift", before]) == 2
    assert run(["--org", "embedded:", "apply", "--auto-approve", before]) == 0
    assert run(["--org", "embedded:", "drift", before]) == 0
    assert "demo-only" not in "".join(capsys.readouterr())


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_about_its_kind(kind: str) -> None:
    """The example of a kind declares an object of that kind, without a warning."""
    loaded = manifest.load([str(EXAMPLES / "kinds" / f"{kind}.yml")])

    assert kind in {address.kind for address in loaded.state.objects}
    assert loaded.warnings == ()


def test_the_company_has_every_kind() -> None:
    """Nobody has to look elsewhere to see how a kind is used."""
    loaded = manifest.load([str(EXAMPLES / "manifests")])

    assert {address.kind for address in loaded.state.objects} == set(KINDS)
    assert loaded.warnings == ()


def test_the_demo_runs_twice() -> None:
    """It starts from nothing each time, ends with nothing to do, and is soon read."""
    command = ["bash", str(EXAMPLES / "demo.sh"), _launcher("reconciler"), sys.executable]
    count = len(manifest.load([str(EXAMPLES / "manifests")]).state.objects)
    for _ in range(2):
        done = subprocess.run(  # noqa: S603 — our own script
            command,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Done: {count} of {count} changes" in done.stdout
        assert '-  at: "15 3 * * *"\n+  at: "45 3 * * *"\n' in done.stdout
        assert f"Nothing to do: {count} objects are as declared." in done.stdout
        assert len(done.stdout.splitlines()) <= LONGEST_DEMO


def _launcher(name: str) -> str:
    """Write a program that runs this checkout with this interpreter."""
    launcher = Path(name)
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n')
    launcher.chmod(0o755)
    return str(launcher.absolute())


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pipeline_is_one(path: Path) -> None:
    """The pipelines have what Semaphore asks of one, and its schema agrees if it is at hand."""
    pipeline = yaml.safe_load(path.read_text())

    assert pipeline["version"] == "v1.0"
    assert pipeline["agent"]["machine"].keys() <= {"type", "os_image"}
    names = [block["name"] for block in pipeline["blocks"]]
    for block in pipeline["blocks"]:
        assert set(block.get("dependencies", [])) <= set(names)
        assert all(job["name"] and job["commands"] for job in block["task"]["jobs"])
    for schema in ROOT.parent.glob("*/semaphore-api/pipeline-schema-v1.0.yml"):
        jsonschema.validate(pipeline, yaml.safe_load(schema.read_text()))


@pytest.mark.parametrize("path", PIPELINES[1:], ids=lambda path: path.name)
def test_a_pipeline_calls_commands_that_exist(path: Path) -> None:
    """Every job calls the program by a command it has."""
    called = re.findall(r"- reconciler (\w+)", path.read_text())

    assert called
    assert set(called) <= set(program.list_commands(click.Context(program)))


def test_pipelines_and_manifests_of_ci_fit_together() -> None:
    """What the pipelines name is declared, and what the manifests name is there."""
    objects = manifest.load([str(EXAMPLES / "ci" / "manifests")]).state.objects
    promotions = [
        promotion
        for path in PIPELINES
        for promotion in yaml.safe_load(path.read_text()).get("promotions", [])
    ]

    assert [p["pipeline_file"] for p in promotions] == ["apply.yml"]
    assert {p["deployment_target"] for p in promotions} == {
        address.name for address in objects if address.kind == "DeploymentTarget"
    }
    for name in [p["pipeline_file"] for p in promotions]:
        assert (EXAMPLES / "ci" / ".semaphore" / name).is_file()
    files = set(_pipeline_files(objects.values()))
    assert {PIPELINE_FILE, ".semaphore/drift.yml", ".semaphore/fork.yml"} == files
    for file in files:
        assert (EXAMPLES / "ci" / file).is_file()


def test_what_is_run_for_forks_has_no_secret() -> None:
    """Neither the pipeline nor the project, which shares nothing with the one that applies."""
    fork = yaml.safe_load((EXAMPLES / "ci" / ".semaphore" / "fork.yml").read_text())
    assert "secrets" not in str(fork)
    objects = manifest.load([str(EXAMPLES / "ci" / "manifests")]).state.objects
    repositories: list[Any] = [d.spec for a, d in objects.items() if a.kind == "Project"]
    run_on = {each.metadata.name: each.spec.repository.run_on for each in repositories}
    assert run_on["organization-forks"] == ("forked_pull_requests",)
    assert "forked_pull_requests" not in run_on["organization"]


def _pipeline_files(objects: Any) -> Iterator[str]:
    for desired in objects:
        if desired.address.kind == "Schedule":
            yield desired.spec.spec.pipeline_file
        if desired.address.kind == "Project":
            yield desired.spec.spec.repository.pipeline_file
