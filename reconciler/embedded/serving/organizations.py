"""Several organizations behind one address, by host name or by the first part of the path."""

import json
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.embedded import places
from reconciler.embedded.front_door import unknown_organization
from reconciler.embedded.organization import Embedded
from reconciler.embedded.serving.site import Site
from reconciler.embedded.serving.visitors import host_of, welcome

HEALTH = "/__admin__/health"


class Organizations:
    """A single organization is at the root as well, whatever the host."""

    def __init__(self, members: Mapping[str, Embedded]) -> None:
        self.members = dict(members)
        self._by_host = {name: Site(member) for name, member in members.items()}
        self._by_path = {name: Site(member, f"/{name}") for name, member in members.items()}
        self._only = next(iter(self._by_host.values())) if len(members) == 1 else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == HEALTH:
            await self._health()(scope, receive, send)
            return
        first, slash, rest = path[1:].partition("/")
        if first in self._by_path:
            if slash:
                await self._by_path[first](_below(scope, first, rest), receive, send)
            else:
                await RedirectResponse(f"/{first}/", 308)(scope, receive, send)
            return
        app = self._only or self._named(scope) or self._nobody(scope)
        await app(scope, receive, send)

    def _named(self, scope: Scope) -> Site | None:
        """`acme.localhost`, or any other host whose first label is the name (D 2)."""
        name, dot, _ = host_of(Headers(scope=scope)).partition(".")
        return self._by_host.get(name) if dot else None

    def _nobody(self, scope: Scope) -> ASGIApp:
        if scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
            settings = (member.world.settings for member in self.members.values())
            if any(welcome(scope, each) for each in settings):
                from reconciler.embedded.serving.pages.site import directory  # noqa: PLC0415 - slow to import, and few look

                return directory(self.members)
        return unknown_organization(Headers(scope=scope), scope["path"])

    def _health(self) -> Response:
        """Open to everybody: it tells nothing but that the server answers, or can't write."""
        found = {name: member.trouble() for name, member in self.members.items()}
        told = {"status": "; ".join(sorted({*found.values()} - {""})) or "ok"}
        status = 503 if any(found.values()) else 200
        return Response(json.dumps(told), status, media_type="application/json")


def _below(scope: Scope, first: str, rest: str) -> Scope:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    _, _, raw_rest = raw[1:].partition(b"/")
    return places.below(scope, f"/{first}", f"/{rest}", b"/" + raw_rest)
