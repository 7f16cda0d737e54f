"""promotion: list, trigger."""

import uuid
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import NamedTuple

from reconciler.cli.exit_codes import DONE, ERROR, INCOMPLETE
from reconciler.cli.flows.runs.pipelines import watched
from reconciler.cli.flows.runs.session import VerbSession, act
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
    async def work(session: VerbSession) -> int:
        promotions: tuple[Promotion, ...] = ()
        more = False
        if await _can_be_promoted(session, pipeline_id):
            found = session.semaphore.promotions.list(pipeline_id, name=name)
            promotions, more = await session.some(found, limit)
        text = _table(promotions, session.palette)
        session.show({"promotions": shown(promotions), "more": more}, text)
        return DONE

    return act(asked, work)


def trigger(asked: Options, wanted: Wanted) -> int:
    async def work(session: VerbSession) -> int:
        if not await _can_be_promoted(session, wanted.pipeline_id):
            raise BadSettings(f"pipeline {wanted.pipeline_id} has no promotions, or none yet")
        before = await _keys(session, wanted) if wanted.watch else frozenset()
        await _trigger(session, wanted)
        if wanted.watch:
            return await _follow(session, wanted, before)
        session.show(_names(wanted), f"Promoting; see: {_look(session, wanted)}\n")
        return DONE

    return act(asked, work, writes=True)


async def _can_be_promoted(session: VerbSession, pipeline_id: str) -> bool:
    """Whether the pipeline has promotions; the server fails over one without (D 13.1)."""
    return bool((await session.semaphore.pipelines.describe(pipeline_id)).switch_id)


async def _trigger(session: VerbSession, wanted: Wanted) -> None:
    token = wanted.request_token or str(uuid.uuid4())
    look = f"look: {_look(session, wanted)}; the same --request-token {token} starts nothing twice"
    look += "; a wrong or missing parameter is answered like this, too"
    with session.writing(look):
        await session.semaphore.promotions.trigger(
            wanted.pipeline_id,
            wanted.name,
            override=wanted.override,
            parameters={name: Sealed(value) for name, value in wanted.parameters.items()},
            request_token=token,
        )


async def _follow(session: VerbSession, wanted: Wanted, before: frozenset[_Key]) -> int:
    """Find the promotion, for the answer to triggering names none, and watch its pipeline."""

    async def newest() -> Promotion | None:
        async for promotion in _list(session, wanted):
            if _key(promotion) not in before:
                return promotion
        return None

    def started(promotion: Promotion | None) -> bool:
        return promotion is not None and promotion.status != PromotionStatus.PROCESSING

    found = await _START.until(newest, started)
    if found is None or not started(found):
        talk(f"error: triggered, but nothing started yet; look: {_look(session, wanted)}\n")
        return ERROR
    if not found.scheduled_pipeline_id:
        session.show({"promotion": shown(found)}, _table([found], session.palette))
        return INCOMPLETE
    session.note(f"pipeline  {found.scheduled_pipeline_id}")
    return await watched(session, found.scheduled_pipeline_id)


def _list(session: VerbSession, wanted: Wanted) -> AsyncIterator[Promotion]:
    return session.semaphore.promotions.list(wanted.pipeline_id, name=wanted.name)


async def _keys(session: VerbSession, wanted: Wanted) -> frozenset[_Key]:
    return frozenset([_key(promotion) async for promotion in _list(session, wanted)])


def _key(promotion: Promotion) -> _Key:
    return promotion.triggered_at, promotion.triggered_by


def _names(wanted: Wanted) -> dict[str, str]:
    return {"pipeline_id": wanted.pipeline_id, "name": wanted.name}


def _look(session: VerbSession, wanted: Wanted) -> str:
    return session.command("promotion", "list", wanted.pipeline_id, "--name", wanted.name)


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
