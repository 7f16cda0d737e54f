"""What the events of an organization add up to: a row for each object, and each step not done.

The one place that says what an event means for what is remembered. Rows are kept beside the
events so that who plans need not read history; they can be made again from the events at any time.
"""

import bisect
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from reconciler.ledger.event import Event
from reconciler.ledger.records import address_body, address_of, intended_of, record_of
from reconciler.model import Action, Address, Intended, Memory, Result
from reconciler.model.hashes import Hashes, made_with

RECORD: Final = "record"
"""An object as we left it: the body of a Record."""

OPEN: Final = "open"
"""A step that was begun and not done: action, run, secrets, kept; ``again``, ``cut``.

``again``: what is kept may have been deleted by an earlier one, which was not done either.
``cut``: nobody knows yet how far it came. The end of a later run clears that: it was planned from
what the step had left.
"""

_INTENDED: Final = ("secrets", "kept", "was", "home", "refers")
_SORTS: Final = (RECORD, OPEN)

ADOPT: Final = "adopt"
"""The sort of an event that tells of an object which was found as declared, not written."""

REPLAYED: Final = "replayed"
"""In the body of an event that was taken over from another copy: when it was written there."""

SUPERSEDED: Final = "superseded"
"""In the body of such an event: it has no effect, for others wrote of the same object later, or
know what they wrote where this one only found it."""


class Key(NamedTuple):
    """Names a row: its sort, and the three parts of an address."""

    sort: str
    kind: str
    project: str
    name: str

    @property
    def address(self) -> Address:
        return Address(self.kind, self.project, self.name)


