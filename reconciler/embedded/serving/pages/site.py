"""Which page answers which path."""

from collections.abc import Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from reconciler.embedded.app import Application
from reconciler.embedded.logs import events
from reconciler.embedded.organization import Embedded
from reconciler.embedded.runs import engine, find_job, find_pipeline
from reconciler.embedded.serving.pages import fields, objects, runs
from reconciler.embedded.serving.pages.documents import answer

_REFRESH = 5
"""Seconds until what goes on is shown anew."""
_REQUESTS = 20
_MOST_REQUESTS = 500
_MOST_WORKFLOWS = 50
_MOST_EVENTS = 2000
_PAGE_OF_NAMES = 500
_JOB_SECRETS = r"spec\.env_vars\.\d+\.value|spec\.files\.\d+\.content"


def directory(names: Iterable[str]) -> Response:
    """The page of a server with several organizations."""
    return answer("directory.html", names=list(names))


class Pages:
    """Those of an organization, which is at `root`; all but the front page are below `below`."""

    def __init__(self, embedded: Embedded, root: str, below: str) -> None:
        self._embedded = embedded
        self._world = embedded.world
        self._root = root
        self._below = below
        self._application = Application(embedded.world)

    def app(self) -> ASGIApp:
        routes = {
            "/": self.front,
            f"{self._below}/requests": self.requests,
            f"{self._below}/workflows": self.workflows,
            f"{self._below}/workflows/{{id}}": self.workflow,
            f"{self._below}/jobs/{{id}}": self.job,
            f"{self._below}/{{kind}}": self.kind,
            f"{self._below}/{{kind}}/{{id:path}}": self.object,
        }
        built = Starlette(
            routes=[Route(path, page, methods=["GET"]) for path, page in routes.items()],
            exception_handlers={HTTPException: self._missing},
        )
        built.router.redirect_slashes = False
        return built

    async def front(self, request: Request) -> Response:
        """What goes on comes first, and then what there is."""
        engine.advance(self._world)
        db, embedded = self._world.db, self._embedded
        armed = [each for each in embedded.faults.armed() if not each.spent]
        under_way, all_runs = runs.counts(self._world)
        entries = embedded.journal.latest(_REQUESTS)
        projects = objects.names(db, objects.PROJECT)
        return self._answer(
            "front.html",
            refresh=None if "still" in request.query_params else _REFRESH,
            edition=self._world.settings.edition,
            clock_runs=embedded.clock.running,
            faults=len(armed),
            under_way=under_way,
            all_runs=all_runs,
            running=runs.running(self._world),
            over=runs.over(self._world),
            alone=runs.alone(self._world),
            requests=entries,
            counts=[(kind, objects.count(db, kind)) for kind in objects.KINDS.values()],
            projects=projects,
            inside={item.id: self._inside(item.id) for item in projects.items},
            outside=[objects.names(db, kind) for kind in objects.OF_ORGANIZATION],
        )

    async def requests(self, _request: Request) -> Response:
        return self._answer("requests.html", entries=self._embedded.journal.latest(_MOST_REQUESTS))

    async def workflows(self, _request: Request) -> Response:
        engine.advance(self._world)
        _, total = runs.counts(self._world)
        found = runs.latest(self._world, _MOST_WORKFLOWS)
        return self._answer("workflows.html", found=found, total=total)

    async def workflow(self, request: Request) -> Response:
        engine.advance(self._world)
        found = runs.workflow(self._world, request.path_params["id"])
        if found is None:
            raise HTTPException(404)
        still = found.done or "still" in request.query_params
        return self._answer("workflow.html", workflow=found, refresh=None if still else _REFRESH)

    async def job(self, request: Request) -> Response:
        """Its log; never drawn anew while somebody reads it."""
        engine.advance(self._world)
        row = find_job(self._world, request.path_params["id"])
        if row is None:
            raise HTTPException(404)
        pipeline = find_pipeline(self._world, row["pipeline_id"] or "")
        address = f"/api/v1alpha/jobs/{row['id']}"
        happened = events.of_job(self._world, events.logged_job(self._world, row))
        return self._answer(
            "job.html",
            job=runs.job(self._world, row),
            project=runs.project_name(self._world, row["project_id"]),
            project_id=row["project_id"],
            wf_id="" if pipeline is None else pipeline["wf_id"],
            events=happened[:_MOST_EVENTS],
            left_out=max(0, len(happened) - _MOST_EVENTS),
            address=address,
            shown=await fields.of(self._application, address, _JOB_SECRETS),
        )

    async def kind(self, request: Request) -> Response:
        """All names of a kind, some at a time."""
        kind = _kind(request)
        after = request.query_params.get("after", "")
        found = objects.names(self._world.db, kind, after, _PAGE_OF_NAMES)
        return self._answer("kind.html", found=found, total=objects.count(self._world.db, kind))

    async def object(self, request: Request) -> Response:
        engine.advance(self._world)
        kind = _kind(request)
        item = objects.find(self._world.db, kind, request.path_params["id"])
        if item is None:
            raise HTTPException(404)
        is_project = kind is objects.PROJECT
        return self._answer(
            "object.html",
            item=item,
            project=runs.project_name(self._world, item.project_id),
            inside=self._inside(item.id) if is_project else [],
            running=runs.running(self._world, item.id) if is_project else [],
            over=runs.over(self._world, item.id) if is_project else [],
            shown=await fields.of(self._application, item.api, kind.secret),
        )

    def _inside(self, project_id: str) -> list[objects.Names]:
        db = self._world.db
        found = (objects.names_in(db, kind, project_id) for kind in objects.IN_PROJECT)
        return [names for names in found if names.items]

    async def _missing(self, _request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._answer("missing.html", status)

    def _answer(self, template: str, status: int = 200, **values: Any) -> Response:
        common = {
            "organization": self._world.settings.organization,
            "root": self._root,
            "pages": self._root + self._below,
            "now": self._world.now(),
            "refresh": None,
        }
        return answer(template, status, **common | values)


def _kind(request: Request) -> objects.Kind:
    found = objects.KINDS.get(request.path_params["kind"])
    if found is None:
        raise HTTPException(404)
    return found
