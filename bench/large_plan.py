"""The memory of a plan of 10 000 objects that finds nothing to do."""

from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure

_OBJECTS = 10_000
_MOST = 180


def figures(place: Path, rounds: int) -> Iterator[Figure]:  # noqa: ARG001 — memory is the same each time
    number = scenario.write_manifests(place / "manifests", _OBJECTS)
    base = ["--org", f"embedded:{place / 'semaphore.db'}"]
    apply = program(*base, "apply", "--auto-approve", "manifests")
    prepare(f"applying {number} objects", apply, place)
    plan = Contender("plan", program(*base, "plan", "manifests"), place, "Nothing to do")
    runs = in_turns([plan], 0)["plan"]
    yield Figure(
        f"peak memory of a no-op plan of {number} objects, the local Semaphore in it",
        _MOST,
        least(runs, "peak"),
        f"{least(runs, 'wall'):.0f} s",
        unit="MB",
    )
