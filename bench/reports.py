"""A plan of a thousand changes with every report there is, and without; how large its page is."""

from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, least, program
from bench.figure import Figure
from reconciler.model.subject import Subject
from reconciler.render.formats import names

_OBJECTS = 1000


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_manifests(place / "manifests", _OBJECTS)
    base = ["--org", f"embedded:{place / 'semaphore.db'}", "plan", "manifests"]
    expected = f"{number} to create"
    reports = [f"--report={name}=report.{name}" for name in names(Subject.PLAN)]
    contenders = [
        Contender("plan", program(*base), place, expected),
        Contender("reported", program(*base, *reports), place, expected),
    ]
    runs = in_turns(contenders, rounds)
    yield Figure.ratio(
        f"plan of {number} changes with {len(reports)} reports, against the plan",
        1.5,
        least(runs["reported"], "cpu"),
        least(runs["plan"], "cpu"),
        more=" of processor time",
    )
    size = (place / "report.html").stat().st_size
    told = f"{size} bytes for all fields of {number} new objects"
    yield Figure("size of its page", 300, size / 1024, told, "KiB")
