"""Runs as other families read them: always as they are at this moment."""

import json
import sqlite3
from dataclasses import dataclass, replace

from reconciler.embedded.runs import outcomes, storage
from reconciler.embedded.runs.engine import advance
from reconciler.embedded.runs.outcomes import Outcome, Step
from reconciler.embedded.store import World


@dataclass(frozen=True)
class PipelineState:
    """In lower case; without result and reason until the state is `done` (D 11.2)."""

    state: str
    result: str | None
    reason: str | None

    @property
    def done(self) -> bool:
        return self.state == "done"


def find_workflow(world: World, wf_id: str) -> sqlite3.Row | None:
    advance(world)
    return storage.workflow(world, wf_id)


def find_pipeline(world: World, pipeline_id: str) -> sqlite3.Row | None:
    advance(world)
    return storage.pipeline(world, pipeline_id)


def find_job(world: World, job_id: str) -> sqlite3.Row | None:
    advance(world)
    return storage.job(world, job_id)


def jobs_of(world: World, pipeline_id: str) -> list[sqlite3.Row]:
    """In the order of blocks; block -1 is what runs after the pipeline."""
    advance(world)
    return storage.jobs(world, pipeline_id.lower())


def state_of(world: World, row: sqlite3.Row) -> PipelineState:
    """Of a pipeline whose row may be older than the moment."""
    latest = find_pipeline(world, row["id"]) or row
    return PipelineState(latest["state"], latest["result"], latest["reason"])


def outcome_of(row: sqlite3.Row) -> Outcome:
    """What the commands of a job come to when nobody interferes."""
    return outcomes.of_spec(json.loads(row["spec"]))


def steps_of(world: World, row: sqlite3.Row) -> list[Step]:
    """The commands a job has begun; one still running, or cut off, has the exit code 0 or 1.

    Times are seconds since the job has started. A copied job has none of its own: those of
    its `original_id` are to be read instead (D 11.6).
    """
    if row["started_at"] is None:
        return []
    until = row["finished_at"] or world.now().timestamp()
    elapsed = until - row["started_at"]
    steps = [step for step in outcome_of(row).steps if step.begin <= elapsed]
    if row["finished_at"] is not None and steps and steps[-1].end > elapsed:
        steps[-1] = replace(steps[-1], end=elapsed, exit_code=1)
    return steps
