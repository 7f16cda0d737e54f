"""A server of a later version: all it shows has keys more, which it keeps as long as they are sent.

It stands in front of the application, which never sees those keys. What a write leaves out is
reset, as everything is that the real one replaces; what is not replaced stays.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.embedded import services
from reconciler.embedded.faults.answers import Answer, answer_of
from reconciler.embedded.faults.later import PREFIX, Later, Tree, labels, merged, without, written
from reconciler.embedded.replies import dump
from reconciler.embedded.schedules import yaml

SCHEMA = """
CREATE TABLE IF NOT EXISTS future (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    kept TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
"""

_OK = 200
_TASKS = (("spec", "tasks"), ("spec", "schedulers"))
_SCHEDULE = "schedules"
_DEFINITION = "yml_definition"


@dataclass(frozen=True)
class _Collection:
    """Where the objects of one kind are.

    `id` is where an object says its id, "" for one that has that of its project. `listed`: the key
    that holds the items of a page. `keeps`: parts that an update leaves alone if they are left out.
    """

    kind: str
    path: str
    id: str = "metadata.id"
    listed: str = ""
    keeps: tuple[str, ...] = ()

    def item(self, path: str) -> str | None:
        """The last part of an object's path, "" for the collection, None for other paths."""
        found = re.fullmatch(f"{self.path}(?:/([^/]+))?", path)
        return None if found is None else found[1] or ""


_COLLECTIONS = (
    _Collection("projects", "/api/v1alpha/projects"),
    _Collection(_SCHEDULE, "/api/v1alpha/(?:schedules|tasks)", id="id"),
    _Collection(
        "targets",
        "/api/v1alpha/deployment_targets",
        id="id",
        keeps=("subject_rules", "object_rules", "env_vars", "files"),
    ),
    _Collection("policies", "/api/v1alpha/artifacts_retention_policies", id=""),
    _Collection(
        "agent_types",
        "/api/v1alpha/self_hosted_agent_types",
        id="metadata.name",
        listed="agent_types",
    ),
    _Collection("dashboards", "/api/v1alpha/dashboards", listed="dashboards"),
    _Collection("notifications", "/api/v1alpha/notifications", listed="notifications"),
    _Collection("secrets", "/api/v1beta/secrets", listed="secrets", keeps=("org_config",)),
    _Collection("project_secrets", "/api/v1/projects/[^/]+/secrets", listed="secrets"),
)


@dataclass(frozen=True)
class _Call:
    """`item`: what the path ends with; in a call to a collection, the project it is about."""

    method: str
    item: str
    sent: Any


class Future:
    """What writes have left of the keys that an organization does not know yet."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def behind(self, app: ASGIApp, seed: int) -> ASGIApp:
        """The application as a later version; the same seed is the same version."""

        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            path = services.routed_path(scope["path"])
            place = next((each for each in _COLLECTIONS if each.item(path) is not None), None)
            if place is None:
                await app(scope, receive, send)
                return
            sent, content = _read(await _all(receive))
            inner = {**scope, "headers": _sized(scope, content)}
            answer = await answer_of(app, inner, _again(content))
            if answer.status == _OK:
                asked = _Call(scope["method"], place.item(path) or _project(sent), sent)
                answer = self._looked_after(place, asked, answer, seed)
            await answer.send(send)

        return call

    def _looked_after(self, place: _Collection, asked: _Call, answer: Answer, seed: int) -> Answer:
        try:
            told = json.loads(answer.body)
        except ValueError:
            return answer
        if asked.method == "DELETE":
            gone = (place.kind, asked.item)
            self._db.execute("DELETE FROM future WHERE kind = ? AND id = ?", gone)
            return answer
        if asked.method in ("POST", "PATCH") and isinstance(asked.sent, dict):
            self._write(place, asked, told)
        return answer.with_body(dump(self._shown(place, asked.item, told, seed)))

    def _write(self, place: _Collection, asked: _Call, told: Any) -> None:
        sent: Tree = asked.sent
        if place.kind == _SCHEDULE:
            self._write_definition(sent, told)
            return
        id_ = _at(told, place.id) if place.id else asked.item
        before = self._kept(place.kind, id_) if asked.method == "PATCH" else {}
        self._keep(place.kind, id_, written(sent, before, place.keeps))
        if place.kind == "projects":
            tasks = _tasks(sent)
            for task in _tasks(told):
                mine: Tree = next((each for each in tasks if _same(each, task)), {})
                self._keep(_SCHEDULE, task["id"], written(mine))

    def _write_definition(self, sent: Tree, id_: Any) -> None:
        """What is left out stays (A 11), and a new one has nothing to stay."""
        definition = sent.get(_DEFINITION)
        if not isinstance(definition, dict) or not isinstance(id_, str):
            return
        metadata, spec = definition["metadata"], definition["spec"]
        is_new = metadata.get("id") != id_
        before: Tree = {"closed": True} if is_new else self._kept(_SCHEDULE, id_)
        self._keep(_SCHEDULE, id_, merged({**metadata, **spec}, before))

    def _shown(self, place: _Collection, item: str, told: Any, seed: int) -> Any:
        def keys(kind: str, id_: str) -> Later:
            return Later(seed, kind, id_, self._kept(kind, id_), inside)

        def inside(path: tuple[str, ...], task: Any) -> Later | None:
            return keys(_SCHEDULE, task["id"]) if path in _TASKS else None

        def one(body: Any) -> Any:
            id_ = _at(body, place.id) if place.id else item
            return keys(place.kind, id_).shown(body) if id_ else body

        if isinstance(told, list):
            return [one(body) for body in told]
        if place.listed and isinstance(told, dict) and isinstance(told.get(place.listed), list):
            return told | {place.listed: [one(body) for body in told[place.listed]]}
        if place.kind == _SCHEDULE and isinstance(told, dict):
            return told | {"schedule": one(told["schedule"])}
        return one(told) if isinstance(told, dict) else told

    def _kept(self, kind: str, id_: str) -> Tree:
        query = "SELECT kept FROM future WHERE kind = ? AND id = ?"
        row = self._db.execute(query, (kind, id_)).fetchone()
        kept: Tree = json.loads(row["kept"]) if row else {}
        return kept

    def _keep(self, kind: str, id_: str, tree: Tree) -> None:
        query = "INSERT OR REPLACE INTO future VALUES (?, ?, ?)"
        self._db.execute(query, (kind, id_, json.dumps(tree)))


def _read(content: bytes) -> tuple[Any, bytes]:
    """What was sent, a definition in it read as well, and what is left for the application."""
    try:
        sent = json.loads(content)
    except ValueError:
        return None, content
    if not isinstance(sent, dict):
        return None, content
    if isinstance(sent.get(_DEFINITION), str):
        definition = _definition(sent[_DEFINITION])
        if definition is None:
            return None, content
        if PREFIX not in sent[_DEFINITION]:
            return sent | {_DEFINITION: definition}, content
        text = json.dumps(without(definition), ensure_ascii=False)
        return sent | {_DEFINITION: definition}, dump({_DEFINITION: text})
    return sent, dump(without(sent)) if PREFIX.encode() in content else content


def _definition(text: str) -> Tree | None:
    try:
        value = yaml.parse(text)
    except yaml.Malformed:
        return None
    parts = isinstance(value, dict) and [value.get("metadata"), value.get("spec")]
    return value if parts and all(isinstance(part, dict) for part in parts) else None


def _tasks(project: Any) -> list[Any]:
    """An organization shows one of the two lists, and takes both (A 2.2)."""
    return [task for path in _TASKS for task in _at(project, ".".join(path)) or []]


def _same(sent: Any, task: Tree) -> bool:
    """An id wins over a name, which may be changed."""
    known = labels(sent)
    label = "id" if "id" in known else "name"
    return known.get(label) == task.get(label)


def _project(sent: Any) -> str:
    return str(sent.get("project_id", "")) if isinstance(sent, dict) else ""


def _at(body: Any, path: str) -> Any:
    for key in path.split("."):
        body = body.get(key) if isinstance(body, dict) else None
    return body


async def _all(receive: Receive) -> bytes:
    content, more = b"", True
    while more:
        event = await receive()
        content += event.get("body", b"")
        more = event.get("more_body", False)
    return content


def _again(content: bytes) -> Receive:
    def events() -> Iterator[Message]:
        yield {"type": "http.request", "body": content, "more_body": False}
        while True:
            yield {"type": "http.disconnect"}

    told = events()

    async def receive() -> Message:
        return next(told)

    return receive


def _sized(scope: Scope, content: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (name, str(len(content)).encode() if name.lower() == b"content-length" else value)
        for name, value in scope["headers"]
    ]
