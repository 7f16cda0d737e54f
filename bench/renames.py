"""A plan in which all objects have other names, against the one in which nothing is renamed."""

from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure

_OBJECTS = 100


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    """Both plan to create all, one beside as many that are ours and declared no longer."""
    scenario.write_notifications(place / "before", _OBJECTS, "team")
    scenario.write_notifications(place / "after", _OBJECTS, "squad")
    base = ["--org", f"embedded:{place / 'semaphore.db'}", "--ledger", str(place / "ledger.db")]
    prepare("applying", program(*base, "apply", "--auto-approve", "before"), place)
    empty = ["--org", "embedded::memory:", "--ledger", "none"]
    expected = f"{_OBJECTS} to create"
    contenders = [
        Contender("renamed", program(*base, "plan", "after"), place, expected),
        Contender("new", program(*empty, "plan", "after"), place, expected),
    ]
    runs = in_turns(contenders, rounds)
    yield Figure.ratio(
        f"plan of {_OBJECTS} renamed of {_OBJECTS}, against one of as many that are new",
        1.3,
        least(runs["renamed"], "cpu"),
        least(runs["new"], "cpu"),
        more=" of processor time",
    )
