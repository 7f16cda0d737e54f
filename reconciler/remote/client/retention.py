"""How long the artifacts of a project are kept (C 4)."""

from reconciler.kinds import KINDS
from reconciler.kinds.api import Item
from reconciler.kinds.artifacts_retention_policy import ArtifactsRetentionPolicy
from reconciler.kinds.kind import settle
from reconciler.remote import routes
from reconciler.remote.client.calls import Calls
from reconciler.remote.decoding import decoded
from reconciler.remote.http import Answer


class RetentionPolicies:
    """Methods on the one retention policy that each project has.

    All raise NotFound for an unknown project, PermissionDenied, and Rejected for a project so
    new that it has no artifact store yet.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._kind = KINDS["ArtifactsRetentionPolicy"]

    async def describe(self, project_id: str) -> ArtifactsRetentionPolicy:
        """Read a project's policy; one that was never set has no rules (C 4.2)."""
        path = routes.item(self._kind, self._kind.api.item, id_="", name="", project_id=project_id)
        return self._read(await self._calls.send("GET", path), "GET", path)

    async def replace(
        self, project_id: str, policy: ArtifactsRetentionPolicy
    ) -> ArtifactsRetentionPolicy:
        """Set all three levels of a project's policy (C 4.2).

        Raises Rejected for a policy without a single rule: the API can't remove one.
        """
        path, _ = routes.collection(self._kind, project_id)
        body = self._kind.encode(Item(policy, project=project_id), None)
        answer = await self._calls.send("POST", path, body=body, repeatable=True)
        return self._read(answer, "POST", path)

    def _read(self, answer: Answer, method: str, path: str) -> ArtifactsRetentionPolicy:
        policy = settle(decoded(self._kind, answer.data, path, method).spec)
        assert isinstance(policy, ArtifactsRetentionPolicy)  # noqa: S101 — what the kind is about
        return policy
