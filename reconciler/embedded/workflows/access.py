"""Who may see and touch a run: what may not be seen is not there (D 2, D 18)."""

import sqlite3
from typing import Any, NoReturn

from reconciler.embedded.params import Params
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.replies import Refused, text
from reconciler.embedded.runs import find_pipeline, find_workflow
from reconciler.embedded.store import World

VIEW = "project.view"
RERUN = "project.job.rerun"
STOP = "project.job.stop"


def hidden() -> NoReturn:
    """Unknown, of another organization or forbidden: all the same."""
    raise Refused(text(404, "Not Found"))


def permitted_project(world: World, project_id: Any, permission: str) -> str:
    project = projects.find_by_id(world, project_id) if isinstance(project_id, str) else None
    if project is None or not world.allowed(permission):
        hidden()
    return str(project["id"])


def permitted_workflow(world: World, wf_id: Any, permission: str) -> sqlite3.Row:
    row = find_workflow(world, wf_id) if isinstance(wf_id, str) else None
    return _of_project(world, row, permission)


def permitted_pipeline(world: World, pipeline_id: Any, permission: str) -> sqlite3.Row:
    row = find_pipeline(world, pipeline_id) if isinstance(pipeline_id, str) else None
    return _of_project(world, row, permission)


def request_token(params: Params) -> str | None:
    """None where the real server misses it (D 10.5)."""
    token = params.get("request_token")
    return token if isinstance(token, str) and token else None


def _of_project(world: World, row: sqlite3.Row | None, permission: str) -> sqlite3.Row:
    if row is None:
        hidden()
    permitted_project(world, row["project_id"], permission)
    return row
