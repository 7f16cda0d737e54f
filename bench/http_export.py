"""An export over HTTP, written into a new tree, against a client that only makes the same calls."""

import asyncio
import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import replay, scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure
from bench.recording import recorded
from reconciler.commands.exporting import export
from reconciler.commands.organization import Session
from reconciler.commands.survey import Wanted
from reconciler.commands.told_values import Telling

_PROJECTS, _PARALLEL = 200, 20


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_projects(place / "manifests", _PROJECTS, whole=True)
    database = place / "semaphore.db"
    local = f"embedded:{database}?secrets=exposed"
    apply = program("--org", local, "--ledger", "none", "apply", "--auto-approve", "manifests")
    prepare(f"applying {number} objects", apply, place)
    calls = asyncio.run(recorded(database, _exported))
    file = place / "calls.json"
    file.write_text(json.dumps(calls))
    with replay.serving(file) as url:
        bare = [sys.executable, "-m", "bench.replay", "call", str(file), url, str(_PARALLEL)]
        asked = ("export", "--parallelism", str(_PARALLEL), "--out", "tree")
        written = shlex.join(program("--org", url, *asked))
        export_ = ["sh", "-c", f"[ ! -e tree ] || mv tree old-$$; exec {written}"]
        said, token = f"{number} objects in", {"SEMAPHORE_API_TOKEN": "bench"}
        runs = in_turns(
            [
                Contender("bare", bare, place),
                Contender("export", export_, place, said, environ=token),
            ],
            rounds,
        )
    least_of = {name: least(numbers, "wall") for name, numbers in runs.items()}
    cpu = least(runs["export"], "cpu")
    yield Figure.ratio(
        f"export of {number} objects in {_PROJECTS} projects over HTTP of 50 ms, "
        f"{_PARALLEL} at a time, against a bare client",
        1.3,
        least_of["export"],
        least_of["bare"],
        more=f"; {len(calls)} requests, {cpu:.2f} s of processor time",
    )


async def _exported(session: Session) -> None:
    await export(session, Wanted(), Telling())
