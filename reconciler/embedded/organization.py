"""One embedded organization: a database and the application that serves it."""

import os
import sqlite3
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from starlette.types import ASGIApp

from reconciler.embedded.app import Application
from reconciler.embedded.clock import Clock
from reconciler.embedded.database import at_once, connect, in_the_way
from reconciler.embedded.families import FAMILIES
from reconciler.embedded.faults import future
from reconciler.embedded.faults.application import Faults
from reconciler.embedded.faults.fault_json import read_all
from reconciler.embedded.faults.misbehaviour import Memory
from reconciler.embedded.faults.pages import Pages
from reconciler.embedded.faults.past import Past
from reconciler.embedded.journal import SCHEMA, Journal
from reconciler.embedded.people import storage as people
from reconciler.embedded.settings import Edition, Settings
from reconciler.embedded.store import World

if TYPE_CHECKING:
    import httpx

FAULTS_VARIABLE = "RECONCILER_EMBEDDED_FAULTS"
"""A testing aid: a JSON list of faults which every organization of the process begins with."""


class Embedded:
    """A Semaphore organization in this process; `app` is its ASGI application."""

    def __init__(
        self,
        path: str = ":memory:",
        settings: Settings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Raises BadDatabase; BadFault for unreadable faults in the environment."""
        faults = read_all(os.environ.get(FAULTS_VARIABLE) or "[]")
        self.clock = clock if isinstance(clock, Clock) else Clock(clock)
        schemas = (SCHEMA, *(family.schema for family in FAMILIES), future.SCHEMA)
        database = connect(path, schemas)
        self.world = World(database, settings or Settings.of(Edition.CLOUD), self.clock)
        for family in FAMILIES:
            family.prepare(self.world)
        past = Past(database, self._revived)
        memory = Memory(self.journal, Pages(), past, future.Future(database))
        self.faults = Faults(Application(self.world), memory)
        for fault in faults:
            self.faults.add(fault)

    @property
    def app(self) -> ASGIApp:
        return self.faults

    @property
    def journal(self) -> Journal:
        return self.world.journal

    def with_role(self, name: str, id_: str = "") -> str:
        """Have somebody have a role in projects, and return its id.

        It is made if there is none of that name.
        """
        return people.admit(self.world, f"who is {name}", role=name, role_id=id_)

    def transport(self) -> "httpx.AsyncBaseTransport":
        """The way in for httpx, on which connections can break."""
        from reconciler.embedded.faults.transport import Transport  # noqa: PLC0415 - slow to import, and `serve` never needs it

        return Transport(self.app)

    def trouble(self) -> str:
        """Why nothing can be written now, "" if something can."""
        with at_once(self.world.db):
            self.journal.flush()
            return self.journal.trouble or in_the_way(self.world.db)

    def close(self) -> None:
        self.journal.flush()
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

    def _revived(self, database: sqlite3.Connection) -> ASGIApp:
        return Application(World(database, self.world.settings, self.clock))
