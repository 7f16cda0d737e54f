"""promotion: list, trigger."""

import uuid
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import NamedTuple

from reconciler.cli.exit_codes import DONE, ERROR, INCOMPLETE
from reconciler.cli.flows.runs.pipelines import watched
from reconciler.cli.flows.runs.stage import Stage, act
from reconciler.cli.options import Options
from reconciler.cli.streams import talk
from reconciler.errors import BadSettings
from reconciler.model import Sealed
from reconciler.remote import Patience
from reconciler.remote.client import Promotion, PromotionStatus, shown
from reconciler.render.listing import outcome, table
from reconciler.render.moments import moment
from reconciler.render.palette import Palette

_START = Patience(longest=120.0)
_Key = tuple[datetime | None, str]


class Wanted(NamedTuple):
    """What to promote, and how."""

    pipeline_id: str
    name: str
    parameters: dict[str, str]
    override: bool
    request_token: str | None
    watch: bool


def list_(asked: Options, pipeline_id: str, *, name: str, limit: int) -> int:
    async def work(stage: Stage) -> int:
        promotions: tuple[Promotion, ...] = ()
        more = False
        if await _can_be_promoted(stage, pipeline_id):
            found = stage.semaphore.promotions.list(pipeline_id, name=name)
            promotions, more = await stage.some(found, limit)
        text = _table(promotions, stage.palette)
        stage.show({"promotions": shown(promotions), "more": more}, text)
        return DONE

    return act(asked, work)


def trigger(asked: Options, wanted: Wanted) -> int:
    async def work(stage: Stage) -> int:
        if not await _can_be_promoted(stage, wanted.pipeline_id):
            raise BadSettings(f"pipeline {wanted.pipeline_id} has no promotions, or none yet")
        before = await _keys(stage, wanted) if wanted.watch else frozenset()
        await _trigger(stage, wanted)
        if wanted.watch:
            return await _follow(stage, wanted, before)
        stage.show(_names(wanted), f"Promoting; see: {_look(stage, wanted)}\n")
        return DONE

    return act(asked, work, writes=True)


async def _can_be_promoted(stage: Stage, pipeline_id: str) -> bool:
    """Whether the pipeline has promotions; the server fails over one without (D 13.1)."""
    return bool((await stage.semaphore.pipelines.describe(pipeline_id)).switch_id)


async def _trigger(stage: Stage, wanted: Wanted) -> None:
    token = wanted.request_token or str(uuid.uuid4())
    look = f"look: {_look(stage, wanted)}; the same --request-token {token} starts nothing twice"
    look += "; a wrong or missing parameter is answered like this, too"
    with stage.writing(look):
        await stage.semaphore.promotions.trigger(
            wanted.pipeline_id,
            wanted.name,
            override=wanted.override,
            parameters={name: Sealed(value) for name, value in wanted.parameters.items()},
            request_token=token,
        )


async def _follow(stage: Stage, wanted: Wanted, before: frozenset[_Key]) -> int:
    """Find the promotion, for the answer to triggering names none, and watch its pipeline."""

    async def newest() -> Promotion | None:
        async for promotion in _list(stage, wanted):
            if _key(promotion) not in before:
                return promotion
        return None

    def started(promotion: Promotion | None) -> bool:
        return promotion is not None and promotion.status != PromotionStatus.PROCESSING

    found = await _START.until(newest, started)
    if found is None or not started(found):
        talk(f"error: triggered, but nothing started yet; look: {_look(stage, wanted)}\n")
        return ERROR
    if not found.scheduled_pipeline_id:
        stage.show({"promotion": shown(found)}, _table([found], stage.palette))
        return INCOMPLETE
    stage.note(f"pipeline  {found.scheduled_pipeline_id}")
    return await watched(stage, found.scheduled_pipeline_id)


def _list(stage: Stage, wanted: Wanted) -> AsyncIterator[Promotion]:
    return stage.semaphore.promotions.list(wanted.pipeline_id, name=wanted.name)


async def _keys(stage: Stage, wanted: Wanted) -> frozenset[_Key]:
    return frozenset([_key(promotion) async for promotion in _list(stage, wanted)])


def _key(promotion: Promotion) -> _Key:
    return promotion.triggered_at, promotion.triggered_by


def _names(wanted: Wanted) -> dict[str, str]:
    return {"pipeline_id": wanted.pipeline_id, "name": wanted.name}


def _look(stage: Stage, wanted: Wanted) -> str:
    return stage.command("promotion", "list", wanted.pipeline_id, "--name", wanted.name)


def _table(promotions: Iterable[Promotion], palette: Palette) -> str:
    titles = ("PROMOTION", "STATUS", "OVERRIDE", "TRIGGER", "TRIGGERED", "PIPELINE")
    rows = [
        (
            promotion.name,
            outcome(promotion.status),
            "yes" if promotion.override else "no",
            "automatic" if promotion.is_automatic else promotion.triggered_by,
            moment(promotion.triggered_at),
            promotion.scheduled_pipeline_id,
        )
        for promotion in promotions
    ]
    return table(titles, rows, palette)
