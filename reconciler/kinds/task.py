"""A project's tasks and schedulers: the schedules of the project, written inside it (A 3, A 12)."""

from typing import Any

from reconciler.kinds.api import Body, Item
from reconciler.kinds.reference import branch_of, with_reference, write_reference
from reconciler.kinds.schedule import Parameter
from reconciler.model import Spec

TASK_KEYS = (
    *("name", "description", "scheduled", "branch", "at", "pipeline_file", "status"),
    "parameters",
)
_ANSWERED = ("reference",)
"""What only answers have; in a request it is ignored (A 2.2)."""
_SPELLED = {"recurring": "scheduled", "paused": "status"}
"""What an entry calls otherwise than a Schedule's manifest."""


class Task(Spec):
    """An entry of a project's tasks, as answers have it and updates want it."""

    id: str = ""
    name: str = ""
    description: str = ""
    scheduled: bool = True
    branch: str = ""
    at: str = ""
    pipeline_file: str = ""
    status: str | None = None
    parameters: tuple[Parameter, ...] = ()


def section_of_task(path: str, entry: Body) -> Body:
    """Turn one entry of a project's tasks or schedulers into a Schedule's section (A 12)."""
    entry = {key: value for key, value in entry.items() if key != "id"}
    metadata = {key: entry.pop(key) for key in ("name", "description") if key in entry}
    if path == "spec.schedulers":
        entry["recurring"] = "true"
    elif "scheduled" in entry:
        entry["recurring"] = entry.pop("scheduled")
    if "status" in entry:
        entry["paused"] = _paused(entry.pop("status"))
    return {"metadata": metadata, "spec": with_reference(entry)}


def entry_of_section(path: str, section: Body) -> Body:
    """Turn a Schedule's section into an entry that says the same, keys in their usual order."""
    spec = dict(section.get("spec", {}))
    entry = {**section.get("metadata", {}), **spec}
    if "recurring" in spec and path != "spec.schedulers":
        entry["scheduled"] = spec["recurring"]
    if "paused" in spec:
        entry["status"] = "INACTIVE" if spec["paused"] else "ACTIVE"
    if "reference" in spec:
        entry["branch"] = branch_of(spec["reference"])
    return {key: entry[key] for key in (*TASK_KEYS, *_ANSWERED) if key in entry}


def key_of_task(path: str) -> str:
    """Return where an entry has what a Schedule's manifest has at a path."""
    _, _, rest = path.partition(".")
    head, dot, inner = rest.partition(".")
    if head == "reference":
        return "branch"
    return _SPELLED.get(head, head) + dot + inner


def shown_task(entry: Body) -> Task:
    """Parse an entry of a project's answer, whichever of the two lists it is in (A 2.2)."""
    known = {key: value for key, value in entry.items() if key not in _ANSWERED}
    return Task.model_validate(known, extra="allow")


def _paused(status: Any) -> str | None:
    """Return what ``status`` says in a Schedule's word; null is null."""
    if not status:
        return None
    if status not in ("ACTIVE", "INACTIVE"):
        raise ValueError(f"status {status!r} is not one of ACTIVE, INACTIVE")
    return "true" if status == "INACTIVE" else "false"


def task_of(item: Item) -> Task:
    """Return the entry that keeps a schedule as it is when its project is updated (A 3).

    Whether it is paused stays unsaid: said, it would be noted as a pause by us, and now.
    """
    schedule: Any = item.spec
    spec = schedule.spec
    return Task(
        id=item.id,
        name=item.name,
        description=schedule.metadata.description,
        scheduled=spec.recurring,
        branch=write_reference(spec.reference),
        at=spec.at,
        pipeline_file=spec.pipeline_file,
        parameters=spec.parameters,
    )