class Current:
    """All rows of one organization.

    ``changed`` are those that differ from where they were read from, None for rows that are gone.
    """

    def __init__(self, rows: Iterable[tuple[Key, str]] = ()) -> None:
        self._rows = dict(rows)
        self._marks = sorted(_mark(key, text) for key, text in self._rows.items())
        self.changed: dict[Key, str | None] = {}
        self._renaming = {
            key: was
            for key, text in self._rows.items()
            if key.sort == OPEN and (was := json.loads(text).get("was"))
        }

    @classmethod
    def of(cls, events: Iterable[Event], before: Iterable[tuple[Key, str]] = ()) -> "Current":
        """Return what all events of an organization add up to, given what archived ones did."""
        current = cls(before)
        for event in events:
            current.take(event.sort, event.body)
        return current

    @property
    def rows(self) -> Mapping[Key, str]:
        return self._rows

    @property
    def digest(self) -> str:
        """A hash of all rows, whatever their order."""
        return hashlib.sha256(b"".join(self._marks)).hexdigest()

    def memory(self, hashes: Hashes) -> Memory:
        """Return what is to be remembered; hashes that another key made tell nothing: left out."""
        known: dict[Any, Any] = {}
        rows = self._rows.items()
        found = [(row, _shared(json.loads(text), known)) for row, text in rows]
        for _, body in found:
            for told in body.keys() & {"secrets", "assumed", "begun"}:
                made = body[told].items()
                body[told] = {path: one for path, one in made if made_with(one) == hashes.name}
        return Memory(
            {row.address: record_of(body) for row, body in found if row.sort == RECORD},
            hashes,
            self._intended(found),
        )

    def _intended(self, found: Iterable[tuple[Key, Any]]) -> dict[Address, Intended]:
        """Return the steps that were begun, those that were to rename by the former name, too."""
        opened = [(row, intended_of(body)) for row, body in found if row.sort == OPEN]
        former = {
            address_of(self._renaming[row]): step for row, step in opened if row in self._renaming
        }
        return former | {row.address: step for row, step in opened}

    @property
    def protected(self) -> dict[Address, str]:
        """The ids of the objects that must not be deleted, by address."""
        found = ((row.address, json.loads(text)) for row, text in self._of(RECORD))
        return {address: body["id"] for address, body in found if body["protect"]}

    def interrupted(self) -> dict[Address, Action]:
        """Return the steps that were begun and never ended: a run was killed in them."""
        found = ((row.address, json.loads(text)) for row, text in self._of(OPEN))
        return {address: Action(body["action"]) for address, body in found if body["cut"]}

    def take(self, sort: str, body: Mapping[str, Any]) -> None:
        """Let an event have its effect."""
        if body.get(SUPERSEDED):
            return
        match sort:
            case "intent":
                self._begin(body)
            case "result":
                self._conclude(body)
            case "adopt":
                self._drop(_key(OPEN, body["record"]["address"]))
            case "end" if REPLAYED not in body:  # else it was not planned from what is here
                self._close(body["run"])
            case _:
                pass
        self._remember(body)

    def _begin(self, body: Mapping[str, Any]) -> None:
        told = {name: body[name] for name in _INTENDED if body.get(name)}
        step = {"action": body["action"], "run": body["run"], "cut": True}
        key = _key(OPEN, body["address"])
        before = json.loads(self._rows.get(key, "{}"))
        if before.get("kept"):
            told["again"] = True
        self._put(key, step | told)

    def _conclude(self, body: Mapping[str, Any]) -> None:
        key = _key(OPEN, body["address"])
        if body["result"] == Result.DONE and not body.get("presumed"):
            self._drop(key)
            for other, was in list(self._renaming.items()):
                if was == body["address"]:  # it was to be renamed, and is there by that name
                    self._drop(other)
        elif body.get("untouched") and key in self._rows:
            self._undo(key, gone=body.get("gone", False))
        elif key in self._rows:
            told = {name: body[name] for name in ("uncreated", "made", "made_at") if name in body}
            self._put(key, json.loads(self._rows[key]) | {"cut": False} | told)

    def _undo(self, key: Key, *, gone: bool) -> None:
        """Forget a step of which nothing was done, but not what an earlier one has deleted.

        ``gone``: what was to be created again was not there: the earlier one did come that far.
        """
        body = json.loads(self._rows[key])
        may_be_gone = body.get("again") and (gone or body["action"] == Action.CREATE)
        if may_be_gone and body.get("kept"):
            left = {
                name: body[name]
                for name in ("action", "run", "kept", "again", "home", "refers")
                if name in body
            }
            self._put(key, left | {"cut": False})
        else:
            self._drop(key)

    def _close(self, run: int) -> None:
        for key, text in self._of(OPEN):
            body = json.loads(text)
            if body["cut"] and body["run"] < run:
                self._put(key, body | {"cut": False})

    def _remember(self, body: Mapping[str, Any]) -> None:
        self._rename(body.get("renamed", ()))
        for gone in body.get("forget", ()):
            self._drop(_key(RECORD, gone))
            self._drop(_key(OPEN, gone))
        if body.get("result") == Result.DONE and body["address"]["kind"] == "Project":
            self._follow_project(body)
        if body.get("record"):
            self._put(_key(RECORD, body["record"]["address"]), body["record"])

    def _rename(self, pairs: Iterable[Mapping[str, Any]]) -> None:
        """Let rows go by other names, all at once: two objects may have changed theirs."""
        keys = [(_key(sort, p["from"]), _key(sort, p["to"])) for p in pairs for sort in _SORTS]
        there = [(now, self._rows[was]) for was, now in keys if was in self._rows]
        for was, _ in keys:
            self._drop(was)
        for now, text in there:
            body, known = json.loads(text), json.loads(self._rows.get(now, "{}"))
            if now.sort == RECORD:
                if known.get("id") == body["id"]:  # by both names; by this one it is newer
                    continue
                body["address"] = address_body(now.address)
            self._put(now, body)

    def _follow_project(self, body: Mapping[str, Any]) -> None:
        """What is in a renamed project moved along; all else that was in one is gone with it."""
        name = body["address"]["name"]
        former = {gone["name"] for gone in body.get("forget", ())} - {name}
        if body["action"] == Action.UPDATE:
            for before in former:
                self._move(before, name)
        else:
            for each in former | {name}:
                self._empty(each)

    def _move(self, project: str, name: str) -> None:
        for key, text in self._within(project):
            body = json.loads(text)
            if key.sort == RECORD:
                body["address"]["project"] = name
            self._drop(key)
            self._put(key._replace(project=name), body)

    def _empty(self, project: str) -> None:
        for key, _ in self._within(project):
            self._drop(key)

    def _of(self, sort: str) -> list[tuple[Key, str]]:
        return [(key, text) for key, text in self._rows.items() if key.sort == sort]

    def _within(self, project: str) -> list[tuple[Key, str]]:
        return [(key, text) for key, text in self._rows.items() if key.project == project]

    def _put(self, key: Key, body: Mapping[str, Any]) -> None:
        self._drop(key)
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        self._rows[key] = self.changed[key] = text
        if key.sort == OPEN and body.get("was"):
            self._renaming[key] = body["was"]
        bisect.insort(self._marks, _mark(key, text))

    def _drop(self, key: Key) -> None:
        text = self._rows.pop(key, None)
        self._renaming.pop(key, None)
        if text is not None:
            self.changed[key] = None
            del self._marks[bisect.bisect_left(self._marks, _mark(key, text))]


def _key(sort: str, address: Mapping[str, str]) -> Key:
    return Key(sort, address["kind"], address["project"], address["name"])


def _mark(key: Key, text: str) -> bytes:
    return hashlib.sha256(json.dumps([*key, text], ensure_ascii=False).encode()).digest()


def _shared(value: Any, known: dict[Any, Any]) -> Any:
    """Return JSON data in which equal parts are one: most of them are in many rows.

    A list or an object is known by what is in it, all of which ``known`` has and keeps.
    """
    mark: tuple[Any, ...]
    if isinstance(value, dict):
        value = {_shared(key, known): _shared(inner, known) for key, inner in value.items()}
        mark = (dict, *value, *map(id, value.values()))
    elif isinstance(value, list):
        value = [_shared(inner, known) for inner in value]
        mark = (list, *map(id, value))
    else:
        mark = (type(value), value)
    return known.setdefault(mark, value)
