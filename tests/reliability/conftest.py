"""Counting what was tried, and organizations to try it on."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.cli import program
from tests.reliability.counts import VARIABLE, Counts
from tests.reliability.killing import Stage, stage
from tests.reliability.program import LEDGER, ORGANIZATION, Ran


@pytest.fixture(scope="session")
def _counted() -> Iterator[dict[str, Counts]]:
    parts: dict[str, Counts] = {}
    yield parts
    named = os.environ.get(VARIABLE)
    for counts in parts.values() if named else ():
        counts.write(Path(str(named)))


@pytest.fixture
def counts(_counted: dict[str, Counts]) -> Callable[[str], Counts]:
    """Return the numbers of a part of the run by its name."""
    return lambda part: _counted.setdefault(part, Counts(part))


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stage]:
    """Return an organization before its change, made once."""
    made: dict[str, Stage] = {}

    def make(ledger: str = LEDGER) -> Stage:
        if ledger not in made:
            made[ledger] = stage(tmp_path_factory.mktemp("stage") / "of", ledger)
        return made[ledger]

    return make


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory to be in, without anything of the user's around it."""
    for name in list(os.environ):
        if name.startswith(("SEMAPHORE", "RECONCILER")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def called(alone: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The program, on an organization of that directory."""
    assert Path.cwd() == alone

    def run(*arguments: str, org: str = ORGANIZATION) -> Ran:
        capsys.readouterr()
        code = program.run(("--org", f"embedded:{org}", *arguments))
        return Ran(code, *capsys.readouterr())

    return run
