"""An apply that writes a ledger, against one without."""

from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, keep, least, program
from bench.figure import Figure

_CREATES = 1000


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_manifests(place / "manifests", _CREATES)
    for name in ("semaphore.db", "ledger.db"):
        keep(place / name)
    base = ["--org", f"embedded:{place / 'semaphore.db'}", "--ledger"]
    contenders = [
        Contender(
            where,
            program(*base, where, "apply", "--auto-approve", "manifests"),
            place,
            f"{number} created",
            afresh=("semaphore.db", "ledger.db"),
        )
        for where in ("none", str(place / "ledger.db"))
    ]
    without, with_one = in_turns(contenders, rounds).values()
    for of in ("cpu", "wall"):
        yield Figure.ratio(
            f"apply of {number} creates with a ledger, against one without: {of}",
            1.3,
            least(with_one, of),
            least(without, of),
        )
