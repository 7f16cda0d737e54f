"""The operations on jobs (D 14.2)."""

from reconciler.embedded.gateway import operations, paging
from reconciler.embedded.gateway.errors import (
    failed_precondition,
    invalid_argument,
    permission_denied,
)
from reconciler.embedded.gateway.identifiers import check_width
from reconciler.embedded.gateway.operations import EMPTY, Call, Operation
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.jobs import keys, listed, rules, shapes, shown
from reconciler.embedded.jobs.shapes import State
from reconciler.embedded.replies import Crash
from reconciler.embedded.runs import jobs, specs, stopping, storage
from reconciler.embedded.store import World
from reconciler.embedded.workflows.access import VIEW

_PAGE_SIZE = 30
_DEBUG_SECONDS = 3600
_DEBUG_MACHINE = "e1-standard-2"
_OS_IMAGE = "ubuntu2404"


def list_jobs(call: Call) -> Message:
    """Of all visible projects; without states always none (D 14.2)."""
    world, query = call.world, call.message
    if query["page_size"] > _PAGE_SIZE:
        raise invalid_argument(f"Page size can't exceed {_PAGE_SIZE}")
    states = [State(state).name for state in query["states"]] if world.allowed(VIEW) else []
    found, token = paging.read(
        query["page_token"],
        max(query["page_size"] or _PAGE_SIZE, 1),
        start=listed.START,
        rows_after=lambda after, count: listed.newest(world, states, after, count),
        position_of=listed.position,
    )
    return {"jobs": [shown.job(world, row) for row in found], "next_page_token": token}


def get(call: Call) -> Message:
    return shown.job(call.world, rules.addressed(call.world, call.path["job_id"]))


def create(call: Call) -> Message:
    world, sent = call.world, call.message
    spec = sent["spec"]
    machine = spec and spec["agent"] and spec["agent"]["machine"]
    if not machine or sent["metadata"] is None:
        raise Crash("parts which the service takes for granted")
    if machine["type"].startswith("s1"):
        raise invalid_argument("Self-hosted agent type is not allowed")
    rules.may_run_in(world, spec["project_id"])
    rules.secrets_allow(world, spec, "debug")
    if not machine["type"]:
        raise invalid_argument("machine_type: can't be blank")
    return _created(world, sent["metadata"]["name"], spec)


def stop(call: Call) -> Message:
    """No permission is needed but to see the project; it takes a moment."""
    world = call.world
    row = rules.queried(world, call.path["job_id"])
    stopping.stop_job(world, row, world.now().timestamp(), stopped_by=world.user_id)
    return {}


def debug_job(call: Call) -> Message:
    world = call.world
    row = rules.queried(world, call.path["job_id"])
    rules.may_run(world)
    rules.job_allows(world, row, "debug")
    rules.target_allows(world, row)
    spec = rules.spec_of(row)
    rules.secrets_allow(world, spec, "debug")
    duration = call.message["duration"] or _DEBUG_SECONDS
    name = f"Debug Session for Job {row['id']}"
    spec = specs.for_debugging(spec, duration)
    return _created(world, name, spec, time_limit=duration, debug_of=row["id"])


def debug_project(call: Call) -> Message:
    world, sent = call.world, call.message
    project = rules.project_for_debugging(world, call.path["project_id_or_name"])
    rules.project_allows(world, project, "debug", "empty")
    rules.may_run(world)
    duration = sent["duration"] or _DEBUG_SECONDS
    machine = {"type": sent["machine_type"] or _DEBUG_MACHINE, "os_image": _OS_IMAGE}
    agent = {"machine": machine, "containers": [], "image_pull_secrets": []}
    commands = [f"sleep {duration}"]
    spec = specs.empty(project["id"]) | {"agent": agent, "commands": commands}
    name = f"Debug Session for project {project['name']}"
    return _created(world, name, spec, time_limit=duration, debug_of=project["id"])


def debug_ssh_key(call: Call) -> Message:
    world = call.world
    row = rules.addressed(world, call.path["job_id"])
    spec, operation = rules.spec_of(row), rules.attaching(row)
    rules.secrets_allow(world, spec, operation)
    if specs.self_hosted(spec):
        raise permission_denied("SSH keys are not available for self-hosted jobs")
    rules.job_allows(world, row, operation)
    if row["state"] != State.RUNNING.name:
        message = "Job's debug SSH is only available while the job is running"
        raise failed_precondition(message)
    return {"key": keys.private_key(world, row)}


def _created(
    world: World,
    name: str,
    spec: specs.Spec,
    *,
    time_limit: float | None = None,
    debug_of: str = "",
) -> Message:
    if not name:
        raise invalid_argument("name: can't be blank")
    check_width(name)
    machine = spec["agent"]["machine"]
    machine["os_image"] = machine["os_image"] or _OS_IMAGE
    spec = {**spec, "project_id": spec["project_id"].lower()}
    now = world.now().timestamp()
    with world.transaction():
        job_id = jobs.create(world, name, spec, now, time_limit=time_limit, debug_of=debug_of)
    row = storage.job(world, job_id)
    if row is None:
        raise Crash("the job is gone")
    return shown.job(world, row)


_ALL = "/api/v1alpha/jobs"
_ONE = _ALL + "/{job_id:segment}"
ROUTES = operations.routes(
    [
        Operation(
            method="GET", path=_ALL, handle=list_jobs, answer=shapes.PAGE, query=shapes.QUERY
        ),
        Operation(method="POST", path=_ALL, handle=create, answer=shapes.JOB, body=shapes.JOB),
        Operation(
            method="POST",
            path=_ALL + "/project_debug/{project_id_or_name:segment}",
            handle=debug_project,
            answer=shapes.JOB,
            body=shapes.DEBUG_PROJECT,
        ),
        Operation(method="GET", path=_ONE, handle=get, answer=shapes.JOB),
        Operation(method="POST", path=_ONE + "/stop", handle=stop, answer=EMPTY, body=EMPTY),
        Operation(
            method="POST",
            path=_ONE + "/debug",
            handle=debug_job,
            answer=shapes.JOB,
            body=shapes.DEBUG_JOB,
        ),
        Operation(
            method="GET", path=_ONE + "/debug_ssh_key", handle=debug_ssh_key, answer=shapes.KEY
        ),
    ]
)
