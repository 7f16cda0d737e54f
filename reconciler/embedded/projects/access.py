"""Whether a project is there and may be touched, as most of the Plug services ask it (C 0)."""

import sqlite3

from reconciler.embedded.projects import storage
from reconciler.embedded.replies import Refused, text
from reconciler.embedded.store import World
from reconciler.embedded.verification import permitted


def permitted_project(world: World, project_id: str, permission: str) -> sqlite3.Row:
    project = storage.find_by_id(world, project_id)
    if project is None:
        raise Refused(text(404, "Not found"))
    permitted(world, permission)
    return project
