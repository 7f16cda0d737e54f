"""What runs and ran: workflows with their pipelines, blocks and jobs, in words and seconds."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.embedded.projects import storage as projects
from reconciler.embedded.runs import planning, storage
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.runs.starting import TriggeredBy
from reconciler.embedded.store import World

MOST_JOBS = 12
"""Jobs of a block that are shown where other workflows are, too."""
_MOST_RUNNING = 20
_LATEST = 5

_LIVE = "project_id NOT IN (SELECT id FROM projects WHERE deleted_at IS NOT NULL)"
_TRIGGERS = {
    TriggeredBy.HOOK: "by a push",
    TriggeredBy.SCHEDULE: "by a schedule",
    TriggeredBy.API: "by the API",
    TriggeredBy.MANUAL_RUN: "by hand",
}


@dataclass(frozen=True)
class Job:
    id: str
    """"" of one that is only planned."""
    name: str
    state: str
    """Its result once it has one."""
    seconds: float | None


@dataclass(frozen=True)
class Block:
    name: str
    state: str
    jobs: Sequence[Job]
    left_out: int = 0


@dataclass(frozen=True)
class Pipeline:
    id: str
    name: str
    state: str
    why: str
    seconds: float
    origin: str
    error: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Workflow:
    id: str
    project_id: str
    project: str
    reference: str
    """`main`, `tag v1`, `pull request 7`."""
    trigger: str
    created_at: float
    pipelines: Sequence[Pipeline]

    @property
    def done(self) -> bool:
        return all(pipeline.state not in _UNDER_WAY for pipeline in self.pipelines)


_UNDER_WAY = frozenset({"initializing", "pending", "queuing", "running", "stopping"})


def workflow(world: World, wf_id: str) -> Workflow | None:
    """One with all of its jobs."""
    row = storage.workflow(world, wf_id)
    return None if row is None else _workflow(world, row, most_jobs=None)


def running(world: World, project_id: str = "") -> list[Workflow]:
    """Those under way, in one project or in all; the newest first."""
    where = "id IN (SELECT wf_id FROM pipelines WHERE state <> 'done')"
    return _workflows(world, where, project_id, _MOST_RUNNING)


def latest(world: World, most: int) -> list[Workflow]:
    return _workflows(world, "1", "", most)


def over(world: World, project_id: str = "") -> list[Workflow]:
    """The latest of those that are done."""
    where = "id NOT IN (SELECT wf_id FROM pipelines WHERE state <> 'done')"
    return _workflows(world, where, project_id, _LATEST)


def alone(world: World) -> list[Job]:
    """The latest jobs of no pipeline: such as debug sessions."""
    query = f"SELECT * FROM jobs WHERE pipeline_id IS NULL AND {_LIVE} ORDER BY number DESC LIMIT ?"  # noqa: S608 - constants
    return [job(world, row) for row in storage.every(world, query, _LATEST)]


def counts(world: World) -> tuple[int, int]:
    """How many workflows run, and how many there are."""
    query = (
        "SELECT (SELECT count(DISTINCT wf_id) FROM pipelines WHERE state <> 'done' AND {0}),"
        " (SELECT count(*) FROM workflows WHERE {0})"
    )
    under_way, all_of_them = world.db.execute(query.format(_LIVE)).fetchone()
    return under_way, all_of_them


def job(world: World, row: sqlite3.Row) -> Job:
    state = row["result"] or row["state"]
    if row["stopped_by"] and row["state"] != "FINISHED":
        state = "stopping"
    return Job(
        row["id"], row["name"], state.lower(), _between(world, row, "started_at", "finished_at")
    )


def project_name(world: World, project_id: str) -> str:
    found = projects.find_by_id(world, project_id)
    return "" if found is None else str(found["name"])


def _workflows(world: World, where: str, project_id: str, most: int) -> list[Workflow]:
    query = (
        f"SELECT * FROM workflows WHERE {where} AND {_LIVE} AND ? IN ('', project_id)"  # noqa: S608 - constants
        " ORDER BY number DESC LIMIT ?"
    )
    rows = storage.every(world, query, project_id, most)
    return [_workflow(world, row, MOST_JOBS) for row in rows]


def _workflow(world: World, row: sqlite3.Row, most_jobs: int | None) -> Workflow:
    query = "SELECT * FROM pipelines WHERE wf_id = ? ORDER BY number"
    found = storage.every(world, query, row["id"])
    return Workflow(
        row["id"],
        row["project_id"],
        project_name(world, row["project_id"]),
        _reference(Reference(row["reference"])),
        _TRIGGERS[TriggeredBy(row["triggered_by"])],
        row["created_at"],
        [_pipeline(world, each, most_jobs) for each in found],
    )


def _reference(reference: Reference) -> str:
    kinds = {"branch": "", "tag": "tag ", "pr": "pull request "}
    return kinds[reference.kind] + reference.label


def _pipeline(world: World, row: sqlite3.Row, most_jobs: int | None) -> Pipeline:
    rows = storage.blocks(world, row["id"])
    after = storage.block(world, row["id"], planning.AFTER) if row["after_task_id"] else None
    blocks = [_block(world, each, each["name"], most_jobs) for each in rows]
    if after is not None:
        blocks.append(_block(world, after, "after the pipeline", most_jobs))
    return Pipeline(
        row["id"],
        row["name"] or "Pipeline",
        row["result"] or row["state"],
        "" if row["reason"] in (None, "test") else row["reason"],
        _between(world, row, "created_at", "done_at") or 0,
        _origin(row),
        row["error_description"],
        blocks,
    )


def _origin(row: sqlite3.Row) -> str:
    if row["partial_rerun_of"]:
        return "rebuild"
    if row["promotion_of"]:
        return "automatic promotion" if row["auto_promoted"] else "promotion"
    return ""


def _block(world: World, row: sqlite3.Row, name: str, most_jobs: int | None) -> Block:
    """Its jobs, or those that it is going to have."""
    jobs = [job(world, each) for each in storage.jobs_of_block(world, row)]
    if not jobs and row["state"] != "done":
        planned = planning.planned_jobs(world, row)
        jobs = [Job("", each["name"], "planned", None) for each in planned]
    state = "skipped" if row["skipped"] else row["result"] or row["state"]
    shown = jobs[:most_jobs]
    return Block(name, state, shown, len(jobs) - len(shown))


def _between(world: World, row: sqlite3.Row, begin: str, end: str) -> float | None:
    """Seconds until now, if it has not ended."""
    if row[begin] is None:
        return None
    ended = world.now().timestamp() if row[end] is None else row[end]
    return float(ended - row[begin])
