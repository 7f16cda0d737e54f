"""How long a plan takes that finds nothing to do, side by side with ``terraform plan``.

Both have applied an organization of 1000 objects before. Ours holds it in the local Semaphore, in
the same process, so that server is part of what is measured; Terraform compares 1000
``terraform_data`` with its state file, without any server. Runs are interleaved, because the noise
of a machine comes in waves, and ratios are those of neighbours.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import scenario
from bench.installed import ROOT, compile_modules

_UNITS = {"wall": "s", "cpu": "s", "peak": "MB"}
_REQUESTS = re.compile(r"(\d+) requests")

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Contender:
    """A command to measure, where to run it, and what its output has to say."""

    name: str
    command: Sequence[str]
    folder: Path
    expected: str

    def run(self) -> Numbers:
        """Measure one run; exits where it did anything else than find nothing to do."""
        output = self.folder / "output.txt"
        launcher = [sys.executable, "-S", "-E", str(ROOT / "bench" / "measured.py"), str(output)]
        done = subprocess.run(
            [*launcher, *self.command], cwd=self.folder, stdout=subprocess.PIPE, check=False
        )
        said = output.read_text()
        if done.returncode or self.expected not in said:
            sys.exit(f"{self.name} ended with {done.returncode}:\n{said}")
        numbers: dict[str, float] = json.loads(done.stdout)
        found = _REQUESTS.search(said)
        return numbers | ({"requests": int(found[1])} if found else {})


def ours(folder: Path, objects: int) -> Contender:
    """Apply the manifests to a new local Semaphore; return the plan that finds nothing to do."""
    number = scenario.write_manifests(folder / "manifests", objects)
    program = [sys.executable, "-m", "reconciler", "--org", f"embedded:{folder / 'semaphore.db'}"]
    _prepare(
        f"reconciler: applying {number} objects", [*program, "apply", "--auto-approve"], folder
    )
    return Contender("reconciler", [*program, "-v", "plan", "manifests"], folder, "Nothing to do")


def terraform(folder: Path, objects: int) -> Contender:
    """Apply as many resources; return the plan that finds nothing to do."""
    scenario.write_terraform(folder, objects)
    _prepare("terraform: init", ["terraform", "init", "-input=false"], folder, ())
    apply = ["terraform", "apply", "-auto-approve", "-input=false"]
    _prepare(f"terraform: applying {objects} resources", apply, folder, ())
    plan = ["terraform", "plan", "-input=false", "-no-color"]
    return Contender("terraform", plan, folder, "No changes.")


def _prepare(
    what: str, command: Sequence[str], folder: Path, last: Sequence[str] = ("manifests",)
) -> None:
    print(what, flush=True)
    done = subprocess.run(
        [*command, *last], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(
            f"{what} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )


def report(runs: Mapping[str, Sequence[Numbers]]) -> None:
    """Print the medians and, for two contenders, the median of the ratios of neighbours."""
    for name, numbers in runs.items():
        told = [
            f"{key} {statistics.median(n[key] for n in numbers):.2f} {unit}"
            for key, unit in _UNITS.items()
        ]
        requests = [f"{n['requests']:.0f} requests" for n in numbers[:1] if "requests" in n]
        print(f"{name:12}", ", ".join(told + requests), f"(median of {len(numbers)})")
    if len(runs) > 1:
        first, second = runs.values()
        pairs = list(zip(first, second, strict=True))
        told = [
            f"{key} {statistics.median(a[key] / b[key] for a, b in pairs):.2f}" for key in _UNITS
        ]
        print(f"{'ratio':12}", ", ".join(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=1000)
    parser.add_argument("--pairs", type=int, default=5)
    asked = parser.parse_args()
    compile_modules()
    with tempfile.TemporaryDirectory() as folder:
        contenders = []
        for make in (ours, terraform):
            if make is terraform and not shutil.which("terraform"):
                print("terraform is not installed: reconciler alone")
                continue
            place = Path(folder, make.__name__)
            place.mkdir()
            contenders.append(make(place, asked.objects))
        runs: dict[str, list[Numbers]] = {one.name: [] for one in contenders}
        for _ in range(asked.pairs):
            for one in contenders:
                runs[one.name].append(one.run())
        report(runs)


if __name__ == "__main__":
    main()
