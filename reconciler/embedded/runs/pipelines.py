"""The life of a pipeline: initializing, pending, queuing, running, stopping, done (D 11.2)."""

import hashlib
import sqlite3
import uuid

from reconciler.embedded.definitions import Malformed
from reconciler.embedded.runs import blocks, listening, pace, planning, stopping, storage
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.store import World

_BEFORE_RUNNING = ("initializing", "pending", "queuing")


def initialize(world: World, row: sqlite3.Row, at: float) -> None:
    """What was only conceived so far is looked up, and the definition is read (D 10.2)."""
    if row["state"] != "initializing":
        return
    workflow = _conceived(world, row["wf_id"])
    try:
        planning.plan(world, row, workflow, at)
    except Malformed as error:
        storage.change_pipeline(world, row["id"], error_description=error.description)
        _end(world, row, at, "failed", "malformed")
        return
    except planning.Stuck:
        _end(world, row, at, "failed", "stuck")
        return
    storage.change_pipeline(world, row["id"], state="pending", pending_at=at)
    set_alarm(world, at + pace.PENDING, Alarm.QUEUE, row["id"])
    _auto_cancel(world, row["id"], at)


def queue(world: World, row: sqlite3.Row, at: float) -> None:
    if row["state"] != "pending":
        return
    storage.change_pipeline(world, row["id"], state="queuing", queuing_at=at)
    set_alarm(world, at + pace.QUEUING, Alarm.LEAVE_QUEUE, row["id"])


def leave_queue(world: World, row: sqlite3.Row, at: float) -> None:
    """Run, unless an older one of the queue goes first: its end will wake this one."""
    if row["state"] != "queuing" or not (row["parallel"] or _first(world, row)):
        return
    storage.change_pipeline(world, row["id"], state="running", running_at=at)
    set_alarm(world, at + row["time_limit"], Alarm.PIPELINE_TIMEOUT, row["id"])
    world.db.execute(
        "UPDATE blocks SET state = 'waiting' WHERE pipeline_id = ? AND position >= 0"
        " AND state = 'initializing'",
        (row["id"],),
    )
    settle(world, row["id"], at)


def time_out(world: World, row: sqlite3.Row, at: float) -> None:
    if row["state"] == "running":
        stopping.request(world, row, "stop", "timeout")
        terminate(world, row["id"], at)


def time_out_block(world: World, pipeline_id: str, position: int, at: float) -> None:
    row = storage.block(world, pipeline_id, position)
    if row is not None and row["state"] == "running":
        blocks.stop(world, row, at, "timeout")
        settle(world, pipeline_id, at)


def terminate(world: World, pipeline_id: str, at: float) -> None:
    """Obey a request: cancelled if it does not run yet, else stopped block by block."""
    row = storage.pipeline(world, pipeline_id)
    if row is None or row["state"] in ("stopping", "done"):
        return
    reason = row["terminate_reason"]
    for block in storage.blocks(world, pipeline_id):
        blocks.stop(world, block, at, reason)
    if row["state"] in _BEFORE_RUNNING:
        _end(world, row, at, "canceled", reason)
        return
    storage.change_pipeline(world, pipeline_id, state="stopping", stopping_at=at)
    settle(world, pipeline_id, at)


def job_ended(world: World, job: sqlite3.Row, at: float) -> None:
    """It matters when it was the last of its block, or when the others are not to go on."""
    if job["pipeline_id"] is None:
        return
    block = storage.block(world, job["pipeline_id"], job["block"])
    if block is not None and (block["fail_fast"] or blocks.over(world, block)):
        settle(world, job["pipeline_id"], at)


def settle(world: World, pipeline_id: str, at: float) -> None:
    """Draw every consequence of what just happened to the pipeline's jobs and blocks."""
    row = storage.pipeline(world, pipeline_id)
    if row is None or row["state"] not in ("running", "stopping"):
        return
    while _step(world, row, at):
        pass
    all_blocks = storage.blocks(world, pipeline_id)
    if any(block["state"] != "done" for block in all_blocks):
        return
    if row["state"] == "stopping":
        _end(world, row, at, "stopped", row["terminate_reason"])
        return
    failed = [block for block in all_blocks if block["result"] != "passed"]
    if failed:
        first = min(failed, key=lambda block: block["done_at"])
        _end(world, row, at, first["result"], first["reason"])
    else:
        _end(world, row, at, "passed", None)


