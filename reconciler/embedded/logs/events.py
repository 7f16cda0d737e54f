"""What happened in a job, as events (D 15.1)."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from reconciler.embedded.runs import outcome_of
from reconciler.embedded.runs import storage as runs
from reconciler.embedded.runs.outcomes import Step
from reconciler.embedded.store import World

Event = dict[str, Any]

# Differences of large times are not exact.
_TOLERANCE = 0.001


def logged_job(world: World, job: sqlite3.Row) -> sqlite3.Row:
    """A job copied by a partial rebuild shows the log of the original (D 15.1)."""
    if not job["original_id"]:
        return job
    return runs.job(world, job["original_id"]) or job


def of_job(world: World, job: sqlite3.Row) -> list[Event]:
    """Up to this moment; none of a job that has not started."""
    if job["started_at"] is None:
        return []
    return list(_events(job, world.now().timestamp()))


def plain(events: list[Event]) -> str:
    """Commands and what they print (D 15.2)."""
    return "".join(
        event["directive"] + "\n" if event["event"] == "cmd_started" else event.get("output", "")
        for event in events
    )


def _events(job: sqlite3.Row, now: float) -> Iterator[Event]:
    start, finish = job["started_at"], job["finished_at"]
    elapsed = (now if finish is None else finish) - start + _TOLERANCE
    yield _event("job_started", start)
    for step in outcome_of(job).steps:
        if step.begin <= elapsed:
            yield from _of_step(step, start, ended=step.end <= elapsed)
    if finish is not None:
        yield _event("job_finished", finish) | {"result": job["result"].lower()}


def _of_step(step: Step, start: float, *, ended: bool) -> Iterator[Event]:
    """A command prints when it ends; one that was cut off never ended."""
    begin, end = int(start + step.begin), int(start + step.end)
    yield _event("cmd_started", begin) | {"directive": step.directive}
    if not ended:
        return
    if step.output:
        yield _event("cmd_output", end) | {"output": step.output}
    yield _event("cmd_finished", end) | {
        "directive": step.directive,
        "exit_code": step.exit_code,
        "started_at": begin,
        "finished_at": end,
    }


def _event(kind: str, at: float) -> Event:
    return {"event": kind, "timestamp": int(at)}
