"""The admin interface of one organization, all JSON: what tests of other programs need."""

import dataclasses
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from reconciler.embedded import params
from reconciler.embedded.agent_types import storage as agent_types
from reconciler.embedded.agents import storage as agents
from reconciler.embedded.faults import fault_json
from reconciler.embedded.faults.application import Armed
from reconciler.embedded.faults.fault import BadFault
from reconciler.embedded.organization import Embedded
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.runs import files
from reconciler.embedded.serving import job_environment

PREFIX = "/__admin__"
_MOST_ENTRIES = 1000
_MOST_BYTES = 1_000_000
_LAST_SECOND = datetime(9000, 1, 1, tzinfo=UTC).timestamp()

Kinds = type | tuple[type, ...]
_CLOCK: dict[str, Kinds] = {
    "follow": bool,
    "running": bool,
    "set": (str, int, float),
    "advance": (int, float),
}


class BadRequest(Exception):
    """The message is for the client; the second argument is the status."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


Handler = Callable[[Embedded, Request], Awaitable[Any]]


def build(embedded: Embedded) -> ASGIApp:
    """Its paths begin with PREFIX."""
    application = Starlette(
        routes=[_route(embedded, *each) for each in _OPERATIONS],
        exception_handlers={BadRequest: _refused},
    )
    application.router.redirect_slashes = False
    return application


async def index(_embedded: Embedded, _request: Request) -> Any:
    return {"operations": [f"{method} {PREFIX}{path}" for method, path, _ in _OPERATIONS]}


async def list_faults(embedded: Embedded, _request: Request) -> Any:
    return {"faults": [_fault(armed) for armed in embedded.faults.armed()]}


async def add_faults(embedded: Embedded, request: Request) -> Any:
    """One fault, or a list of which all are added or none."""
    body = await _json(request)
    try:
        faults = [fault_json.read(each) for each in (body if isinstance(body, list) else [body])]
    except BadFault as error:
        raise BadRequest(str(error)) from None
    return {"faults": [_fault(embedded.faults.add(fault)) for fault in faults]}


async def clear_faults(embedded: Embedded, _request: Request) -> Any:
    embedded.faults.clear()
    return {"faults": []}


async def remove_fault(embedded: Embedded, request: Request) -> Any:
    if not embedded.faults.remove(request.path_params["number"]):
        raise BadRequest("no such fault", 404)
    return await list_faults(embedded, request)


async def read_clock(embedded: Embedded, _request: Request) -> Any:
    now = embedded.clock()
    return {
        "now": datetime.fromtimestamp(now, tz=UTC).isoformat(),
        "seconds": now,
        "running": embedded.clock.running,
    }


async def change_clock(embedded: Embedded, request: Request) -> Any:
    """`follow`, then `running`, then `set`, then `advance`, as far as they are there."""
    body = await _json(request)
    _check(body, _CLOCK)
    clock = embedded.clock
    if body.get("follow"):
        clock.follow()
    if "running" in body:
        (clock.run if body["running"] else clock.stop)()
    if "set" in body or "advance" in body:
        moment = _seconds(body["set"]) if "set" in body else clock()
        clock.set(_within_reason(moment + body.get("advance", 0)))
    return await read_clock(embedded, request)


async def list_agents(embedded: Embedded, _request: Request) -> Any:
    rows = embedded.world.db.execute("SELECT * FROM agents ORDER BY name").fetchall()
    return {"agents": [dict(row) for row in rows]}


async def connect_agent(embedded: Embedded, request: Request) -> Any:
    """An agent of a type connects, as if a machine had been started."""
    body = await _json(request)
    _check(body, {"name": str, "type": str, "job_id": str})
    name, kind = _needed(body, "name", "type")
    if agent_types.find(embedded.world, kind) is None:
        raise BadRequest(f"there is no agent type {kind!r}", 404)
    try:
        agents.register(embedded.world, name, kind, body.get("job_id"))
    except sqlite3.IntegrityError:
        raise BadRequest(f"an agent {name!r} is connected already", 409) from None
    return await list_agents(embedded, request)


async def disconnect_agent(embedded: Embedded, request: Request) -> Any:
    gone = embedded.world.db.execute(
        "DELETE FROM agents WHERE name = ?", (request.path_params["name"],)
    )
    if not gone.rowcount:
        raise BadRequest(f"there is no agent {request.path_params['name']!r}", 404)
    return await list_agents(embedded, request)


async def put_file(embedded: Embedded, request: Request) -> Any:
    """A pipeline file in a project's repository, for the runs that read it from now on."""
    body = await _json(request)
    _check(body, {"project": str, "path": str, "content": str})
    name, path = _needed(body, "project", "path")
    project = projects.find_by_name(embedded.world, name)
    if project is None:
        raise BadRequest(f"there is no project {name!r}", 404)
    files.put(embedded.world, project["id"], path, body.get("content", ""))
    return {"project": name, "path": path}


