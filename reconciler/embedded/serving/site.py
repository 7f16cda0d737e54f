"""One organization as a web site: its page, its admin interface and, for the rest, Semaphore."""

from functools import cached_property

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.embedded.organization import Embedded
from reconciler.embedded.serving import admin, page
from reconciler.embedded.serving.visitors import refusal

_PAGE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
}


class Site:
    def __init__(self, embedded: Embedded, prefix: str = "") -> None:
        self.embedded = embedded
        self._prefix = prefix
        self._semaphore = embedded.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._semaphore
        path: str = scope["path"]
        if not path.startswith("/api/"):
            app = self._own(scope, path) or app
        await app(scope, receive, send)

    def _own(self, scope: Scope, path: str) -> ASGIApp | None:
        """The application of a path which no Semaphore route uses."""
        is_page = path == "/" and scope["method"] in ("GET", "HEAD")
        is_admin = f"{path}/".startswith(admin.PREFIX + "/")
        if not is_page and not is_admin:
            return None
        if refused := refusal(scope, self.embedded.world.settings):
            return refused
        if is_admin:
            return self._admin
        return HTMLResponse(page.organization(self.embedded, self._prefix), headers=_PAGE_HEADERS)

    @cached_property
    def _admin(self) -> ASGIApp:
        return admin.build(self.embedded)
