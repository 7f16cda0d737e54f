"""The tables of runs: workflows, pipelines, their blocks, jobs and queues (D 10, 11, 14)."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from reconciler.embedded.runs import alarms, repository
from reconciler.embedded.store import World

SCHEMA = f"""
{alarms.SCHEMA}
{repository.SCHEMA}
CREATE TABLE IF NOT EXISTS workflows (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    initial_ppl_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    requester_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    branch_name TEXT NOT NULL,
    label TEXT NOT NULL,
    commit_sha TEXT NOT NULL,
    pipeline_file TEXT NOT NULL,
    parameters TEXT NOT NULL,
    triggered_by INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    rerun_of TEXT NOT NULL,
    hook_id TEXT NOT NULL DEFAULT '',
    branch_id TEXT NOT NULL DEFAULT '',
    repository_id TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS workflows_of_projects ON workflows (project_id, number);
CREATE TABLE IF NOT EXISTS queues (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,
    project_id TEXT NOT NULL,
    user_generated INTEGER NOT NULL,
    UNIQUE (scope, project_id, name)
);
CREATE TABLE IF NOT EXISTS pipelines (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    wf_id TEXT NOT NULL REFERENCES workflows (id) DEFERRABLE INITIALLY DEFERRED,
    project_id TEXT NOT NULL,
    request_token TEXT NOT NULL UNIQUE,
    yml_file_path TEXT NOT NULL,
    definition TEXT,
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'initializing',
    result TEXT,
    reason TEXT,
    created_at REAL NOT NULL,
    pending_at REAL,
    queuing_at REAL,
    running_at REAL,
    stopping_at REAL,
    done_at REAL,
    terminate_request TEXT NOT NULL DEFAULT '',
    terminate_reason TEXT NOT NULL DEFAULT '',
    terminated_by TEXT NOT NULL DEFAULT '',
    error_description TEXT NOT NULL DEFAULT '',
    switch_id TEXT NOT NULL DEFAULT '',
    promotion_of TEXT NOT NULL DEFAULT '',
    promoter_id TEXT NOT NULL DEFAULT '',
    auto_promoted INTEGER NOT NULL DEFAULT 0,
    deployment_target TEXT NOT NULL DEFAULT '',
    partial_rerun_of TEXT NOT NULL DEFAULT '',
    partially_rerun_by TEXT NOT NULL DEFAULT '',
    with_after_task INTEGER NOT NULL DEFAULT 0,
    after_task_id TEXT NOT NULL DEFAULT '',
    env_vars TEXT NOT NULL DEFAULT '[]',
    queue_id TEXT REFERENCES queues (id),
    parallel INTEGER NOT NULL DEFAULT 0,
    auto_cancel TEXT NOT NULL DEFAULT '',
    fail_fast TEXT NOT NULL DEFAULT '',
    time_limit REAL NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS pipelines_of_workflows ON pipelines (wf_id, number);
CREATE INDEX IF NOT EXISTS pipelines_of_projects ON pipelines (project_id, number);
CREATE INDEX IF NOT EXISTS pipelines_in_queues ON pipelines (queue_id, state);
CREATE TABLE IF NOT EXISTS blocks (
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    dependencies TEXT NOT NULL,
    skipped INTEGER NOT NULL,
    fail_fast TEXT NOT NULL,
    time_limit REAL,
    block_id TEXT NOT NULL DEFAULT '',
    build_req_id TEXT NOT NULL DEFAULT '',
    task_of TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'initializing',
    result TEXT,
    reason TEXT,
    stop_reason TEXT NOT NULL DEFAULT '',
    done_at REAL,
    PRIMARY KEY (pipeline_id, position)
);
CREATE TABLE IF NOT EXISTS planned_jobs (
    pipeline_id TEXT NOT NULL,
    block INTEGER NOT NULL,
    jobs TEXT NOT NULL,
    PRIMARY KEY (pipeline_id, block)
);
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    project_id TEXT NOT NULL,
    pipeline_id TEXT REFERENCES pipelines (id),
    block INTEGER,
    position INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    spec TEXT NOT NULL,
    seconds REAL NOT NULL,
    passes INTEGER NOT NULL,
    time_limit REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'PENDING',
    result TEXT,
    failure_reason TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    enqueued_at REAL,
    started_at REAL,
    finished_at REAL,
    stopped_by TEXT NOT NULL DEFAULT '',
    original_id TEXT NOT NULL DEFAULT '',
    debug_of TEXT NOT NULL DEFAULT '',
    agent_name TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS jobs_of_pipelines ON jobs (pipeline_id, block, position);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, created_at);
"""

Columns = Mapping[str, Any]


def workflow(world: World, wf_id: str) -> sqlite3.Row | None:
    return one(world, "SELECT * FROM workflows WHERE id = ?", wf_id.lower())


def pipeline(world: World, pipeline_id: str) -> sqlite3.Row | None:
    return one(world, "SELECT * FROM pipelines WHERE id = ?", pipeline_id.lower())


def pipeline_of_token(world: World, token: str) -> sqlite3.Row | None:
    """Tokens are unique over all pipelines, however they came to be (D 10.5)."""
    return one(world, "SELECT * FROM pipelines WHERE request_token = ?", token)


def unfinished_of_workflow(world: World, wf_id: str) -> list[sqlite3.Row]:
    query = "SELECT * FROM pipelines WHERE wf_id = ? AND state <> 'done' ORDER BY number"
    return every(world, query, wf_id)


def blocks(world: World, pipeline_id: str) -> list[sqlite3.Row]:
    """In the order of the definition, without what comes after the pipeline."""
    query = "SELECT * FROM blocks WHERE pipeline_id = ? AND position >= 0 ORDER BY position"
    return every(world, query, pipeline_id)


def block(world: World, pipeline_id: str, position: int) -> sqlite3.Row | None:
    query = "SELECT * FROM blocks WHERE pipeline_id = ? AND position = ?"
    return one(world, query, pipeline_id, position)


def job(world: World, job_id: str) -> sqlite3.Row | None:
    return one(world, "SELECT * FROM jobs WHERE id = ?", job_id.lower())


def jobs(world: World, pipeline_id: str) -> list[sqlite3.Row]:
    """All of a pipeline's jobs, those of the after task (block -1) first."""
    query = "SELECT * FROM jobs WHERE pipeline_id = ? ORDER BY block, position"
    return every(world, query, pipeline_id)


def jobs_of_block(world: World, row: sqlite3.Row) -> list[sqlite3.Row]:
    """Those of the task that the block has: it may be the one of another pipeline's block."""
    query = "SELECT * FROM jobs WHERE pipeline_id = ? AND block = ? ORDER BY position"
    pipeline_id, _, position = row["task_of"].partition("/")
    return every(world, query, pipeline_id or row["pipeline_id"], position or row["position"])


def insert(world: World, table: str, columns: Columns) -> None:
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    world.db.execute(
        f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - our own names
        _encoded(columns),
    )


def change_pipeline(world: World, pipeline_id: str, **columns: Any) -> None:
    _change(world, "pipelines", {"id": pipeline_id}, columns)


def change_block(world: World, row: sqlite3.Row, **columns: Any) -> None:
    key = {"pipeline_id": row["pipeline_id"], "position": row["position"]}
    _change(world, "blocks", key, columns)


def change_job(world: World, job_id: str, at: float, **columns: Any) -> None:
    _change(world, "jobs", {"id": job_id}, {**columns, "updated_at": at})


def change_workflow(world: World, wf_id: str, **columns: Any) -> None:
    _change(world, "workflows", {"id": wf_id}, columns)


def one(world: World, query: str, *values: Any) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(query, values).fetchone()
    return row


def every(world: World, query: str, *values: Any) -> list[sqlite3.Row]:
    return world.db.execute(query, values).fetchall()


def _change(world: World, table: str, key: Columns, columns: Columns) -> None:
    assignments = ", ".join(f"{name} = ?" for name in columns)
    condition = " AND ".join(f"{name} = ?" for name in key)
    world.db.execute(
        f"UPDATE {table} SET {assignments} WHERE {condition}",  # noqa: S608 - our own names
        (*_encoded(columns), *key.values()),
    )


def _encoded(columns: Columns) -> tuple[Any, ...]:
    return tuple(
        json.dumps(value) if isinstance(value, (list, tuple, dict)) else value
        for value in columns.values()
    )
