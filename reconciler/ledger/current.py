"""What the events of an organization add up to: a row for each object, and each step not done.

The one place that says what an event means for what is remembered. Rows are kept beside the
events so that who plans need not read history; they can be made again from the events at any time.
"""

import bisect
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from reconciler.ledger.event import Event
from reconciler.ledger.records import intended_of, record_of
from reconciler.model import Action, Address, Memory, Result

RECORD: Final = "record"
"""An object as we left it: the body of a Record."""

OPEN: Final = "open"
"""A step that was begun and not done: ``action``, ``run``, ``secrets``, ``kept``, ``cut``.

``cut``: nobody knows yet how far it came. The end of a later run clears that: it was planned from
what the step had left.
"""


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

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Current":
        """Return what all events of an organization add up to."""
        current = cls()
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

    def memory(self, key: bytes) -> Memory:
        """Return what is to be remembered; ``key`` is that of the hashes of secret values."""
        found = [(at, json.loads(text)) for at, text in self._rows.items()]
        return Memory(
            {at.address: record_of(body) for at, body in found if at.sort == RECORD},
            key,
            {at.address: intended_of(body) for at, body in found if at.sort == OPEN},
        )

    def interrupted(self) -> dict[Address, Action]:
        """Return the steps that were begun and never ended: a run was killed in them."""
        found = ((at.address, json.loads(text)) for at, text in self._of(OPEN))
        return {address: Action(body["action"]) for address, body in found if body["cut"]}

    def take(self, sort: str, body: Mapping[str, Any]) -> None:
        """Let an event have its effect."""
        match sort:
            case "intent":
                self._begin(body)
            case "result":
                self._conclude(body)
            case "adopt":
                self._drop(_at(OPEN, body["record"]["address"]))
            case "end":
                self._close(body["run"])
            case _:
                pass
        self._remember(body)

    def _begin(self, body: Mapping[str, Any]) -> None:
        told = {name: body[name] for name in ("secrets", "kept") if body.get(name)}
        step = {"action": body["action"], "run": body["run"], "cut": True}
        self._put(_at(OPEN, body["address"]), step | told)

    def _conclude(self, body: Mapping[str, Any]) -> None:
        at = _at(OPEN, body["address"])
        if body["result"] == Result.DONE:
            self._drop(at)
        elif at in self._rows:
            self._put(at, json.loads(self._rows[at]) | {"cut": False})

    def _close(self, run: int) -> None:
        for at, text in self._of(OPEN):
            body = json.loads(text)
            if body["cut"] and body["run"] < run:
                self._put(at, body | {"cut": False})

    def _remember(self, body: Mapping[str, Any]) -> None:
        for gone in body.get("forget", ()):
            self._drop(_at(RECORD, gone))
        if body.get("result") == Result.DONE and body["address"]["kind"] == "Project":
            self._follow_project(body)
        if body.get("record"):
            self._put(_at(RECORD, body["record"]["address"]), body["record"])

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
        for at, text in self._within(project):
            body = json.loads(text)
            if at.sort == RECORD:
                body["address"]["project"] = name
            self._drop(at)
            self._put(at._replace(project=name), body)

    def _empty(self, project: str) -> None:
        for at, _ in self._within(project):
            self._drop(at)

    def _of(self, sort: str) -> list[tuple[Key, str]]:
        return self._where(lambda at: at.sort == sort)

    def _within(self, project: str) -> list[tuple[Key, str]]:
        return self._where(lambda at: at.project == project)

    def _where(self, wanted: Callable[[Key], bool]) -> list[tuple[Key, str]]:
        return [(at, text) for at, text in self._rows.items() if wanted(at)]

    def _put(self, at: Key, body: Mapping[str, Any]) -> None:
        self._drop(at)
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        self._rows[at] = self.changed[at] = text
        bisect.insort(self._marks, _mark(at, text))

    def _drop(self, at: Key) -> None:
        text = self._rows.pop(at, None)
        if text is not None:
            self.changed[at] = None
            del self._marks[bisect.bisect_left(self._marks, _mark(at, text))]


def _at(sort: str, address: Mapping[str, str]) -> Key:
    return Key(sort, address["kind"], address["project"], address["name"])


def _mark(at: Key, text: str) -> bytes:
    return hashlib.sha256(json.dumps([*at, text], ensure_ascii=False).encode()).digest()
