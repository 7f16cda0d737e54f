"""The commands of examples/ci, each job on a fresh disk, over real HTTP."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.acceptance.conftest import Ran
from tests.acceptance.jobs import Job, Project
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
        self.manifests = {path.name: path.read_text() for path in (CI / "manifests").iterdir()}

    def pipeline(self, name: str, **variables: str) -> list[Ran]:
        """Run the program's calls of a pipeline, job by job, until one fails."""
        ran: list[Ran] = []
        blocks = yaml.safe_load((CI / ".semaphore" / name).read_text())["blocks"]
        for job in [job for block in blocks for job in block["task"]["jobs"]]:
            machine = self._checkout()
            for command in job["commands"]:
                if command == "artifact pull workflow plan.json":
                    (machine.place / "plan.json").write_bytes(self._plan)
                if command.startswith("reconciler "):
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
