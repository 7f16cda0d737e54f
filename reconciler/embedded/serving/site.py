"""One organization as a web site: its pages, its admin interface and, for the rest, Semaphore."""

from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.embedded.organization import Embedded
from reconciler.embedded.serving import admin
from reconciler.embedded.serving.visitors import refusal

PAGES = "/__page__"


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
        is_front = path == "/" and scope["method"] in ("GET", "HEAD")
        is_page = is_front or f"{path}/".startswith(PAGES + "/")
        is_admin = f"{path}/".startswith(admin.PREFIX + "/")
        if not is_page and not is_admin:
            return None
        if refused := refusal(scope, self.embedded.world.settings):
            return refused
        return self._pages if is_page else self._admin

    @cached_property
    def _admin(self) -> ASGIApp:
        return admin.build(self.embedded)

    @cached_property
    def _pages(self) -> ASGIApp:
        from reconciler.embedded.serving.pages.site import Pages  # noqa: PLC0415 - slow to import, and few look

        return Pages(self.embedded, self._prefix, PAGES).app()
