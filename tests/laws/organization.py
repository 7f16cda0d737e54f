"""An embedded organization: what other clients do to it, and all that it holds, as it says it."""

import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from reconciler.embedded import Embedded, Fault
from reconciler.embedded.people import storage as people
from reconciler.embedded.targets import storage as targets
from reconciler.embedded.targets.secrets import Secret
from tests.laws.calls import call
from tests.laws.strategies.basics import ById, Doc

Key = tuple[str, str, str]
"""Kind, project and name; no project and no name where the kind has none."""

Holdings = Mapping[Key, Any]
"""Every object by its key, as the API shows it."""

_V1 = "/api/v1alpha"
COLLECTIONS = {
    "ArtifactsRetentionPolicy": f"{_V1}/artifacts_retention_policies",
    "Dashboard": f"{_V1}/dashboards",
    "DeploymentTarget": f"{_V1}/deployment_targets",
    "Notification": f"{_V1}/notifications",
    "Project": f"{_V1}/projects",
    "ProjectSecret": "/api/v1/projects/{project}/secrets",
    "Schedule": f"{_V1}/schedules",
    "Secret": "/api/v1beta/secrets",
    "SelfHostedAgentType": f"{_V1}/self_hosted_agent_types",
}

_LATER = 300.0


@dataclass(frozen=True)
class Sent:
    """An object that another client creates."""

    kind: str
    project: str
    name: str
    body: Doc

    @property
    def key(self) -> Key:
        return self.kind, self.project, self.name


class Client:
    """Plain requests to an organization, without anything of ours in between."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded

    async def post(self, path: str, body: Doc) -> Any:
        return await self._call("POST", path, {}, json.dumps(body).encode())

    async def get(self, path: str, **params: str) -> Any:
        return await self._call("GET", path, params, b"")

    async def _call(self, method: str, path: str, params: dict[str, str], body: bytes) -> Any:
        status, text = await call(self.embedded.app, method, path, params, body)
        assert status == HTTPStatus.OK, (method, path, status, text)
        return json.loads(text) if text else None

    async def projects(self) -> dict[str, str]:
        """Ids by name, of those that are ready."""
        found = await self.get(f"{_V1}/projects")
        return {p["metadata"]["name"]: p["metadata"]["id"] for p in found}

    async def create(self, sent: Sent) -> None:
        """Create one object, and wait until it is ready."""
        body = resolved(sent.body, await self.lookup())
        path = COLLECTIONS[sent.kind]
        if sent.kind == "ProjectSecret":
            path = path.format(project=(await self.projects())[sent.project])
        if sent.kind == "Schedule":
            body = {"yml_definition": definition(body)}
        if sent.kind == "DeploymentTarget":
            body = body | {"unique_token": str(uuid.uuid4())}
        await self.post(path, body)
        if sent.kind == "Project":
            self.embedded.clock.advance(self.embedded.world.settings.project_ready_seconds)
        if sent.kind == "DeploymentTarget":
            self.embedded.clock.advance(self.embedded.world.settings.target_sync_seconds)

    async def lookup(self) -> Callable[[str, str], str]:
        """Return what gives ids for the names of projects, roles and users."""
        projects = await self.projects()
        roles = {role["name"]: role["id"] for role in people.roles(self.embedded.world, "project")}
        tables = {"Project": projects, "Role": roles}
        user = self.embedded.world.user_id
        return lambda kind, name: user if kind == "User" else tables[kind].get(name, name)


def definition(body: Doc) -> str:
    """Return a schedule's definition as YAML, in which what is no ASCII has another escape."""
    text = json.dumps(body, ensure_ascii=False)
    return re.sub("[^ -~]", lambda found: f"\\U{ord(found[0]):08x}", text)


