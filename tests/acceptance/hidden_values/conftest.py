"""One organization of each edition, and one secret of each kind with a hidden value."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, Ran
from tests.reliability.world import world

ORGANIZATION = ".reconciler/embedded.db"
PROJECT = """apiVersion: v1alpha
kind: Project
metadata: {name: api}
spec: {repository: {url: "git@github.com:acme/api.git", integration_type: github_app}}
---
"""
SECRET = """apiVersion: v1beta
kind: Secret
metadata: {name: db}
data: {env_vars: [{name: T, value_from: {env: T}}]}
reconciler: {replace: allow}
"""
OURS = """apiVersion: v1
kind: ProjectSecret
metadata: {name: db, project_id_or_name: api}
data: {env_vars: [{name: T, value_from: {env: T}}]}
reconciler: {replace: allow}
"""


NO_LEDGER = ("--ledger", "none")


@pytest.fixture(params=[SECRET, PROJECT + OURS], ids=["Secret", "ProjectSecret"])
def manifest(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["cloud", "ee", "ce"])
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class House:
    """One organization of an edition, one manifest with one hidden value."""

    def __init__(self, program: Program, patch: pytest.MonkeyPatch, edition: str) -> None:
        self._program = program
        self._patch = patch
        self._org = f"embedded:?edition={edition}"

    def __call__(
        self, *arguments: str, value: str | None = "one", files: tuple[str, ...] = ("m.yml",)
    ) -> Ran:
        """Run a command line with a value in the source, or without one."""
        if value is None:
            self._patch.delenv("T", raising=False)
        else:
            self._patch.setenv("T", f"nightjar-{value}")
        return self._program("--org", self._org, "-q", *arguments, *files)

    def run(self, *arguments: str, value: str | None = "one") -> Ran:
        """Run a command line that names its own files."""
        return self(*arguments, value=value, files=())

    def apply(self, *arguments: str, value: str | None = "one") -> Ran:
        ran = self("apply", "--auto-approve", *arguments, value=value)
        assert ran.code == 0, ran
        return ran

    def ledger(self) -> str:
        """Return what the ledger shows of all runs."""
        return self._program("--org", self._org, "ledger", "show").out

    def value(self) -> str:
        """Return what the server really has."""
        bodies = world(Path(ORGANIZATION)).bodies()
        (body,) = (b for (kind, _, name), b in bodies.items() if name == "db" and "Secret" in kind)
        return str(body["data"]["env_vars"][0]["value"]).removeprefix("nightjar-")


@pytest.fixture
def house(
    reconciler: Program, monkeypatch: pytest.MonkeyPatch, place: Path, manifest: str, edition: str
) -> House:
    (place / "m.yml").write_text(manifest)
    return House(reconciler, monkeypatch, edition)


def documents(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.out)
    return found
