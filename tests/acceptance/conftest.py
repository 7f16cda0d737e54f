"""The program as its users have it, in a directory of its own."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from reconciler.cli.program import run
from tests.acceptance.manifests import ALONE, EVERYTHING
from tests.acceptance.waiting import CLOCK
from tests.embedded.servers import Server, served

if TYPE_CHECKING:
    from tests.acceptance.jobs import Project

OUTSIDE = ("SEMAPHORE", "RECONCILER", "NO_COLOR", "FORCE_COLOR", "SSL_CERT")
TOKEN = "token-nightjar"
FAULTS = "RECONCILER_EMBEDDED_FAULTS"


class Ran(NamedTuple):
    """What came of a command line."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> str:
        """What an apply says at its end."""
        return self.out[self.out.index("\nApplied to") :]


Program = Callable[..., Ran]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory as current and as home, and manifests of every kind in ``all.yml``."""
    for key in list(os.environ):
        if key.startswith(OUTSIDE):
            monkeypatch.delenv(key)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEMAPHORE_API_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("reconciler.remote.http.MAX_PAUSE", 0.001)
    CLOCK.begin(monkeypatch)
    (tmp_path / "all.yml").write_text(EVERYTHING)
    return tmp_path


@pytest.fixture
def reconciler(capsys: pytest.CaptureFixture[str]) -> Program:
    """Run a command line; nothing it says ever has a traceback or a secret in it."""

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        out, err = capsys.readouterr()
        for said in (out, err):
            assert "Traceback" not in said
            assert "nightjar" not in said
        assert "this is a bug" not in err
        return Ran(code, out, err)

    return call


@pytest.fixture
def local(reconciler: Program) -> Program:
    """Run a command line on the local Semaphore."""

    def call(*arguments: str) -> Ran:
        return reconciler("--org", "embedded:", "-q", *arguments)

    return call


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the local Semaphore misbehave from now on; without faults it behaves again."""

    def arm(**fault: Any) -> None:
        monkeypatch.setenv(FAULTS, json.dumps([{"times": None, **fault}] if fault else []))

    return arm


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two organizations that takes one token only."""
    organizations = ("--organization", "acme", "--organization", "beta")
    where = tmp_path_factory.mktemp("server")
    with served(where, *organizations, "--token", TOKEN, "--db", ":memory:") as found:
        yield found


@pytest.fixture
def acme(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with an organization of its own, that may be told to answer anything."""
    monkeypatch.setenv("T", "nightjar-1")
    with served(place, "--organization", "acme", "--token", TOKEN, "--db", ":memory:") as found:
        yield found


@pytest.fixture
def project(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator["Project"]:
    """A project of the module's server, for jobs; the organization is as before afterwards."""
    from tests.acceptance.jobs import new_project  # noqa: PLC0415 — it needs what is here

    made = new_project(server, tmp_path, capsys)
    yield made
    server.request("DELETE", "/__admin__/faults")
    for name in made.dashboards():
        server.request("DELETE", f"/api/v1alpha/dashboards/{name}")


@pytest.fixture
def begun(local: Program, place: Path) -> Program:
    """A ledger that is there, with a key, so that names of plans cover secret values."""
    (place / "m.yml").write_text(ALONE)
    assert local("apply", "--auto-approve", "m.yml").code == 0
    return local


def applied(local: Program, *paths: str) -> None:
    """Apply, and see that nothing is left to do."""
    ran = local("apply", "--auto-approve", *paths)
    assert ran.code == 0, ran
    rest = [path for path in paths if not path.startswith("-")]
    assert local("plan", "--detailed-exitcode", *rest).code == 0


def document(local: Program, *arguments: str) -> Any:
    """Return what a command says, as data."""
    return json.loads(local(*arguments, "--format", "json").out)


def seeded(local: Program, place: Path, text: str) -> None:
    """Let others make objects, some time before and after all else; we know nothing of them."""
    CLOCK.wait(2)
    (place / "seed.yml").write_text(text)
    ran = local("apply", "--auto-approve", "--ledger", "none", "seed.yml")
    assert ran.code == 0, ran
    CLOCK.wait(2)
