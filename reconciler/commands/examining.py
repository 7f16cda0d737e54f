"""doctor: whether all is there that a plan and an apply need; nothing is written."""

import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from reconciler.commands import ledger
from reconciler.commands.examining_kinds import Seen, edition, unseen
from reconciler.commands.open_ledger import open_ledger
from reconciler.commands.organization import Organization, Session, connect
from reconciler.commands.places import ARTIFACT, NONE
from reconciler.errors import InvalidManifests, LeaseHeld, ReconcilerError
from reconciler.kinds import KINDS
from reconciler.ledger.identity import EMBEDDED
from reconciler.model import DesiredState, Memory
from reconciler.model.finding import Finding
from reconciler.model.secrets import sealed_in
from reconciler.planning import FORGETFUL, scope
from reconciler.sources.resolve import resolve

_OFF: Final = 60.0
"""Seconds by which clocks may differ: below, nobody is misled by a time."""


async def examine(
    organization: Organization, state: DesiredState, where: str, *, values: bool
) -> tuple[Finding, ...]:
    """Return what was found; ``where``: the ledger's place. What goes wrong is a finding, too.

    ``values``: whether secret values may be read from their sources, as a plan reads them.
    """
    memory, found = await _ledger(organization, where)
    found += _sources(organization, state) if values else []
    try:
        async with connect(organization) as session:
            found += [each async for each in _online(session, state, memory)]
    except ReconcilerError as error:
        found.append(Finding("organization", str(error), wrong=True))
    return tuple(found)


async def _ledger(organization: Organization, where: str) -> tuple[Memory, list[Finding]]:
    if where == NONE:
        return FORGETFUL, [Finding("ledger", "none is kept (none)")]
    found: list[Finding] = []
    memory = FORGETFUL
    try:
        async with open_ledger(where, organization) as book:
            memory = ledger.remembered(book.where, organization.url)
            ledger.check_free(book.where, organization.url)
    except LeaseHeld as error:
        found.append(Finding("ledger", str(error)))
    except ReconcilerError as error:
        return memory, [Finding("ledger", str(error), wrong=True)]
    if _is_to_begin(where) and not memory.doubts:
        return memory, [Finding("ledger", f"there is none yet at {where}; an apply begins it")]
    guarded = sum(record.protect for record in memory.records.values())
    text = f"{where}: {len(memory.records)} of ours in it, {guarded} protected"
    doubts = [Finding("ledger", doubt, wrong=True) for doubt in memory.doubts]
    return memory, [Finding("ledger", text), *found, *doubts]


def _is_to_begin(where: str) -> bool:
    return not (where.startswith(ARTIFACT) or Path(where).exists())


def _sources(organization: Organization, state: DesiredState) -> list[Finding]:
    """Read every value from its source, once, as a plan does."""
    found = [s for d in state.objects.values() for _, s in sealed_in(d.spec) if s.source]
    try:
        resolve(state, os.environ, None, organization.token).whole()
    except InvalidManifests as error:
        return [Finding("values", f"{p.place}: {p.text}", wrong=True) for p in error.problems]
    return [Finding("values", f"{len(found)} can be read from their sources")] if found else []


async def _online(session: Session, state: DesiredState, memory: Memory) -> AsyncIterator[Finding]:
    session.http.hide(*(desired.spec for desired in state.objects.values()))
    began = time.monotonic()
    answer = await session.http.call("GET", KINDS["Project"].api.path)
    took = (time.monotonic() - began) * 1000
    yield Finding("organization", f"{session.organization.url} answers, in {took:.0f} ms")
    unsaid = "whose it is, Semaphore's API does not tell"
    yield Finding("token", f"{_token(session.organization)}; {unsaid}")
    yield await edition(session)
    for each in told_by(answer.headers, time.time()):
        yield each
    known = {a.project or a.name for a in (*state.objects, *memory.records) if _names_one(a.kind)}
    directory = await session.reader.read_projects((), known)
    projects = sorted(directory.names("Project").values())
    unsaid = "whether there are others, which it may not see, Semaphore's API does not tell"
    yield Finding("projects", f"{len(projects)} seen; {unsaid}")
    for name in sorted(session.reader.closed):
        yield Finding("projects", f"{name} is there, and this token can't see it", wrong=True)
    wanted = scope.everything(projects)
    live = await session.reader.snapshot(wanted)
    for each in unseen(live):
        yield each
    needed = {(a.kind, a.project) for a in (*state.objects, *memory.records) if state.objects}
    for each in Seen(live, wanted.optional, session.reader.lacking, needed).kinds():
        yield each


def _token(organization: Organization) -> str:
    if organization.url.startswith(EMBEDDED):
        return "any is accepted"
    return f"the one from {organization.token_origin} is accepted"


def _names_one(kind: str) -> bool:
    return kind == "Project" or bool(KINDS[kind].project_at)


def told_by(headers: Mapping[str, str], now: float) -> Iterator[Finding]:
    """Hold this machine's time against that of an answer, if it tells one."""
    try:
        off = now - parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return
    if abs(off) < _OFF:
        yield Finding("clock", "this machine's is that of Semaphore")
        return
    text = f"this machine's is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} Semaphore's"
    yield Finding("clock", f"{text}; records and saved plans have its times", wrong=True)
