"""A place to run the program in: a directory of its own, no settings from outside."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from reconciler.cli.program import run

ROOT = Path(__file__).parents[2]
DASHBOARD = """
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: {name}}}
spec: {{widgets: [{{name: W, type: list_workflows, filters: {{branch: {branch}}}}}]}}
---
"""
AGENT_TYPE = "{apiVersion: v1alpha, kind: SelfHostedAgentType, metadata: {name: s1-linux}}\n"
_OUTSIDE = ("SEMAPHORE", "RECONCILER", "NO_COLOR", "FORCE_COLOR", "COMP_")


class Ran(NamedTuple):
    """What came of a command line."""

    code: int
    out: str
    err: str


def dashboard(name: str = "main", branch: str = "main") -> str:
    return DASHBOARD.format(name=name, branch=branch)


def environment(home: Path) -> dict[str, str]:
    """An environment for a child that finds the package and nothing of the user's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OUTSIDE)}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory as current and as home."""
    for key in list(os.environ):
        if key.startswith(_OUTSIDE):
            monkeypatch.delenv(key)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def reconciler(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command line in this process."""

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture
def child(place: Path) -> Callable[..., Ran]:
    """Run a command line in a process of its own."""

    def call(*arguments: str, flags: tuple[str, ...] = (), **variables: str) -> Ran:
        done = subprocess.run(  # noqa: S603 — the program under test
            [sys.executable, *flags, "-m", "reconciler", *arguments],
            env=environment(place) | variables,
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return call