def _step(world: World, row: sqlite3.Row, at: float) -> bool:
    """Whether a block ended, which others may have waited for."""
    changed = False
    for block in storage.blocks(world, row["id"]):
        if block["state"] in ("running", "stopping"):
            changed |= blocks.end_if_over(world, block, at)
    _fail_fast(world, row, at)
    by_name = {block["name"]: block for block in storage.blocks(world, row["id"])}
    for block in by_name.values():
        if block["state"] == "waiting" and blocks.ready(block, by_name):
            if blocks.hopeless(block, by_name):
                blocks.end(world, block, at, "canceled", "fast_failing")
            else:
                blocks.start(world, block, at)
            changed = True
    return changed


def _fail_fast(world: World, row: sqlite3.Row, at: float) -> None:
    """With a strategy the first failure cancels what waits, or stops what runs as well."""
    all_blocks = storage.blocks(world, row["id"])
    failed = any(block["result"] not in (None, "passed") for block in all_blocks)
    if not failed or not row["fail_fast"]:
        return
    for block in all_blocks:
        if block["state"] == "waiting" or row["fail_fast"] == "stop":
            blocks.stop(world, block, at, "fast_failing")


def _end(world: World, row: sqlite3.Row, at: float, result: str, reason: str | None) -> None:
    storage.change_pipeline(
        world, row["id"], state="done", result=result, reason=reason, done_at=at
    )
    ended = storage.pipeline(world, row["id"])
    if ended is None:
        return
    _start_after_task(world, ended, at)
    _wake_queue(world, ended, at)
    listening.tell(world, ended, at)


def _start_after_task(world: World, row: sqlite3.Row, at: float) -> None:
    """Whatever the result is, but only after a pipeline that has run."""
    after = storage.block(world, row["id"], planning.AFTER)
    if after is not None and row["running_at"] is not None:
        storage.change_pipeline(world, row["id"], after_task_id=world.uuid())
        blocks.start_jobs(world, after, at)


def _wake_queue(world: World, row: sqlite3.Row, at: float) -> None:
    waiting = storage.one(
        world,
        "SELECT id FROM pipelines WHERE queue_id = ? AND state = 'queuing' AND NOT parallel"
        " ORDER BY number LIMIT 1",
        row["queue_id"],
    )
    if waiting is not None:
        set_alarm(world, at, Alarm.LEAVE_QUEUE, waiting["id"])


def _first(world: World, row: sqlite3.Row) -> bool:
    ahead = storage.one(
        world,
        "SELECT 1 FROM pipelines WHERE queue_id = ? AND id <> ? AND (state IN"
        " ('running', 'stopping') OR (state = 'queuing' AND NOT parallel AND number < ?))",
        row["queue_id"],
        row["id"],
        row["number"],
    )
    return ahead is None


def _auto_cancel(world: World, pipeline_id: str, at: float) -> None:
    """A newer pipeline of the queue ends the older ones, if its definition says so."""
    row = storage.pipeline(world, pipeline_id)
    if row is None or not row["auto_cancel"]:
        return
    stops_running = row["auto_cancel"] == "stop"
    for older in storage.every(
        world,
        "SELECT * FROM pipelines WHERE queue_id = ? AND number < ?"
        " AND (state IN ('pending', 'queuing') OR (? AND state = 'running')) ORDER BY number",
        row["queue_id"],
        row["number"],
        stops_running,
    ):
        stopping.request(world, older, row["auto_cancel"], "strategy")
        terminate(world, older["id"], at)


def _conceived(world: World, wf_id: str) -> sqlite3.Row:
    """The workflow with its hook, branch, repository and commit (D 10.1)."""
    row = storage.workflow(world, wf_id)
    if row is None:
        raise LookupError("a pipeline without workflow")
    if not row["hook_id"]:
        project = row["project_id"]
        head = hashlib.sha1(f"{project} {row['reference']}".encode(), usedforsecurity=False)
        storage.change_workflow(
            world,
            wf_id,
            hook_id=world.uuid(),
            branch_id=_derived(project, row["branch_name"]),
            repository_id=_derived(project, "repository"),
            commit_sha=row["commit_sha"] or head.hexdigest(),
        )
    return storage.workflow(world, wf_id) or row


def _derived(project_id: str, name: str) -> str:
    """The same each time, so that runs of one branch have one branch id."""
    return str(uuid.uuid5(uuid.UUID(project_id), name))
