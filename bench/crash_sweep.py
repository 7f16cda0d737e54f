"""Every boundary of every call of an apply that touches all nine kinds: ``make crash-sweep``.

Kills it there with SIGKILL, in three positions, with and without a ledger, one and four requests
at a time, and at moments in between; and tells it at each call everything that is not so. Leaves
its counts in a directory for docs/reliability.md. Takes about half an hour on two cores.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.reliability.counts import Counts, Tried
from tests.reliability.faulting import every, trial
from tests.reliability.killing import Moment, Stage, kill, stage
from tests.reliability.program import LEDGER

_LEDGERS = (LEDGER, "none")
_PARALLELISMS = (1, 4)
_PROCESSES = 2
_OFTEN = 100
_MOMENTS, _DURATION = 200, 0.8
"""How many moments, spread over so many seconds: a little more than an apply takes."""


def main(arguments: list[str]) -> int:
    """Sweep and say how it goes; return 1 if anything is not as it should be."""
    asked = _parser().parse_args(arguments)
    failed = False
    with tempfile.TemporaryDirectory() as root, ProcessPoolExecutor(_PROCESSES) as pool:
        stages = [stage(Path(root, name), name) for name in _LEDGERS]
        for part, what, trials in _PARTS:
            if asked.only and asked.only not in part:
                continue
            counts = Counts(part)
            every_one = list(trials(stages))[:: asked.every]
            print(f"{part}: {len(every_one)}", flush=True)
            places = [Path(root, f"{part}-{number}") for number in range(len(every_one))]
            for number, (name, tried) in enumerate(pool.map(_tried, every_one, places), 1):
                tried.count(counts, what)
                failed = failed or bool(tried.wrong)
                for words in tried.wrong:
                    print(f"{name}: {words}")
                if number % _OFTEN == 0:
                    print(f"{number} of {len(every_one)}", flush=True)
            print(", ".join(f"{number} {name}" for name, number in counts.numbers.items()))
            counts.write(Path(asked.counts))
    return int(failed)


Trial = tuple[str, Callable[[Path], Tried]]
"""What is tried, in words, and how to try it in a directory of its own."""


def _kills(stages: list[Stage]) -> Iterator[Trial]:
    for on in stages:
        for parallelism in _PARALLELISMS:
            for one in on.kills(parallelism):
                yield str(one), partial(kill, on, one)


def _moments(stages: list[Stage]) -> Iterator[Trial]:
    for on in stages:
        for number in range(_MOMENTS):
            one = Moment(on.ledger, _PARALLELISMS[-1], number / _MOMENTS * _DURATION)
            yield str(one), partial(kill, on, one)


def _faults(stages: list[Stage]) -> Iterator[Trial]:
    for on in stages:
        for name, fault, one_effect in every(on):
            yield f"{name}, ledger {on.ledger}", partial(trial, on, fault, one_effect=one_effect)


def _tried(one: Trial, place: Path) -> tuple[str, Tried]:
    """Try one of them, in a process of the pool."""
    name, attempt = one
    return name, attempt(place)


_PARTS = (
    ("sweep of kills", "boundaries killed", _kills),
    ("sweep of moments", "moments of killing", _moments),
    ("sweep of faults", "faults tried", _faults),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each Nth of them")
    parser.add_argument("--only", choices=["kills", "moments", "faults"])
    parser.add_argument("counts", help="the directory for the counts")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
