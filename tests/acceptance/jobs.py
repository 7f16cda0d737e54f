"""Jobs of a project on a server, each on a machine of its own, with what every job finds."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.cli import program
from tests.acceptance.conftest import Ran
from tests.embedded.servers import ROOT, Server

KEY = "nightjar" * 8
LEDGER = ("--ledger", "artifact:ci/ledger")


@dataclass
class Job:
    """A job of the project on a machine of its own; its manifests are those of the repository."""

    place: Path
    variables: dict[str, str]
    capsys: pytest.CaptureFixture[str]

    def environment(self, **more: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SEMAPHORE", "RECONCILER", "SSL_CERT"))
        }
        state = str(self.place / "state")
        home = {"HOME": str(self.place), "XDG_STATE_HOME": state, "PYTHONPATH": str(ROOT)}
        known = {"SEMAPHORE_API_TOKEN": "any", "RECONCILER_DEBUG": "1"}
        return kept | home | known | self.variables | more

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        """Run it in a process of its own, which can be waited for, or killed."""
        return subprocess.Popen(  # noqa: S603 — the program under test
            [sys.executable, "-m", "reconciler", *arguments],
            cwd=self.place,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **more: str) -> Ran:
        environ = self.environment(**more)
        self.capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            for name in list(os.environ):
                patch.delenv(name)
            for name, value in environ.items():
                patch.setenv(name, value)
            patch.chdir(self.place)
            patch.setattr("reconciler.remote.http.MAX_PAUSE", 0.01)
            code = program.run(arguments)
        out, err = self.capsys.readouterr()
        for said in (out, err):
            assert "Traceback" not in said
            assert "this is a bug" not in said
            assert "signature=" not in said
            assert self.variables["SEMAPHORE_ARTIFACT_TOKEN"] not in said
            assert KEY not in said
        return Ran(code, out, err)

    def apply(self, *more: str, **variables: str) -> Ran:
        return self.run("apply", "--auto-approve", *LEDGER, *more, "m.yml", **variables)


@dataclass
class Project:
    """A project of its own on a server."""

    server: Server
    name: str
    place: Path
    capsys: pytest.CaptureFixture[str]

    def job(self, *manifests: str) -> Job:
        """A new job, on a new machine, that finds these manifests in what it has checked out."""
        place = Path(tempfile.mkdtemp(dir=self.place))
        subprocess.run(["git", "init", "-q", str(place)], check=True)  # noqa: S603, S607
        (place / "m.yml").write_text("".join(manifests))
        answer = self.server.request("POST", "/__admin__/environment", json={"project": self.name})
        found = answer.json()["environment"] | {"RECONCILER_LEDGER_KEY": KEY}
        return Job(place, found, self.capsys)

    def runs(self, **more: str) -> list[dict[str, Any]]:
        """What the ledger says, to yet another job."""
        ran = self.job().run("ledger", "show", "--format", "json", *LEDGER, **more)
        assert ran.code == 0, ran
        runs: list[dict[str, Any]] = json.loads(ran.out)["runs"]
        return runs

    def steps(self) -> set[str]:
        """The names of all that was done, by the ledger."""
        return {step["address"].rpartition("/")[2] for run in self.runs() for step in run["steps"]}

    def dashboards(self) -> set[str]:
        found = self.server.get("/api/v1alpha/dashboards").json()["dashboards"]
        return {each["metadata"]["name"] for each in found}


def new_project(server: Server, place: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    name = f"p{uuid.uuid4().hex[:8]}"
    assert server.create(name).status_code == 200
    assert name in server.names()
    return Project(server, name, place, capsys)


def dashboard(name: str, title: str = "W") -> str:
    return f"""\
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: {name}}}
spec: {{widgets: [{{name: {title}, type: list_workflows, filters: {{branch: main}}}}]}}
---
"""


@contextmanager
def held_write(server: Server, seconds: float) -> Iterator[None]:
    """Have the next dashboard made but its answer come late; leave once it is made."""
    server.fault(action="delay", when="after", method="POST", path="*/dashboards", seconds=seconds)
    after = server.get("/__admin__/journal").json()["last"]
    yield
    found: set[tuple[str, str]] = set()
    while ("POST", "/api/v1alpha/dashboards") not in found:
        entries = server.get(f"/__admin__/journal?after={after}").json()["entries"]
        found = {(entry["method"], entry["path"]) for entry in entries}
        time.sleep(0.05)


@contextmanager
def stopped(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Keep a process from going on for as long as something takes, on whatever machine."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def wait_until_hit(server: Server, running: "subprocess.Popen[str]", number: int = 0) -> None:
    """Wait for the fault that was added as that one, from 0."""
    while not server.get("/__admin__/faults").json()["faults"][number]["spent"]:
        assert running.poll() is None, running.communicate()
        time.sleep(0.02)


def stored(job: Job, name: str = "ci/ledger") -> bytes:
    """What lies among the artifacts."""
    return _at(job, "PULL", "GET", name).content


def store(job: Job, content: bytes) -> None:
    """Put something there, as any job of the project can."""
    assert _at(job, "PUSHFORCE", "PUT", content=content).status_code == 200


def remove(job: Job) -> None:
    assert _at(job, "YANK", "DELETE").status_code == 204


def _at(job: Job, kind: str, method: str, name: str = "ci/ledger", **parts: Any) -> httpx.Response:
    found = job.variables
    path = f"artifacts/projects/{found['SEMAPHORE_PROJECT_ID']}/{name}"
    signed = httpx.post(
        f"{found['SEMAPHORE_ORGANIZATION_URL']}/api/v1/artifacts",
        json={"paths": [path], "type": kind},
        headers={"Authorization": found["SEMAPHORE_ARTIFACT_TOKEN"]},
        trust_env=False,
    )
    return httpx.request(method, signed.json()["URLs"][0]["URL"], trust_env=False, **parts)
