"""Which pipelines a list is to show, and which questions are refused (D 11.4)."""

from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash
from reconciler.embedded.runs.listing import Filter, given, seconds
from reconciler.embedded.store import World
from reconciler.embedded.verification import refused
from reconciler.embedded.workflows.access import VIEW, hidden, permitted_project, permitted_workflow

_OF_WORKFLOW = ("branch_name", "label")
_TIMES = ("created_after", "created_before", "done_after", "done_before")
_CONDITIONS = {
    "created_after": "created_at > ?",
    "created_before": "created_at < ?",
    "done_after": "state = 'done' AND done_at > ?",
    "done_before": "state = 'done' AND done_at < ?",
}
# Values of the enumeration of references; as names they crash the server.
_KINDS = {"0": "refs/heads/%", "1": "refs/tags/%", "2": "refs/pull/%"}


def wanted(world: World, params: Params) -> Filter:
    found = _of_owner(world, params)
    for name in _OF_WORKFLOW:
        if value := given(params, name):
            found.add(_workflow(f"{name} = ?"), value)
    for name, column in (("yml_file_path", "yml_file_path"), ("queue_id", "queue_id")):
        if value := given(params, name):
            found.add(f"{column} = ?", value)
    for name in ("pr_head_branch", "pr_target_branch"):
        if given(params, name):
            found.add("FALSE")  # no pull request here knows its branches
    if "git_ref_types" in params:
        patterns = _patterns(params["git_ref_types"])
        choice = " OR ".join(["reference LIKE ?"] * len(patterns)) or "TRUE"
        found.add(_workflow(f"({choice})"), *patterns)
    _add_times(found, params)
    return found


def _of_owner(world: World, params: Params) -> Filter:
    """With both ids only the project is authorized, but both count."""
    project_id, wf_id = given(params, "project_id"), given(params, "wf_id")
    found = Filter("pipelines")
    if project_id:
        found.add("project_id = ?", permitted_project(world, project_id, VIEW))
    elif wf_id:
        permitted_workflow(world, wf_id, VIEW)
    else:
        hidden()
    if wf_id:
        found.add("wf_id = ?", wf_id.lower())
    return found


def _workflow(condition: str) -> str:
    return f"wf_id IN (SELECT id FROM workflows WHERE {condition})"  # noqa: S608 - our own words


def _patterns(types: object) -> list[str]:
    if not isinstance(types, list) or not all(kind in _KINDS for kind in types):
        raise Crash("names of an enumeration")
    return [_KINDS[kind] for kind in types]


def _add_times(found: Filter, params: Params) -> None:
    times = {name: seconds(params, name) for name in _TIMES}
    last_created = "created_after" if times["created_before"] is None else "created_before"
    for first, second in (
        ("created_after", "created_before"),
        ("done_after", "done_before"),
        (last_created, "done_after"),
        (last_created, "done_before"),
    ):
        _ordered(times, first, second)
    for name, value in times.items():
        if value:
            found.add(_CONDITIONS[name], value)


def _ordered(times: dict[str, int | None], first: str, second: str) -> None:
    """Zero counts as not given; the message is the server's, letter by letter."""
    earlier, later = times[first], times[second]
    if earlier and later and earlier >= later:
        message = f"Inavlid values od fields '{first}' and '{second}'"
        raise refused(400, f"{message} - first has to be before second.")
