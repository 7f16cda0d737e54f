"""The organization as it was before its last write, for reads that lag behind."""

import sqlite3
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Past:
    def __init__(
        self, db: sqlite3.Connection, revived: Callable[[sqlite3.Connection], ASGIApp]
    ) -> None:
        """`revived` makes an application of a copied database."""
        self._db = db
        self._revived = revived
        self._copy: sqlite3.Connection | None = None

    def watched(self, app: ASGIApp) -> ASGIApp:
        async def watching(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
                self.keep()
            await app(scope, receive, send)

        return watching

    def keep(self) -> None:
        """What is true now is the past from here on."""
        self.forget()
        self._copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._copy.row_factory = sqlite3.Row
        self._db.backup(self._copy)

    def forget(self) -> None:
        if self._copy is not None:
            self._copy.close()
            self._copy = None

    def instead_of(self, app: ASGIApp) -> ASGIApp:
        """Reads see the past, if there is one; writes always happen now."""

        async def answering(scope: Scope, receive: Receive, send: Send) -> None:
            there = self._copy is not None and scope["method"] == "GET"
            then = self._revived(self._copy) if there and self._copy else app
            await then(scope, receive, send)

        return answering
