"""A plan over HTTP that finds nothing to do, against a client that only makes the same calls."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import replay, scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure
from bench.recording import recorded
from reconciler import commands
from reconciler.commands import Request
from reconciler.commands.organization import Session

_PROJECTS = 200
_TARGETS = {50: 1.5, 10: 1.15}


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_projects(place / "manifests", _PROJECTS)
    database = place / "semaphore.db"
    local = f"embedded:{database}?secrets=exposed"
    apply = program("--org", local, "apply", "--auto-approve", "manifests")
    prepare(f"applying {number} objects", apply, place)
    file = place / "calls.json"
    calls = asyncio.run(_recorded(database, place / "manifests"))
    file.write_text(json.dumps(calls))
    with replay.serving(file) as url:
        for parallel, target in _TARGETS.items():
            bare = [sys.executable, "-m", "bench.replay", "call", str(file), url, str(parallel)]
            plan = program("--org", url, "plan", "--parallelism", str(parallel), "manifests")
            token = {"SEMAPHORE_API_TOKEN": "bench"}
            runs = in_turns(
                [
                    Contender("bare", bare, place),
                    Contender("plan", plan, place, "Nothing to do", environ=token),
                ],
                rounds,
            )
            least_of = {name: least(numbers, "wall") for name, numbers in runs.items()}
            yield Figure.ratio(
                f"no-op plan of {number} objects in {_PROJECTS} projects over HTTP of 50 ms, "
                f"{parallel} at a time, against a bare client",
                target,
                least_of["plan"],
                least_of["bare"],
                more=f"; {len(calls)} requests",
            )


async def _recorded(database: Path, manifests: Path) -> replay.Calls:
    """Plan once with the local Semaphore, and return what it was asked and what it said."""
    state = commands.load([str(manifests)]).state

    async def planned(session: Session) -> None:
        await commands.look(session, Request(state=state), "none")

    return await recorded(database, planned)