async def give_environment(embedded: Embedded, request: Request) -> Any:
    """The variables of a job, its artifact token among them."""
    body = await _json(request)
    _check(body, {"project": str, "job": str})
    job, project = body.get("job", ""), body.get("project", "")
    if bool(job) == bool(project):
        raise BadRequest("either project or job is needed, and not both")
    found = (
        job_environment.of_job(embedded.world, request, job)
        if job
        else job_environment.in_project(embedded.world, request, project)
    )
    if found is None:
        raise BadRequest(
            f"there is no job {job!r}" if job else f"there is no project {project!r}", 404
        )
    return {"environment": found}


async def read_journal(embedded: Embedded, request: Request) -> Any:
    """The entries after a number, oldest first; `last` is where to go on."""
    asked = request.query_params.get("after", "0")
    if not asked.isascii() or not asked.isdigit():
        raise BadRequest("after is the number of an entry")
    after = min(int(asked), 2**62)
    entries = embedded.journal.entries(after, _MOST_ENTRIES)
    last = entries[-1].number if entries else after
    return {"entries": [dataclasses.asdict(entry) for entry in entries], "last": last}


async def clear_journal(embedded: Embedded, request: Request) -> Any:
    embedded.journal.clear()
    return await read_journal(embedded, request)


_OPERATIONS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "", index),
    ("GET", "/faults", list_faults),
    ("POST", "/faults", add_faults),
    ("DELETE", "/faults", clear_faults),
    ("DELETE", "/faults/{number:int}", remove_fault),
    ("GET", "/clock", read_clock),
    ("POST", "/clock", change_clock),
    ("GET", "/agents", list_agents),
    ("POST", "/agents", connect_agent),
    ("DELETE", "/agents/{name}", disconnect_agent),
    ("POST", "/files", put_file),
    ("POST", "/environment", give_environment),
    ("GET", "/journal", read_journal),
    ("DELETE", "/journal", clear_journal),
)


def _route(embedded: Embedded, method: str, path: str, handle: Handler) -> Route:
    async def endpoint(request: Request) -> Response:
        return JSONResponse(await handle(embedded, request))

    return Route(PREFIX + path, endpoint, methods=[method])


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, BadRequest) else 500
    return JSONResponse({"error": str(error)}, status)


def _needed(body: dict[str, Any], *names: str) -> list[str]:
    """The values, all of which have to be there; raises BadRequest for those that are not."""
    missing = [name for name in names if not body.get(name)]
    if missing:
        raise BadRequest(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} needed")
    return [body[name] for name in names]


async def _json(request: Request) -> Any:
    """The declared type is what keeps pages of other sites from posting here."""
    if not params.is_json(params.content_type(request)):
        raise BadRequest("content-type has to be application/json", 415)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise BadRequest("that is too much", 413)
    try:
        return params.parse_json(body)
    except params.MalformedJSON as error:
        raise BadRequest(str(error)) from None


def _check(body: Any, known: dict[str, Kinds]) -> None:
    if not isinstance(body, dict):
        raise BadRequest("an object is needed")
    for name, value in body.items():
        kinds = known.get(name)
        if kinds is None:
            raise BadRequest(f"unknown field; known are {', '.join(known)}")
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise BadRequest(f"{name} has the wrong type")


def _seconds(moment: str | float) -> float:
    if not isinstance(moment, str):
        return float(moment)
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        raise BadRequest("set takes seconds since 1970, or a date and time") from None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def _within_reason(moment: float) -> float:
    if not 0 <= moment <= _LAST_SECOND:
        raise BadRequest("the clock can't be set to before 1970 or after the year 9000")
    return moment


def _fault(armed: Armed) -> dict[str, Any]:
    state = {"number": armed.number, "seen": armed.seen, "spent": armed.spent}
    return state | fault_json.shown(armed.fault)
