"""Commands that are measured side by side, in turns: the noise of a machine comes in waves."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.installed import ROOT

Numbers = Mapping[str, float]
"""Of one run: ``wall`` and ``cpu`` in seconds, ``peak`` memory in MB."""


@dataclass(frozen=True)
class Contender:
    """A command to measure, where to run it, and what its output has to say.

    ``afresh``: what of its folder is put back before each run, from a copy beside it.
    """

    name: str
    command: Sequence[str]
    folder: Path
    expected: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)
    afresh: Sequence[str] = ()

    def run(self) -> Numbers:
        """Measure one run; exits where it did anything else than what is expected."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in self.afresh:
            _restored(self.folder / name)
        output = self.folder / "output.txt"
        launcher = [sys.executable, "-S", "-E", str(ROOT / "bench" / "measured.py"), str(output)]
        done = subprocess.run(
            [*launcher, *self.command],
            cwd=self.folder,
            env={**_surroundings(self.folder), **self.environ},
            stdout=subprocess.PIPE,
            check=False,
        )
        said = output.read_text()
        if done.returncode or self.expected not in said:
            sys.exit(f"{self.name} ended with {done.returncode}:\n{said[-3000:]}")
        numbers: dict[str, float] = json.loads(done.stdout)
        return numbers


def program(*arguments: str) -> list[str]:
    """Return the command line of the program."""
    return [sys.executable, "-m", "reconciler", *arguments]


def prepare(what: str, command: Sequence[str], folder: Path) -> None:
    """Run something that is not measured; exits where it fails."""
    print(f"  {what}", flush=True)
    done = subprocess.run(
        command,
        cwd=folder,
        env=_surroundings(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(
            f"{what} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )


def in_turns(contenders: Sequence[Contender], rounds: int) -> dict[str, list[Numbers]]:
    """Run them one after another, as often as asked; the first time does not count."""
    runs: dict[str, list[Numbers]] = {one.name: [] for one in contenders}
    for number in range(rounds + 1):
        for one in contenders:
            numbers = one.run()
            if number or not rounds:
                runs[one.name].append(numbers)
    return runs


def least(runs: Sequence[Numbers], of: str) -> float:
    """Return the least of some runs: what there is beside it, the machine did."""
    return min(numbers[of] for numbers in runs)


def keep(path: Path) -> None:
    """Keep a copy of a file, or that there is none, for ``afresh``."""
    kept = _kept(path)
    kept.unlink(missing_ok=True)
    if path.exists():
        shutil.copy(path, kept)


def _restored(path: Path) -> None:
    path.unlink(missing_ok=True)
    if _kept(path).exists():
        shutil.copy(_kept(path), path)


def _kept(path: Path) -> Path:
    return path.with_name(f"{path.name}.kept")


def _surroundings(folder: Path) -> dict[str, str]:
    """Return an environment without settings of whoever measures."""
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    return kept | {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
