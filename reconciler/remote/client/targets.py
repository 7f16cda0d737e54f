"""Deployment targets of projects, and the history of what went to them (C 1)."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from reconciler.errors import AlreadyTaken, BadAnswer, BadSettings, Rejected
from reconciler.kinds import KINDS
from reconciler.kinds.api import Body, Item
from reconciler.kinds.deployment_target import DeploymentTarget as TargetDefinition
from reconciler.remote import routes
from reconciler.remote.client.calls import Calls, given, token_or_new
from reconciler.remote.client.objects import Objects
from reconciler.remote.client.target_models import Deployment, DeploymentPage, DeploymentTarget
from reconciler.remote.client.times import microseconds
from reconciler.remote.waiting import Patience

_UNEXPLAINED = "Changeset error"
_PARAMETERS = 3


class DeploymentTargets:
    """Methods on deployment targets.

    All ids are UUIDs. Where the right is missing all raise PermissionDenied, also for an
    organization without the feature. Writes take a ``unique_token``, a new UUID unless given:
    sent again it does nothing and answers with the target that has it (C 1.8).
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._objects = Objects(calls, KINDS["DeploymentTarget"], DeploymentTarget)

    def list(self, project_id: str) -> AsyncIterator[DeploymentTarget]:
        """Yield a project's targets, in no order, with their last deployments.

        Raises NotFound for an unknown project.
        """
        return self._objects.list(project_id)

    async def by_name(self, project_id: str, name: str) -> DeploymentTarget | None:
        """Return the target of that name in a project, None if there is none.

        Raises NotFound for an unknown project.
        """
        path, params = routes.collection(self._objects.kind, project_id)
        answer = await self._calls.send("GET", path, params={**params, "target_name": name})
        if not isinstance(answer.data, list):
            raise BadAnswer("GET", path, status=answer.status, words="expected a list")
        found = [self._objects.read(body, path) for body in answer.data]
        return found[0] if found else None

    async def describe(self, target_id: str, *, include_secrets: bool = False) -> DeploymentTarget:
        """Read one target (C 1.1).

        ``include_secrets``: with the names of its variables and files and the MD5 digests of
        their values; the values themselves are never told (C 1.4). Raises NotFound.
        """
        params = dict(self._objects.kind.api.detail_params) if include_secrets else None
        return await self._objects.describe(target_id, params=params)

    async def create(
        self, project_id: str, definition: TargetDefinition, *, unique_token: str | None = None
    ) -> DeploymentTarget:
        """Create a target; it is SYNCING first, see :meth:`wait` (C 1.3).

        It is always active. Raises AlreadyTaken for a name in use, Rejected for bad rules or a
        token that another target has, NotFound for an unknown project.
        """
        extra = {"unique_token": token_or_new(unique_token)}
        try:
            target = await self._objects.create(Item(definition, project=project_id), extra)
        except Rejected as error:
            refused = error
        else:
            if target.name != definition.metadata.name:
                raise _refused(target, "POST", self._objects.kind.api.path)
            return target
        raise await self._explained(refused, project_id, definition)

    async def update(
        self,
        target: DeploymentTarget,
        definition: TargetDefinition,
        *,
        unique_token: str | None = None,
    ) -> DeploymentTarget:
        """Make a target be as the definition says, but for ``active`` (C 1.4).

        Where the definition has neither ``env_vars`` nor ``files`` the target keeps both; where
        it has one of them the other is emptied. With either the target is SYNCING afterwards.

        Raises AlreadyTaken for a name in use, NotFound, Rejected for bad rules, while it is
        SYNCING, or for a token that another target has.
        """
        kind = self._objects.kind
        item = Item(definition, id=target.id, project=target.project_id)
        values = (definition.spec.env_vars, definition.spec.files)
        # saying "broken" makes the encoder send both
        before = Item(definition, broken="" if values == (None, None) else "rewrite")
        token = token_or_new(unique_token)
        body: Body = kind.encode(item, before) | {"unique_token": token}
        path = self._objects.path(target.id)
        try:
            answer = await self._calls.send("PATCH", path, body=body, repeatable=True)
        except Rejected as error:
            refused = error
        else:
            answered = self._objects.read(answer.data, path, "PATCH")
            if answered.id != target.id:
                raise _refused(answered, "PATCH", path)
            return answered
        raise await self._explained(refused, target.project_id, definition, target.id)

    async def delete(self, target_id: str, *, unique_token: str | None = None) -> None:
        """Delete a target; it may be SYNCING for a moment until it is gone.

        Raises NotFound, Rejected while it is SYNCING.
        """
        path = self._objects.path(target_id)
        params = {"unique_token": token_or_new(unique_token)}
        await self._calls.send("DELETE", path, params=params, repeatable=True)

    async def activate(self, target_id: str) -> None:
        """Allow promotions to a target again. Raises NotFound, Rejected while it is SYNCING."""
        await self._calls.send(
            "PATCH", f"{self._objects.path(target_id)}/activate", repeatable=True
        )

    async def deactivate(self, target_id: str) -> None:
        """Refuse all promotions to a target. Raises NotFound, Rejected while it is SYNCING."""
        await self._calls.send(
            "PATCH", f"{self._objects.path(target_id)}/deactivate", repeatable=True
        )

    async def history(
        self,
        target_id: str,
        *,
        git_ref_type: str = "",
        git_ref_label: str = "",
        triggered_by: str = "",
        parameters: tuple[str, ...] = (),
    ) -> AsyncIterator[Deployment]:
        """Yield all deployments to a target, newest first (C 1.10).

        ``git_ref_type`` is branch, tag or pr. ``parameters``: patterns for up to three bookmark
        parameters, "" for any: exact texts, or with ``*``. Raises NotFound.
        """
        seen: set[str] = set()
        before: datetime | None = None
        while True:
            page = await self.history_page(
                target_id,
                before=before,
                git_ref_type=git_ref_type,
                git_ref_label=git_ref_label,
                triggered_by=triggered_by,
                parameters=parameters,
            )
            news = [deployment for deployment in page.deployments if deployment.id not in seen]
            for deployment in news:
                yield deployment
            seen.update(deployment.id for deployment in news)
            if not news or page.cursor_before is None:
                return
            before = page.cursor_before

    async def history_page(  # noqa: PLR0913 — the filters of one endpoint
        self,
        target_id: str,
        *,
        before: datetime | None = None,
        after: datetime | None = None,
        git_ref_type: str = "",
        git_ref_label: str = "",
        triggered_by: str = "",
        parameters: tuple[str, ...] = (),
    ) -> DeploymentPage:
        """Return ten deployments: the latest ones, those before or those after a time (C 1.10).

        ``before`` and ``after`` are the cursors of another page, or any aware time; BadSettings
        for both. ``parameters``: see :meth:`history`. Raises NotFound.
        """
        path = f"{self._objects.path(target_id)}/history"
        params = given(
            **_cursor(before, after),
            git_ref_type=git_ref_type.lower(),
            git_ref_label=git_ref_label,
            triggered_by=triggered_by,
            **_patterns(parameters),
        )
        return await self._calls.get(DeploymentPage, path, params=params)

    async def wait(self, target_id: str, *, patience: Patience | None = None) -> DeploymentTarget:
        """Wait until a target is no longer SYNCING; return it as it was read last.

        ``patience`` bounds the waiting (an hour unless given; a target that can't store its
        secrets says so after 150 s). Raises NotFound, after a deletion the proof that it is done.
        """
        return await (patience or self._calls.patience).until(
            lambda: self.describe(target_id), lambda target: not target.is_syncing
        )

    async def _explained(
        self, refused: Rejected, project_id: str, definition: TargetDefinition, id_: str = ""
    ) -> Rejected:
        """Return AlreadyTaken where that is behind the server's refusal, which gives no reason."""
        name = definition.metadata.name
        if _UNEXPLAINED not in refused.words:
            return refused
        holder = await self.by_name(project_id, name)
        if holder is None or holder.id == id_:
            return refused
        words = f"the project has a target called {name}"
        return AlreadyTaken(refused.method, refused.path, status=refused.status, words=words)


def _refused(target: DeploymentTarget, method: str, path: str) -> Rejected:
    """Return what the answer to a token that another target has means (C 1.8)."""
    words = f"nothing was done: this unique_token belongs to the target {target.name}"
    return Rejected(method, path, status=200, words=words)


def _cursor(before: datetime | None, after: datetime | None) -> dict[str, Any]:
    if before and after:
        raise BadSettings("deployments are read either before or after a time")
    if before:
        return {"cursor_type": "BEFORE", "cursor_value": microseconds(before)}
    return {"cursor_type": "AFTER", "cursor_value": microseconds(after)} if after else {}


def _patterns(parameters: tuple[str, ...]) -> dict[str, str]:
    if len(parameters) > _PARAMETERS:
        raise BadSettings(f"deployments have {_PARAMETERS} bookmark parameters")
    return {f"parameter{number}": text for number, text in enumerate(parameters, start=1)}
