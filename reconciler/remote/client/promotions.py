"""Promotions: pipelines started from a pipeline's targets (D 13)."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import Field

from reconciler.errors import ApiError, BadSettings, Rejected, ServerFault
from reconciler.remote.client.calls import V1ALPHA, Calls, Values, given, token_or_new
from reconciler.remote.client.model import Model
from reconciler.remote.client.pipelines import Pipelines
from reconciler.remote.client.times import Moment
from reconciler.remote.client.words import PromotionStatus, word

PATH = f"{V1ALPHA}/promotions"
_PAGE = 99  # 100 is answered with a fault (D 13.1)
_RESERVED = frozenset(("switch_id", "name", "user_id", "override", "request_token", "pipeline_id"))
AUTOMATIC = "Pipeline Done request"


class Promotion(Model):
    """One promotion that was triggered. It has no id."""

    name: str
    triggered_at: Moment = None
    triggered_by: str = Field(default="", description="id of a user; see is_automatic")
    scheduled_at: Moment = Field(default=None, description="None until it is handled")
    override: bool = False
    status: Annotated[PromotionStatus | str | None, word(PromotionStatus)] = Field(
        default=None, description="whether its pipeline was started, not how that ended"
    )
    scheduled_pipeline_id: str = Field(default="", description='"" until it is started')

    @property
    def is_automatic(self) -> bool:
        """Whether the pipeline's end triggered it, not a user."""
        return self.triggered_by == AUTOMATIC


class Promotions:
    """Methods on promotions."""

    def __init__(self, calls: Calls, pipelines: Pipelines) -> None:
        self._calls = calls
        self._pipelines = pipelines

    async def list(self, pipeline_id: str, *, name: str = "") -> AsyncIterator[Promotion]:
        """Yield the promotions triggered from a pipeline, newest first (D 13.1).

        Raises NotFound for an unknown pipeline.
        """
        params = given(pipeline_id=pipeline_id, name=name)
        found = self._calls.runs(Promotion, PATH, params=params, size=_PAGE)
        seen = set()
        try:
            async for promotion in found:
                # one that moved on between two pages looks like another
                key = (promotion.name, promotion.triggered_at, promotion.triggered_by)
                if key not in seen:
                    seen.add(key)
                    yield promotion
        except ServerFault:
            if not await self._has_none(pipeline_id):
                raise

    async def trigger(
        self,
        pipeline_id: str,
        name: str,
        *,
        override: bool = False,
        parameters: Values | None = None,
        request_token: str | None = None,
    ) -> None:
        """Promote a pipeline (D 13.2).

        ``override``: also if it has not passed. ``parameters``: values for those the promotion
        declares, by name; BadSettings for a name the endpoint has a use of its own for.
        ``request_token``: a repeated one starts nothing new. A new UUID unless given.

        The answer names no pipeline: look for it with :meth:`list`.

        Raises NotFound for an unknown pipeline or a missing permission, Rejected for an unknown
        promotion, a pipeline without any or not passed, or a deployment target that refuses.
        Mistakes in ``parameters`` are a ServerFault: the server does not tell them from its own.
        """
        values = dict(parameters or {})
        if taken := _RESERVED & values.keys():
            raise BadSettings(f"a promotion can't be given a parameter called {min(taken)!r}")
        body = {
            **values,
            "pipeline_id": pipeline_id,
            "name": name,
            "override": override,
            "request_token": token_or_new(request_token),
        }
        try:
            await self._calls.send("POST", PATH, body=body, repeatable=True)
        except ServerFault as error:
            fault = error
        else:
            return
        if await self._has_none(pipeline_id):
            words = "this pipeline has no promotions"
            raise Rejected(fault.method, fault.path, status=fault.status, words=words)
        raise fault

    async def _has_none(self, pipeline_id: str) -> bool:
        """Whether the pipeline defines no promotions, which the server trips over (D 13.1)."""
        try:
            return not (await self._pipelines.describe(pipeline_id)).switch_id
        except ApiError:
            return False
