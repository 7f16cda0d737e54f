"""The logs of self-hosted jobs, followed by index (D 15.2)."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import places, signing
from reconciler.embedded.logs import events
from reconciler.embedded.params import world_of
from reconciler.embedded.replies import dump
from reconciler.embedded.runs import find_job
from reconciler.embedded.store import World
from reconciler.embedded.texts import integer

_SECONDS = 5 * 60
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_INT64 = range(-(2**63), 2**63)


def address(request: Request, job_id: str, *, seconds: int = _SECONDS, extra: str = "") -> str:
    """With a token that is good for a short time and this job."""
    claims = {"sub": job_id, "action": "PULL"}
    jwt = signing.token(world_of(request), claims, seconds=seconds)
    return f"{places.origin(request)}/api/v1/logs/{job_id}?jwt={jwt}{extra}"


async def send(request: Request) -> Response:
    world, job_id = world_of(request), request.path_params["job_id"]
    if not _may_pull(world, request, job_id):
        return _error(401, "Unauthorized")
    token = _token(request.query_params.get("token", ""))
    if token is None:
        return _error(400, "bad token")
    job = find_job(world, job_id)
    found = [] if job is None else events.of_job(world, job)
    if job is None or not found:
        return _error(404, f"Logs for {job_id} not found")
    archived = job["finished_at"] is not None
    if request.query_params.get("raw") == "true":
        shown = events.plain(found if archived else found[token:])
        return Response(shown, media_type="text/plain")
    return _page(world, found, token, archived=archived)


def _page(world: World, found: list[events.Event], token: int, *, archived: bool) -> Response:
    """The archive's reader does not count, so that it never reaches a token above zero."""
    rest = found[token:] if not archived or token > 0 else found
    if archived and token > 0 and world.settings.archived_logs_lose_tail:
        rest = []
    following: Any = None if archived else token + len(rest)
    content = dump({"events": rest, "next": following})
    return Response(content, media_type="application/json")


def _may_pull(world: World, request: Request, job_id: str) -> bool:
    """A token in the query beats the one in the header."""
    header = request.headers.get("authorization", "")
    bearer = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
    try:
        claims = signing.claims_of(world, request.query_params.get("jwt") or bearer)
    except signing.BadToken:
        return False
    return claims.get("sub") == job_id and claims.get("action") == "PULL"


def _token(given: str) -> int | None:
    if not given:
        return 0
    if _INTEGER.fullmatch(given) is None or integer(given) not in _INT64:
        return None
    return int(given)


def _error(status: int, sentence: str) -> Response:
    """As Go's `http.Error` writes it."""
    nosniff = {"x-content-type-options": "nosniff"}
    return Response(sentence + "\n", status, nosniff, media_type="text/plain")


ROUTES = [Route("/api/v1/logs/{job_id}", send, methods=["GET"])]
