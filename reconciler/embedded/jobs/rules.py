"""Which jobs may be seen, created, debugged and attached to (D 14.2)."""

import json
import sqlite3

from reconciler.embedded.gateway.errors import (
    internal,
    invalid_argument,
    not_found,
    permission_denied,
)
from reconciler.embedded.gateway.identifiers import is_castable, is_uuid
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.replies import Crash
from reconciler.embedded.runs import find_job, storage
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.runs.specs import Spec
from reconciler.embedded.secrets import storage as secrets
from reconciler.embedded.settings import Edition
from reconciler.embedded.store import World
from reconciler.embedded.targets import guard
from reconciler.embedded.targets import storage as targets
from reconciler.embedded.workflows.access import RERUN, VIEW

_TROUBLE = (
    "Something went wrong. Please try again later. If the issue still persists contact support."
)
_FORBIDDEN = 2
_DEFAULT_BRANCHES = ("main", "master")
_PLACES = {
    "empty": "this project",
    "default_branch": "jobs on the default branch of this project",
    "non_default_branch": "jobs on non default branches of this project",
    "tag": "jobs on a tag of this project",
    "pull_request": "jobs on a pull request of this project",
}


def visible(world: World, job_id: str) -> sqlite3.Row:
    row = find_job(world, job_id)
    if row is None or not world.allowed(VIEW) or _project(world, row) is None:
        raise not_found(f"Job {job_id} not found")
    return row


def addressed(world: World, job_id: str) -> sqlite3.Row:
    """Where a text that is no id is noticed; any 16 bytes pass for one."""
    if not is_castable(job_id):
        raise invalid_argument(f"Job id {job_id} is invalid")
    return visible(world, job_id)


def queried(world: World, job_id: str) -> sqlite3.Row:
    """Where it is not, and the database refuses it."""
    if not is_uuid(job_id):
        raise Crash("not a UUID")
    return visible(world, job_id)


def may_run_in(world: World, project_id: str) -> None:
    """Of an unknown project the permissions can't be asked for, except in the Community Edition."""
    known = projects.find_by_id(world, project_id) is not None
    if not known and world.settings.edition is not Edition.CE:
        raise internal(_TROUBLE)
    may_run(world)
    if not known or not world.allowed(VIEW):
        raise not_found(f"Project {project_id} not found")


def may_run(world: World) -> None:
    if not world.allowed(RERUN):
        raise permission_denied("You are not allowed to run pipelines on this project")


def project_for_debugging(world: World, id_or_name: str) -> sqlite3.Row:
    """An unknown project crashes the server."""
    by_id = is_uuid(id_or_name)
    found = (projects.find_by_id if by_id else projects.find_by_name)(world, id_or_name)
    if found is None:
        raise Crash("unknown project")
    return found


def secrets_allow(world: World, spec: Spec, operation: str) -> None:
    """Policies of organization secrets may forbid debugging, or attaching (B 2.5)."""
    if not world.settings.secrets_access_policy:
        return
    for named in spec["secrets"]:
        secret = secrets.find_by_name(world, named["name"])
        if secret is None:
            continue
        policy = secret.policy
        access = policy.job_attach if operation == "attach" else policy.job_debug
        if access == _FORBIDDEN:
            raise permission_denied("Some secrets used in this job are blocking this operation")


def project_allows(world: World, project: sqlite3.Row, operation: str, place: str) -> None:
    """Where access is restricted only what the project's own permissions name is allowed."""
    if not world.settings.restrict_job_ssh_access:
        return
    spec = projects.spec_of(project)
    named = spec["attach_permissions" if operation == "attach" else "debug_permissions"]
    if not spec["custom_permissions"] or place not in named:
        verb = "debug" if place == "empty" else operation
        raise permission_denied(f"You are not allowed to {verb} {_PLACES[place]}")


def job_allows(world: World, row: sqlite3.Row, operation: str) -> None:
    project = _project(world, row)
    if project is not None:
        project_allows(world, project, operation, _place(world, row))


def target_allows(world: World, row: sqlite3.Row) -> None:
    """A job that was deployed is not debugged past its target."""
    pipeline = storage.pipeline(world, row["pipeline_id"] or "")
    workflow = None if pipeline is None else storage.workflow(world, pipeline["wf_id"])
    if pipeline is None or workflow is None or not pipeline["deployment_target"]:
        return
    name, reference = pipeline["deployment_target"], Reference(workflow["reference"])
    target = targets.find_by_name(world, pipeline["project_id"], name)
    if target is None:
        return
    try:
        guard.verify(world, target, world.user_id, reference.kind, reference.label)
    except guard.Denied as denied:
        place = f"Deployment Target[{target['id']}]"
        raise permission_denied(
            f"You are not allowed to access {place}: {denied.reason.upper()}"
        ) from None


def attaching(row: sqlite3.Row) -> str:
    """The name of the operation of attaching: a debug job is only debugged further."""
    return "attach" if row["pipeline_id"] is not None else "debug"


def spec_of(row: sqlite3.Row) -> Spec:
    spec: Spec = json.loads(row["spec"])
    return spec


def _place(world: World, row: sqlite3.Row) -> str:
    """What the job ran on; outside of pipelines it counts as an empty project."""
    pipeline = storage.pipeline(world, row["pipeline_id"] or "")
    workflow = None if pipeline is None else storage.workflow(world, pipeline["wf_id"])
    if workflow is None:
        source = storage.job(world, row["debug_of"]) if row["debug_of"] else None
        return "empty" if source is None else _place(world, source)
    reference = Reference(workflow["reference"])
    if reference.kind != "branch":
        return {"tag": "tag", "pr": "pull_request"}[reference.kind]
    return "default_branch" if reference.label in _DEFAULT_BRANCHES else "non_default_branch"


def _project(world: World, row: sqlite3.Row) -> sqlite3.Row | None:
    return projects.find_by_id(world, row["project_id"])
