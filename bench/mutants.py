"""What the tests would not notice: ``make mutants``.

Draws changes at random over the core, always the same for a seed, makes each in a copy of the last
commit, and lets the tests judge it that run the changed line: those first that say most about it,
for so many seconds. A change is noticed if one of them fails. What was judged is kept: a run can be
cut off and go on.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Final, NamedTuple

from bench.covering import TIMES, Covered, settings
from bench.mutating import Change, changes

ROOT: Final = Path(__file__).parent.parent
AREAS: Final = (
    "planning",
    "execution",
    "remote",
    "ledger",
    "commands",
    "sources",
    "model",
    "kinds",
)
"""The core: ``model`` has the sealed values in it."""
_ELSEWHERE: Final = ("embedded", "contract", "canary", "laws")
"""Tests of the embedded Semaphore, and such as take minutes and run everything."""
_PROCESSES: Final = 2
_HUNG: Final = 6
"""How many times as long as they took before, tests that judge may take."""
_START: Final = 60
_NOTHING_FAILED, _NONE = 0, 5
_FAILED: Final = ("FAILED tests/", "ERROR tests/")
_CONFTEST: Final = "while loading conftest"
_MISSING: Final = "ERROR: not found: "


class Judged(NamedTuple):
    """One change, and what came of it."""

    module: str
    change: str
    line: int
    tests: int
    """How many judged it."""
    left: int
    """How many more run the line."""
    verdict: str
    """"noticed", "survived", or "undecided": they took too long, say, as on a busy machine."""
    by: str = ""

    @property
    def area(self) -> str:
        return Path(self.module).parts[1]


def main(arguments: list[str]) -> int:
    """Judge a sample; print it, and what survived."""
    asked = _parser().parse_args(arguments)
    place: Path = asked.place.resolve() / _git("rev-parse", "--short=12", "HEAD")
    copies = [_copy(place / f"copy-{number}") for number in range(_PROCESSES)]
    data = place / "map" / "coverage"
    if not data.exists():
        _map(copies[0], data)
    sample = drawn(copies[0], asked.only or AREAS, asked.seed, asked.sample)
    kept = place / f"judged-{asked.limit}.jsonl"
    judge = _Judge(Covered(data, data.parent / "times", copies[0]), copies, kept, asked.limit)
    judge.all(sample, time.monotonic() + asked.seconds)
    wanted = {(module, str(change)) for module, change in sample}
    found = [one for one in judge.judged.values() if (one.module, one.change) in wanted]
    print(report(sorted(found), len(sample)))
    return 0


def drawn(root: Path, areas: Iterable[str], seed: int, size: int) -> list[tuple[str, Change]]:
    """Return so many of all changes there are to these parts of the program, in the order drawn."""
    everything = [
        (str(path.relative_to(root)), change)
        for area in areas
        for path in sorted((root / "reconciler" / area).rglob("*.py"))
        for change in changes(path.read_bytes())
    ]
    return random.Random(seed).sample(everything, min(size, len(everything)))  # noqa: S311 — no secret


def report(found: Sequence[Judged], wanted: int) -> str:
    """Return the table of all parts, and each change that nothing noticed."""
    lines = ["| part | judged | noticed | |", "|---|---:|---:|---:|"]
    for area in sorted({one.area for one in found}):
        lines += [_row(area, [one for one in found if one.area == area])]
    lines.append(_row("**together**", found))
    undecided = [one for one in found if one.verdict == "undecided"]
    lines += ["", f"{wanted} drawn, {wanted - len(found)} to do, {len(undecided)} undecided.", ""]
    for one in found:
        if one.verdict != "noticed":
            tests = f"{one.tests} tests" + (f", {one.left} more run it" if one.left else "")
            lines.append(f"{one.verdict}: {one.module}:{one.change}  ({tests})")
    return "\n".join(lines)


def _row(name: str, found: Sequence[Judged]) -> str:
    verdicts = Counter(one.verdict for one in found)
    judged = verdicts["noticed"] + verdicts["survived"]
    share = f"{verdicts['noticed'] / judged:.0%}" if judged else "–"
    return f"| {name} | {judged} | {verdicts['noticed']} | {share} |"


class _Judge:
    """Judges changes, each in a copy that nobody else is in."""

    def __init__(self, covered: Covered, copies: Iterable[Path], kept: Path, limit: int) -> None:
        self._covered, self._kept, self._limit = covered, kept, limit
        self._free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies:
            self._free.put(copy)
        lines = kept.read_text().splitlines() if kept.exists() else []
        read = [Judged(**json.loads(line)) for line in lines]
        decided = (one for one in read if one.verdict != "undecided")
        self.judged = {(one.module, one.change): one for one in decided}

    def all(self, sample: Iterable[tuple[str, Change]], until: float) -> None:
        """Judge what was not judged before, as long as there is time."""
        todo = [one for one in sample if (one[0], str(one[1])) not in self.judged]

        def one(drawn: tuple[str, Change]) -> Judged | None:
            if time.monotonic() > until:
                return None
            copy = self._free.get()
            try:
                return self._one(copy, *drawn)
            finally:
                self._free.put(copy)

        with ThreadPoolExecutor(_PROCESSES) as pool, self._kept.open("a") as file:
            for judged in filter(None, pool.map(one, todo)):
                self.judged[judged.module, judged.change] = judged
                file.write(json.dumps(judged._asdict()) + "\n")
                file.flush()

    def _one(self, copy: Path, module: str, change: Change) -> Judged:
        tests, left, seconds = [], 0, 0.0
        for test in self._covered.by(module, change.line, change.last):
            if seconds + test.seconds > self._limit:
                left += 1
            else:
                tests.append(test.name)
                seconds += test.seconds
        path = copy / module
        original = path.read_bytes()
        path.write_bytes(change.made(original))
        try:
            verdict, by = _verdict(copy, tests, _START + _HUNG * seconds)
        finally:
            path.write_bytes(original)
        return Judged(module, str(change), change.line, len(tests), left, verdict, by)


def _verdict(copy: Path, tests: Sequence[str], seconds: float) -> tuple[str, str]:
    """Return what the tests say of what is in a copy now, and which said it."""
    while tests:
        code, out = _run(copy, tests, seconds)
        # A case that is not there any more is nothing that the suite would miss.
        missing = {line.partition("::")[2].strip() for line in out if line.startswith(_MISSING)}
        rest = [name for name in tests if name.partition("::")[2] not in missing]
        if len(rest) == len(tests):
            if code in (_NOTHING_FAILED, _NONE):
                break
            failed = [line for line in out if line.startswith(_FAILED) or _CONFTEST in line]
            return ("noticed", failed[0]) if failed else ("undecided", f"exit code {code}")
        tests = rest
    return "survived", ""


def _run(copy: Path, tests: Sequence[str], seconds: float) -> tuple[int | None, list[str]]:
    """Run tests in a copy until one fails; return the exit code (None: too slow) and the output."""
    options = ("-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--hypothesis-seed=0")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=copy,
        env=_environment(copy),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, []
    return process.returncode, out.splitlines()


def _map(copy: Path, data: Path) -> None:
    """Run the tests once, and note which of them run which lines."""
    data.parent.mkdir(parents=True, exist_ok=True)
    config = data.parent / "settings.toml"  # no name that data could have
    config.write_text(settings(data, copy / "reconciler"))
    command = [sys.executable, "-m", "coverage"]
    ignored = [f"--ignore=tests/{name}" for name in _ELSEWHERE]
    run = ["run", f"--rcfile={config}", "-m", "pytest", "-q", "-n", str(_PROCESSES), *ignored]
    times = {TIMES: str(data.parent / "times")}
    subprocess.run(
        [*command, *run, "-p", "bench.covering"],
        cwd=copy,
        env=_environment(copy) | times,
        check=False,
    )
    subprocess.run([*command, "combine", "-q", f"--rcfile={config}"], cwd=copy, check=True)


def _copy(copy: Path) -> Path:
    """Return a copy of the last commit, as it was committed."""
    if copy.exists():
        shutil.rmtree(copy)
    _git("clone", "--quiet", "--shared", str(ROOT), str(copy))
    return copy


def _environment(copy: Path) -> dict[str, str]:
    """The package is found in the copy first."""
    return os.environ | {"PYTHONPATH": str(copy)}


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many changes")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--limit", type=int, default=40, help="seconds of tests for each")
    parser.add_argument(
        "--seconds", type=float, default=1e9, help="end after these, to go on later"
    )
    parser.add_argument("--only", choices=AREAS, action="append", help="a part of the program")
    parser.add_argument("place", type=Path, help="the directory for copies and what was judged")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
