"""A project's tasks and schedulers: the schedules of the project, written inside it (A 3, A 12)."""

from typing import Any

from reconciler.kinds.api import Body, Item, plain
from reconciler.kinds.reference import with_reference, write_reference

TASK_KEYS = (
    *("name", "description", "scheduled", "branch", "at", "pipeline_file", "status"),
    "parameters",
)


def section_of_task(path: str, entry: Body) -> Body:
    """Turn one entry of a project's tasks or schedulers into a Schedule's section (A 12)."""
    entry = {key: value for key, value in entry.items() if key != "id"}
    metadata = {key: entry.pop(key) for key in ("name", "description") if key in entry}
    if path == "spec.schedulers":
        entry["recurring"] = "true"
    elif "scheduled" in entry:
        entry["recurring"] = entry.pop("scheduled")
    status = entry.pop("status", None)
    if status:
        if status not in ("ACTIVE", "INACTIVE"):
            raise ValueError(f"status {status!r} is not one of ACTIVE, INACTIVE")
        entry["paused"] = "true" if status == "INACTIVE" else "false"
    return {"metadata": metadata, "spec": with_reference(entry)}


def task_of(item: Item) -> Body:
    """Return the entry that keeps a schedule as it is when its project is updated (A 3).

    Whether it is paused stays unsaid: said, it would be noted as a pause by us, and now.
    """
    schedule: Any = item.spec
    spec = schedule.spec
    return {
        "id": item.id,
        "name": item.name,
        "description": schedule.metadata.description,
        "scheduled": spec.recurring,
        "branch": write_reference(spec.reference),
        "at": spec.at,
        "pipeline_file": spec.pipeline_file,
        "parameters": plain(spec.parameters),
    }
