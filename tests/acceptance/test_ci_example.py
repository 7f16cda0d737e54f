"""The commands of examples/ci, each job on a fresh disk, over real HTTP."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.conftest import Program, Ran
from tests.acceptance.jobs import Job, Project
from tests.embedded.run_calls import PIPELINES, WORKFLOWS
from tests.embedded.servers import ROOT, Server, served

CI = ROOT / "examples" / "ci"
EXTRA = """\
apiVersion: v1beta
kind: Secret
metadata: {name: registry}
data: {env_vars: [{name: TOKEN, value_from: {env: REGISTRY_TOKEN}}]}
reconciler: {replace: allow}
"""


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Project]:
    """The project whose pipelines they are: somebody has connected it to its repository."""
    with served(tmp_path) as server:
        server.create("organization")
        assert server.names() == ["organization"]
        yield Project(server, "organization", tmp_path, capsys)


class Repository:
    """What is checked out by each job, and what one job hands to the next."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._plan = b""
        self.instead: dict[str, str] = {}
        self.manifests = {path.name: path.read_text() for path in (CI / "manifests").iterdir()}

    def pipeline(self, name: str, **variables: str) -> list[Ran]:
        """Run the program's calls of a pipeline, job by job, until one fails.

        Those that ``instead`` has are changed.
        """
        ran: list[Ran] = []
        blocks = yaml.safe_load((CI / ".semaphore" / name).read_text())["blocks"]
        for job in [job for block in blocks for job in block["task"]["jobs"]]:
            machine = self._checkout()
            for command in job["commands"]:
                if command == "artifact pull workflow plan.json":
                    (machine.place / "plan.json").write_bytes(self._plan)
                if command.startswith("reconciler "):
                    command = self.instead.get(command, command)  # noqa: PLW2901
                    ran.append(machine.run(*command.split()[1:], **variables))
                if command == "artifact push workflow plan.json":
                    self._plan = (machine.place / "plan.json").read_bytes()
            if ran[-1].code:
                break
        return ran

    def _checkout(self) -> Job:
        job = self._project.job()
        shutil.copy(CI / "reconciler.toml", job.place)
        (job.place / "manifests").mkdir()
        for name, text in self.manifests.items():
            (job.place / "manifests" / name).write_text(text)
        return job


def secrets(server: Server) -> dict[str, str]:
    found = server.get("/api/v1beta/secrets").json()["secrets"]
    return {each["metadata"]["name"]: each["metadata"]["id"] for each in found}


def test_from_the_first_day(project: Project) -> None:
    """Rotation, pruning and protection work though no job has a disk that another one had."""
    repository = Repository(project)
    repository.manifests["registry.yml"] = EXTRA

    for name in ("semaphore.yml", "apply.yml"):
        assert [ran.code for ran in repository.pipeline(name, REGISTRY_TOKEN="one")][-1] == 0
    before = secrets(project.server)
    assert repository.pipeline("drift.yml", REGISTRY_TOKEN="one")[-1].code == 0

    (rotated,) = repository.pipeline("drift.yml", REGISTRY_TOKEN="two")
    assert rotated.code == 2
    assert "Secret/registry" in rotated.out
    for name in ("semaphore.yml", "apply.yml"):
        assert repository.pipeline(name, REGISTRY_TOKEN="two")[-1].code == 0
    assert secrets(project.server) != before
    assert repository.pipeline("drift.yml", REGISTRY_TOKEN="two")[-1].code == 0

    del repository.manifests["registry.yml"]
    for name in ("semaphore.yml", "apply.yml"):
        assert repository.pipeline(name)[-1].code == 0
    assert secrets(project.server) == {}

    ci = repository.manifests["ci.yml"]
    repository.manifests["ci.yml"] = "---".join(ci.split("---")[1:])
    planned = repository.pipeline("semaphore.yml")[-1]
    assert "Project/organization" in planned.out
    assert "protected" in planned.out


def test_a_hidden_value_is_taken_over(project: Project) -> None:
    """As the page says: not by a plan like any other, but by one that is made with --rewrite."""
    repository = Repository(project)
    body = {
        "metadata": {"name": "package-registry"},
        "data": {"env_vars": [{"name": "TOKEN", "value": "theirs"}]},
    }
    project.server.request("POST", "/api/v1beta/secrets", json=body)
    ours = EXTRA.replace("name: registry", "name: package-registry")
    repository.manifests["registry.yml"] = ours.replace("{env: REGISTRY_TOKEN}", "{live: keep}")
    both = ("semaphore.yml", "apply.yml")
    assert [repository.pipeline(name)[-1].code for name in both] == [0, 0]
    before = secrets(project.server)

    repository.manifests["registry.yml"] = ours
    planned, applied = (repository.pipeline(name, REGISTRY_TOKEN="one")[-1] for name in both)
    assert (planned.code, applied.code) == (0, 0)
    assert "not known: data.env_vars.TOKEN.value" in planned.out
    assert secrets(project.server) == before

    page = (ROOT / "docs" / "ci.md").read_text()
    (line,) = re.findall(r"^(reconciler plan --rewrite .*)$", page, re.MULTILINE)
    repository.instead["reconciler plan --out plan.json --report markdown=plan.md manifests"] = line
    planned, applied = (repository.pipeline(name, REGISTRY_TOKEN="one")[-1] for name in both)
    assert "✎" in planned.out
    assert applied.code == 0
    assert secrets(project.server) != before
    repository.instead.clear()
    after = secrets(project.server)
    planned, applied = (repository.pipeline(name, REGISTRY_TOKEN="one")[-1] for name in both)
    assert "Nothing to do" in planned.out
    assert "not known" not in planned.out
    assert secrets(project.server) == after


