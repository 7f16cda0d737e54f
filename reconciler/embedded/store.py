"""One organization's state: its database, a clock and the settings."""

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from reconciler.embedded import journal
from reconciler.embedded.settings import Settings

permissions_lag: ContextVar[bool] = ContextVar("permissions_lag", default=False)
"""Whether this request comes before its caller's permissions have arrived."""


class World:
    """What handlers work on; reach it with `params.world_of(request)`."""

    def __init__(
        self,
        db: sqlite3.Connection,
        settings: Settings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.db = db
        self.settings = settings
        self.journal = journal.Journal(db, clock)
        meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
        self.org_id: str = meta["organization_id"]
        self.user_id: str = meta["user_id"]
        self._clock = clock
        self._depth = 0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), tz=UTC)

    def uuid(self) -> str:
        return str(uuid.uuid4())

    def allowed(self, permission: str) -> bool:
        return permission not in self.settings.permissions_denied and not permissions_lag.get()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction, all or nothing of the inner part."""
        name = f"level_{self._depth}"
        begin, commit, rollback = (
            (f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}")
            if self._depth
            else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        )
        self.db.execute(begin)
        self._depth += 1
        try:
            yield
        except BaseException:
            self.db.execute(rollback)
            raise
        else:
            self.db.execute(commit)
        finally:
            self._depth -= 1
