"""The queues in which pipelines wait for each other."""

import hashlib

from reconciler.embedded.runs import storage
from reconciler.embedded.store import World

LONGEST = 255
"""What the column holds."""
_KEPT, _DIGITS = 238, 16


def implicit_name(label: str, file: str) -> str:
    """Of a branch, tag or pull request and a file; a long name ends in a digest of itself."""
    name = f"{label}-{file}"
    if len(name) <= LONGEST:
        return name
    return f"{name[:_KEPT]}-{hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]}"


def entered(world: World, name: str, scope: str, project_id: str, *, user_generated: bool) -> str:
    """The id of the queue; one of the organization keeps the project that came first."""
    of_project = scope == "project"
    found = storage.one(
        world,
        "SELECT id FROM queues WHERE scope = ? AND name = ? AND (project_id = ? OR NOT ?)",
        scope,
        name,
        project_id,
        of_project,
    )
    if found is not None:
        return str(found["id"])
    queue_id = world.uuid()
    columns = {"id": queue_id, "name": name, "scope": scope, "project_id": project_id}
    storage.insert(world, "queues", columns | {"user_generated": user_generated})
    return queue_id