def _set_up(text: str) -> list[str]:
    """The commands of the page's list of what to set up once, less the program's name."""
    listed = text.partition("## What to set up once")[2].partition("\n## ")[0]
    found = re.findall(r"`reconciler ([^`]* apply [^`]*)`", listed)
    return [" ".join(command.split()).replace("NAME", "organization") for command in found]


@pytest.mark.parametrize("connected", [False, True])
def test_what_is_set_up_once_lets_the_first_run_apply(
    connected: bool,
    place: Path,
    reconciler: Program,
) -> None:
    """No promotion leads to a target that is not there, be the project connected by hand before."""
    shutil.copytree(CI / "manifests", place / "manifests")
    shutil.copy(CI / "reconciler.toml", place)
    (command,) = _set_up((ROOT / "docs" / "ci.md").read_text())
    with served(place) as server:
        if connected:
            server.create("organization")
        ran = reconciler("--org", server.url, *shlex.split(command), "--auto-approve")
        assert ran.code == 0, ran
        for path in (CI / ".semaphore").iterdir():
            told = {"project": "organization", "path": f".semaphore/{path.name}"}
            _post(server, "/__admin__/files", **told, content=path.read_text())
        found = server.get("/api/v1alpha/projects/organization").json()
        project = found["metadata"]["id"]
        _post(server, WORKFLOWS, project_id=project, reference="main")
        for _ in range(2):
            _post(server, "/__admin__/clock", advance=600)
            listed = server.get(f"{PIPELINES}?project_id={project}").json()
    assert [(each["name"], each["result"]) for each in listed] == [
        ("Apply", "PASSED"),
        ("Plan", "PASSED"),
    ]


def _post(server: Server, where: str, **body: Any) -> None:
    response = server.request("POST", where, json=body)
    assert response.status_code == 200, response.text


_WHO = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")


def _git(*arguments: str) -> str:
    command = ["git", *_WHO, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def _of_semaphore() -> list[str]:
    pipeline = yaml.safe_load((CI / ".semaphore" / "fork.yml").read_text())
    commands: list[str] = pipeline["blocks"][0]["task"]["jobs"][0]["commands"]
    return [each for each in commands if each.startswith(("git ", "reconciler "))]


def _of_the_page(number: int) -> Any:
    page = (ROOT / "docs" / "ci.md").read_text()
    section = page.partition("## Pull requests from forks")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return yaml.safe_load(blocks[number])


def _of_github() -> list[str]:
    job = _of_the_page(0)["jobs"]["preview"]
    assert job["steps"][0]["with"] == {"fetch-depth": 0, "persist-credentials": False}
    return [step["run"] for step in job["steps"][1:]]


def _of_gitlab() -> list[str]:
    job = _of_the_page(1)["preview"]
    assert job["variables"] == {"GIT_DEPTH": 0}
    commands: list[str] = job["script"]
    return commands


@pytest.mark.parametrize(
    ("commands", "depth"), [(_of_semaphore, 1), (_of_github, 0), (_of_gitlab, 0)]
)
def test_a_job_for_forks(
    place: Path, monkeypatch: pytest.MonkeyPatch, commands: Callable[[], list[str]], depth: int
) -> None:
    """Without a token it shows what the pull request changes, and not what main did since."""
    shutil.copytree(CI, place / "origin")
    monkeypatch.chdir(place / "origin")
    _git("init", "-q", "-b", "main")
    _git("add", ".")
    _git("commit", "-q", "-m", "one")
    base = _git("rev-parse", "HEAD")
    manifest = Path("manifests/ci.yml")
    _git("checkout", "-q", "-b", "theirs")
    manifest.write_text(manifest.read_text().replace("0 6 * * *", "0 7 * * *"))
    _git("commit", "-q", "-a", "-m", "theirs")
    _git("checkout", "-q", "main")
    Path("README.md").write_text("Ours since.")
    _git("add", ".")
    _git("commit", "-q", "-m", "ours")

    shallow = ("--depth", str(depth)) if depth else ()
    origin = ("-b", "theirs", f"file://{place}/origin", str(place / "clone"))
    _git("clone", "-q", *shallow, *origin)
    (place / "reconciler").write_text(f'#!/bin/sh\nexec {sys.executable} -m reconciler "$@"\n')
    (place / "reconciler").chmod(0o755)
    job = {"SEMAPHORE_ORGANIZATION_URL": "https://acme.semaphoreci.com", "PYTHONPATH": str(ROOT)}
    known = {"PATH": f"{place}:{os.environ['PATH']}", "HOME": str(place)}
    ran = subprocess.run(  # noqa: S603 — what the examples say
        ["/bin/bash", "-ec", "\n".join(commands())],
        env={**job, **known, "CI_MERGE_REQUEST_DIFF_BASE_SHA": base},
        cwd=place / "clone",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Summary: 1 to update; 3 objects unchanged." in ran.stdout
    assert '"0 6 * * *" → "0 7 * * *"' in ran.stdout


def test_a_plan_without_a_token(
    tmp_path: Path, reconciler: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is documented, in a clone of the example: nothing is needed but the files."""
    shutil.copytree(CI, tmp_path / "clone")
    monkeypatch.chdir(tmp_path / "clone")
    _git("init", "-q")
    _git("add", ".")
    _git("commit", "-q", "-m", "one")
    _git("update-ref", "refs/remotes/origin/main", "HEAD")
    page = (ROOT / "docs" / "ci.md").read_text().partition("## Without a token")[2]
    (line,) = re.findall(r"^reconciler (plan .*)$", page, re.MULTILINE)
    monkeypatch.delenv("SEMAPHORE_API_TOKEN")
    ran = reconciler(*shlex.split(line))
    assert ran.code == 0, ran
    assert "Nothing to do" in ran.out
