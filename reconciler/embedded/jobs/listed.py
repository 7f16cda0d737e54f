"""Jobs in the order of their list: the newest first, of equal times the greater id."""

import sqlite3
from collections.abc import Sequence

from reconciler.embedded.gateway.paging import Position
from reconciler.embedded.runs import storage
from reconciler.embedded.store import World

# Before the first row: later than any, and greater than any id.
START: Position = (2**62, "~")


def newest(
    world: World, states: Sequence[str], after: Position, count: int
) -> Sequence[sqlite3.Row]:
    """Times are whole seconds here, as in the database of the real server."""
    places = ", ".join("?" * len(states))
    return storage.every(
        world,
        f"SELECT jobs.* FROM jobs JOIN projects ON projects.id = jobs.project_id"  # noqa: S608 - marks only
        f" WHERE projects.deleted_at IS NULL AND state IN ({places})"
        " AND (CAST(created_at AS INTEGER), jobs.id) < (?, ?)"
        " ORDER BY CAST(created_at AS INTEGER) DESC, jobs.id DESC LIMIT ?",
        *states,
        *after,
        count,
    )


def position(row: sqlite3.Row) -> Position:
    return int(row["created_at"]), str(row["id"])
