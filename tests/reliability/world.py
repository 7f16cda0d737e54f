"""What an organization really holds, read from a copy of its database by plain requests.

Nothing of the client or the planner is used here, and the organization itself is not touched:
it is looked at as it will be when it has done what it does by itself.
"""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from reconciler.embedded import Embedded, Settings

_V1: Final = "/api/v1alpha"
_LATER: Final = 600.0
"""Seconds in which everything becomes ready."""

_VOLATILE: Final = frozenset({"id", "create_time", "update_time", "created_at", "updated_at"}) | {
    "inserted_at", "updated_by", "created_by", "checkout_at", "run_now_requester_id", "next_run_at",
}  # fmt: skip

Key = tuple[str, str, str]
"""Kind, project and name."""


@dataclass(frozen=True)
class Held:
    """One object: its id, and its body as the API shows it, secret values included."""

    id: str
    body: Any


@dataclass(frozen=True)
class World:
    """Everything an organization holds; a key with two objects is a duplicate."""

    objects: tuple[tuple[Key, Held], ...]

    def duplicates(self) -> list[Key]:
        counted = Counter(key for key, _ in self.objects)
        return sorted(key for key, count in counted.items() if count > 1)

    def ids(self) -> dict[Key, str]:
        return {key: held.id for key, held in self.objects}

    def bodies(self) -> dict[Key, Any]:
        return {key: held.body for key, held in self.objects}

    def essence(self) -> dict[Key, Any]:
        """Return every object without what differs from one making of it to another."""
        names = {held.id: f"<{key[0]}/{key[2]}>" for key, held in self.objects if held.id}
        return {key: _essential(held.body, names) for key, held in self.objects}


def world(database: Path | sqlite3.Connection) -> World:
    """Read the organization of a database, which may be in use."""
    settings = Settings(secrets_exposed_content=True)
    with Embedded(settings=settings) as copy:
        if isinstance(database, sqlite3.Connection):
            database.backup(copy.world.db)
        else:
            with closing(sqlite3.connect(database)) as opened:
                opened.backup(copy.world.db)
        meta = dict(copy.world.db.execute("SELECT key, value FROM meta").fetchall())
        copy.world.org_id, copy.world.user_id = meta["organization_id"], meta["user_id"]
        copy.clock.advance(_LATER)
        return asyncio.run(_read(copy))


def journal(database: Path) -> list[tuple[str, str, int, str]]:
    """Return method, path, status and fault of every request the organization answered."""
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute(
            "SELECT method, path, status, fault FROM journal ORDER BY number"
        ).fetchall()


def writes(database: Path) -> int:
    """Return how many requests were no reads."""
    return sum(method != "GET" for method, *_ in journal(database))


async def _read(embedded: Embedded) -> World:
    transport = embedded.transport()
    headers = {"Authorization": "Token t"}
    async with httpx.AsyncClient(
        transport=transport, base_url="https://world.semaphore.test", headers=headers
    ) as http:

        async def get(path: str, **params: str) -> Any:
            answer = await http.get(path, params=params)
            assert answer.status_code == 200, (path, answer.status_code)
            return json.loads(answer.text)

        projects = await get(f"{_V1}/projects")
        found: list[tuple[Key, Held]] = []
        for kind, path, inside in _SHARED:
            found += _gateway(kind, "", (await get(path))[inside])
        for listed in projects:
            name, id_ = listed["metadata"]["name"], listed["metadata"]["id"]
            body = await get(f"{_V1}/projects/{name}")
            for tasks in ("tasks", "schedulers"):  # read as schedules
                del body["spec"][tasks]
            found.append((("Project", "", name), Held(id_, body)))
            found += [pair async for pair in _within(get, name, id_)]
        return World(tuple(sorted(found, key=lambda pair: pair[0])))


_SHARED: Final = (
    ("Secret", "/api/v1beta/secrets", "secrets"),
    ("Dashboard", f"{_V1}/dashboards", "dashboards"),
    ("Notification", f"{_V1}/notifications", "notifications"),
    ("SelfHostedAgentType", f"{_V1}/self_hosted_agent_types", "agent_types"),
)


async def _within(get: Any, name: str, id_: str) -> Any:
    for listed in await get(f"{_V1}/schedules", project_id=id_, page_size="200"):
        yield ("Schedule", name, listed["name"]), Held(listed["id"], listed)
    for listed in await get(f"{_V1}/deployment_targets", project_id=id_):
        path = f"{_V1}/deployment_targets/{listed['id']}"
        body = await get(path, include_secrets="true")
        yield ("DeploymentTarget", name, listed["name"]), Held(listed["id"], body)
    policy = await get(f"{_V1}/artifacts_retention_policies/{id_}")
    yield ("ArtifactsRetentionPolicy", name, ""), Held("", policy)
    for pair in _gateway(
        "ProjectSecret", name, (await get(f"/api/v1/projects/{id_}/secrets"))["secrets"]
    ):
        yield pair


def _gateway(kind: str, project: str, bodies: list[Any]) -> Iterator[tuple[Key, Held]]:
    for body in bodies:
        metadata = body["metadata"]
        yield (kind, project, metadata["name"]), Held(metadata.get("id", ""), body)


def _essential(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {k: _essential(v, names) for k, v in value.items() if k not in _VOLATILE}
        case list():
            return [_essential(inner, names) for inner in value]
        case str():
            return names.get(value, value)
        case _:
            return value
