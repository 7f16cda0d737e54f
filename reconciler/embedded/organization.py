"""One embedded organization: a database and the application that serves it."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from reconciler.embedded import app
from reconciler.embedded.families import FAMILIES
from reconciler.embedded.journal import Journal
from reconciler.embedded.settings import Edition, Settings
from reconciler.embedded.store import World, connect


class Embedded:
    """A Semaphore organization in this process; `app` is its ASGI application."""

    def __init__(
        self,
        path: str = ":memory:",
        settings: Settings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        database = connect(path, (family.schema for family in FAMILIES))
        self.world = World(database, settings or Settings.of(Edition.CLOUD), clock)
        for family in FAMILIES:
            family.prepare(self.world)
        self.app = app.build(self.world)

    @property
    def journal(self) -> Journal:
        return self.world.journal

    def close(self) -> None:
        self.world.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
