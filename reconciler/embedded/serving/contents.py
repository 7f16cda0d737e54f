"""What an organization holds, in names and numbers: for people, never a value of a secret."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 50
"""Rows of a section that are shown."""


@dataclass(frozen=True)
class Section:
    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    total: int


@dataclass(frozen=True)
class _Query:
    title: str
    columns: tuple[str, ...]
    select: str
    """Everything between SELECT and LIMIT, its result columns first."""

    def run(self, db: sqlite3.Connection) -> Section:
        total = db.execute(f"SELECT count(*) FROM (SELECT {self.select})").fetchone()[0]  # noqa: S608 - constants
        rows = db.execute(f"SELECT {self.select} LIMIT {MOST}").fetchall()
        return Section(self.title, self.columns, rows, total)


_OF_PROJECT = "JOIN projects ON projects.id = {0}.project_id AND projects.deleted_at IS NULL"


def _in_project(title: str, table: str, detail: str = "", column: str = "") -> _Query:
    columns = ("Project", "Name", column) if column else ("Project", "Name")
    shown = f"projects.name, {table}.name" + (f", {detail}" if detail else "")
    join = _OF_PROJECT.format(table)
    return _Query(title, columns, f"{shown} FROM {table} {join} ORDER BY 1, 2")


def _named(title: str, table: str) -> _Query:
    return _Query(title, ("Name",), f"name FROM {table} ORDER BY name")


_RUNNING = _Query(
    "Running pipelines",
    ("Project", "Branch", "Pipeline", "State"),
    "projects.name, workflows.branch_name, pipelines.name, pipelines.state FROM pipelines"
    " JOIN workflows ON workflows.id = pipelines.wf_id "
    + _OF_PROJECT.format("pipelines")
    + " WHERE pipelines.state != 'done' ORDER BY pipelines.number DESC",
)

_HELD = (
    _Query(
        "Projects",
        ("Name", "Repository"),
        "name, json_extract(spec, '$.repository.url')"
        " FROM projects WHERE deleted_at IS NULL ORDER BY name",
    ),
    _in_project("Schedules", "schedules", "coalesce(schedules.at, '')", "At"),
    _in_project("Deployment targets", "targets", "targets.url", "URL"),
    _in_project("Project secrets", "project_secrets"),
    _named("Secrets", "secrets"),
    _named("Notifications", "notifications"),
    _named("Dashboards", "dashboards"),
    _named("Self-hosted agent types", "agent_types"),
    _Query(
        "Agents",
        ("Name", "Type", "State"),
        "name, type, CASE WHEN job_id IS NULL THEN 'waiting' ELSE 'running a job' END"
        " FROM agents WHERE state = 'registered' ORDER BY name",
    ),
    _Query(
        "Artifact retention policies",
        ("Project",),
        "projects.name FROM retention_policies "
        + _OF_PROJECT.format("retention_policies")
        + " ORDER BY 1",
    ),
)


def held(db: sqlite3.Connection) -> list[Section]:
    return [query.run(db) for query in _HELD]


def running(db: sqlite3.Connection) -> Section:
    """The pipelines that are not done, the newest first."""
    return _RUNNING.run(db)
