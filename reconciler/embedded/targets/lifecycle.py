"""What happens to targets: the token, the states and the sync of secrets (C 1.7, C 1.8)."""

import re
import sqlite3

from reconciler.embedded.replies import Crash
from reconciler.embedded.runs import on_alarm
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.store import World
from reconciler.embedded.targets import rules, storage
from reconciler.embedded.targets.draft import Draft
from reconciler.embedded.targets.secrets import Secret
from reconciler.embedded.verification import internal_error, refused

_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_LONGEST_BOOKMARK = 255
_REJECTED = '%{code: :FAILED_PRECONDITION, message: "invalid data"}'


def create(world: World, project_id: str, draft: Draft) -> sqlite3.Row:
    """The new target, or the holder of the token, to which nothing happens."""
    with world.transaction():
        holder = storage.find_by_token(world, draft.unique_token)
        if holder is not None:
            return holder
        _validate(world, draft, project_id, target_id=None)
        return _after_write(world, storage.insert(world, project_id, draft))


def update(world: World, row: sqlite3.Row, draft: Draft) -> sqlite3.Row:
    with world.transaction():
        holder = storage.find_by_token(world, draft.unique_token)
        if holder is not None:
            return holder
        _settled(row)
        _validate(world, draft, row["project_id"], target_id=row["id"])
        storage.update(world, row["id"], draft)
        return _after_write(world, row["id"])


def delete(world: World, row: sqlite3.Row, token: str) -> str:
    """The id of the target that goes, or of the holder of the token, which stays (C 1.8)."""
    with world.transaction():
        holder = storage.find_by_token(world, token)
        if holder is not None:
            return str(holder["id"])
        _settled(row)
        if row["secret"] is None:
            storage.delete(world, row["id"])
        else:
            changes = {**storage.syncing(None), "unique_token": token}
            storage.change(world, row["id"], changes)
            _begin_sync(world, row["id"], None)
        return str(row["id"])


def cordon(world: World, row: sqlite3.Row, *, cordoned: bool) -> None:
    """Idempotent; the time of update moves only if something changed (C 1.7)."""
    _settled(row)
    if bool(row["cordoned"]) is not cordoned:
        storage.change(world, row["id"], {"cordoned": int(cordoned)})


def state(row: sqlite3.Row) -> str:
    if row["state"] == storage.SYNCING:
        return storage.SYNCING
    if row["cordoned"]:
        return "CORDONED"
    return "USABLE" if row["result"] == storage.SUCCESS else "UNUSABLE"


def _after_write(world: World, target_id: str) -> sqlite3.Row:
    """The answer shows a sync as begun, even one that takes no time."""
    row = storage.find(world, target_id)
    if row is None:
        raise Crash("the target is gone")
    if row["state"] == storage.SYNCING:
        _begin_sync(world, target_id, row["pending"])
    return row


def _begin_sync(world: World, target_id: str, pending: str | None) -> None:
    """One that fails is tried again for a long time (C 1.7)."""
    fails = pending is not None and not Secret.load(pending).acceptable()
    settings = world.settings
    seconds = settings.target_retry_seconds if fails else settings.target_sync_seconds
    set_alarm(world, world.now().timestamp() + seconds, Alarm.END_SYNC, target_id)


def prepare(_world: World) -> None:
    on_alarm(Alarm.END_SYNC, _end_sync)


def _end_sync(world: World, target_id: str, at: float) -> None:
    row = storage.find(world, target_id)
    if row is None or row["state"] != storage.SYNCING:
        return
    if row["pending"] is None:
        storage.delete(world, target_id)
        return
    ended: storage.Columns = {"state": storage.FINISHED, "pending": None}
    if Secret.load(row["pending"]).acceptable():
        ended |= {"result": storage.SUCCESS, "state_message": "", "secret": row["pending"]}
    else:
        ended |= {"result": storage.FAILURE, "state_message": _REJECTED}
    storage.change(world, target_id, ended, at)


def _settled(row: sqlite3.Row) -> None:
    if row["state"] == storage.SYNCING:
        raise refused(400, f"Invalid state: {storage.SYNCING}")


def _validate(world: World, draft: Draft, project_id: str, target_id: str | None) -> None:
    if _NAME.fullmatch(draft.name) is None:
        raise refused(400, "Changeset error")
    rules.validate(world, draft.subject_rules, draft.object_rules)
    too_long = any(len(bookmark) > _LONGEST_BOOKMARK for bookmark in draft.bookmarks)
    if too_long or any("\0" in text for text in draft.texts):  # the database's own refusals
        raise internal_error()
    namesake = storage.find_by_name(world, project_id, draft.name)
    if namesake is not None and namesake["id"] != target_id:
        raise refused(400, "Changeset error")