def resolved(value: Any, lookup: Callable[[str, str], str]) -> Any:
    """Return plain data with ids in the place of names that stand for them."""
    match value:
        case dict():
            return {key: resolved(inner, lookup) for key, inner in value.items()}
        case list():
            return [resolved(inner, lookup) for inner in value]
        case ById():
            return lookup(value.kind, value)
        case _:
            return value


async def holdings(embedded: Embedded, version: Fault | None = None) -> Holdings:
    """Return every object as the API of a copy shows it, secret values included.

    The copy is looked at some time later, when what the organization does by itself is done.
    ``version``: a later one that the organization is of, and in which it shows what it shows.
    """
    shown = replace(
        embedded.world.settings,
        deployment_targets=True,
        advanced_deployment_targets=True,
    )
    if version is None:
        shown = replace(shown, secrets_exposed_content=True, secrets_access_policy=True)
    with Embedded(settings=shown) as copy:
        if version is not None:
            copy.faults.add(version)
        embedded.world.db.backup(copy.world.db)
        copy.world.org_id, copy.world.user_id = embedded.world.org_id, embedded.world.user_id
        copy.clock.set(embedded.clock() + _LATER)
        client = Client(copy)
        found: dict[Key, Any] = {}
        async for key, body in _everything(client):
            assert key not in found, f"there are two of {key}"
            found[key] = body
        return found


async def _everything(client: Client) -> Any:
    projects = await client.projects()
    for kind, read in _READERS.items():
        for project, id_ in projects.items() if kind in _INSIDE else [("", "")]:
            for name, body in await read(client, id_):
                yield (kind, project, name), body


Found = Iterable[tuple[str, Any]]


async def _projects(client: Client, _: str) -> Found:
    found = []
    for name in await client.projects():
        body = await client.get(f"{_V1}/projects/{name}")
        for key in ("tasks", "schedulers"):  # read as schedules
            del body["spec"][key]
        found.append((name, body))
    return found


async def _schedules(client: Client, project: str) -> Found:
    found = await client.get(f"{_V1}/schedules", project_id=project, page_size="500")
    return [(body["name"], body) for body in found]


async def _targets(client: Client, project: str) -> Found:
    found = []
    for target in await client.get(f"{_V1}/deployment_targets", project_id=project):
        body = await client.get(f"{_V1}/deployment_targets/{target['id']}", include_secrets="true")
        found.append((target["name"], body | _values(client, body)))
    return found


def _values(client: Client, shown: Doc) -> Doc:
    """Return a target's lists with what no request shows: the API tells the MD5 of values."""
    row = targets.find(client.embedded.world, shown["id"])
    stored = Secret.load(row["secret"] if row else None)
    lists = ("env_vars", "value", stored.env_vars), ("files", "content", stored.files)
    return {
        name: [item | {key: value} for item, (_, value) in zip(shown[name], values, strict=True)]
        for name, key, values in lists
    }


async def _policies(client: Client, project: str) -> Found:
    return [("", await client.get(f"{_V1}/artifacts_retention_policies/{project}"))]


def _gateway(kind: str, key: str) -> Callable[[Client, str], Awaitable[Found]]:
    async def read(client: Client, project: str) -> Found:
        page = await client.get(COLLECTIONS[kind].format(project=project))
        return [(body["metadata"]["name"], body) for body in page[key]]

    return read


_READERS: Mapping[str, Callable[[Client, str], Awaitable[Found]]] = {
    "Project": _projects,
    "Schedule": _schedules,
    "DeploymentTarget": _targets,
    "ArtifactsRetentionPolicy": _policies,
    "ProjectSecret": _gateway("ProjectSecret", "secrets"),
    "Secret": _gateway("Secret", "secrets"),
    "Dashboard": _gateway("Dashboard", "dashboards"),
    "Notification": _gateway("Notification", "notifications"),
    "SelfHostedAgentType": _gateway("SelfHostedAgentType", "agent_types"),
}
_INSIDE = ("Schedule", "DeploymentTarget", "ArtifactsRetentionPolicy", "ProjectSecret")
