"""What others do to an organization, by plain requests: as ``sem`` does, the web page, a script."""

import json
import uuid
from http import HTTPStatus

from reconciler.embedded import Embedded
from reconciler.embedded.targets import storage as targets
from tests.laws.calls import call
from tests.laws.organization import COLLECTIONS, Client, Holdings, Key, Sent, definition, resolved
from tests.laws.strategies.basics import Doc
from tests.laws.strategies.targets import ROLES

_ANEW = ("Secret", "ProjectSecret")
"""What ``sem`` deletes and creates where others are updated (B 5.3)."""

_BY_NAME = ("Project", "SelfHostedAgentType")


class Outsider:
    """Somebody who knows nothing of manifests; what the server refuses is left as it is."""

    def __init__(self, embedded: Embedded, found: Holdings) -> None:
        self._client = Client(embedded)
        self._embedded = embedded
        self._found = found

    async def write(self, sent: Sent) -> None:
        """Give an object other contents; of a secret this makes another object."""
        kind = sent.kind
        if kind == "ArtifactsRetentionPolicy":
            await self._client.create(sent)
        elif kind in _ANEW:
            await self.delete(sent.key)
            await self._client.create(sent)
        else:
            await self._update(sent)

    async def name_a_role(self, key: Key) -> None:
        """Let a target have a rule that was written before roles were looked up (C 1.5)."""
        rules = self._found[key]["subject_rules"]
        kept = [{name: rule[name] for name in ("type", "subject_id")} for rule in rules]
        rules = [*kept, {"type": "ROLE", "subject_id": ROLES[0]}]
        targets.change(self._embedded.world, self._id(key), {"subject_rules": json.dumps(rules)})

    async def delete(self, key: Key) -> None:
        params = {"unique_token": str(uuid.uuid4())} if key[0] == "DeploymentTarget" else {}
        last = key[2] if key[0] in _BY_NAME else self._id(key)
        await self._send("DELETE", f"{self._collection(key)}/{last}", None, params)
        await self._settled(key)

    async def _update(self, sent: Sent) -> None:
        body = resolved(sent.body, await self._client.lookup())
        path = self._collection(sent.key)
        if sent.kind == "Schedule":
            body["metadata"]["id"] = self._id(sent.key)
            await self._send("POST", path, {"yml_definition": definition(body)})
            return
        if sent.kind == "DeploymentTarget":
            body |= {"unique_token": str(uuid.uuid4())}
        last = sent.name if sent.kind == "SelfHostedAgentType" else self._id(sent.key)
        await self._send("PATCH", f"{path}/{last}", body)
        await self._settled(sent.key)

    async def _send(
        self, method: str, path: str, body: Doc | None, params: dict[str, str] | None = None
    ) -> None:
        text = json.dumps(body).encode() if body is not None else b""
        status, _ = await call(self._embedded.app, method, path, params or {}, text)
        assert status < HTTPStatus.INTERNAL_SERVER_ERROR or method == "PATCH", (method, path)

    async def _settled(self, key: Key) -> None:
        """Wait until a target is in order, or gone."""
        if key[0] == "DeploymentTarget":
            self._embedded.clock.advance(200)

    def _collection(self, key: Key) -> str:
        return COLLECTIONS[key[0]].format(project=self._id(("Project", "", key[1])))

    def _id(self, key: Key) -> str:
        return identity(key, self._found)


def identity(key: Key, found: Holdings) -> str:
    """Return what makes an object itself and no namesake, "" for what is always there."""
    body = found.get(key) or {}
    if key[0] == "SelfHostedAgentType":
        return str(body.get("metadata", {}).get("create_time", ""))
    return str(body.get("id") or body.get("metadata", {}).get("id", ""))
