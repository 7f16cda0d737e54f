"""Do what a plan says, and write it down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from reconciler.commands import cut_off
from reconciler.commands.organization import Session
from reconciler.errors import PlanRefused, told
from reconciler.execution import Connection, Tokens, Watch, execute
from reconciler.kinds.kind import refs
from reconciler.ledger import Run
from reconciler.model import (
    Action,
    Address,
    Change,
    Memory,
    Outcome,
    Plan,
    Record,
    Result,
    Sealed,
)
from reconciler.planning import FORGETFUL, answered, hashes_of, record_of
from reconciler.planning.overlay import overlay

HEARTBEAT: Final = 30.0
"""Seconds between two signs of life of a run."""


def _silently(_step: Change | Outcome) -> None:
    """Nobody listens."""


def _forgotten(_address: Address, _value: Sealed) -> None:
    """Nobody keeps it."""


async def _durable() -> None:
    """What is written down is kept as it is."""


async def carry_out(  # noqa: PLR0913 — who is told what
    session: Session,
    decided: Plan,
    *,
    started: Callable[[Change], None] = _silently,
    finished: Callable[[Outcome], None] = _silently,
    once: Callable[[Address, Sealed], None] = _forgotten,
    run: Run | None = None,
    keep: Callable[[], Awaitable[None]] = _durable,
    memory: Memory | None = None,
    tokens: Tokens | None = None,
) -> tuple[Outcome, ...]:
    """Do what a plan says; raises PlanRefused, and nothing for a step that fails.

    ``once`` gets values that Semaphore shows only when an object is created. ``run`` writes
    intents and results into the ledger, with hashes under the key of ``memory``; ``keep`` has what
    is written there so far kept where the next run finds it, or raises ReconcilerError: an object
    that is deleted to be created again has what no manifest says, so it is not deleted before.
    """
    if decided.refusals:
        raise PlanRefused(
            "\n".join(f"{r.address}: {r.text}" if r.address else r.text for r in decided.refusals)
        )
    memory, stop = (memory or FORGETFUL).followed(dict(decided.renamed)), session.stop

    def starts(change: Change) -> None:
        if run:
            with _recording(run):
                kept, home = cut_off.kept(change, memory), _home(change, session)
                run.intend(change, _hashes(change, memory), kept, home, _refers(change, session))
        started(change)

    async def secured(change: Change) -> None:
        if run and change.action is Action.REPLACE:
            await keep()

    def ends(outcome: Outcome) -> None:
        if run:
            with _recording(run):
                run.conclude(outcome, _record(outcome, memory, _home(outcome.change, session)))
        finished(outcome)

    if run:
        run.follow(decided.renamed)
        known = {record.address for record in decided.remember} - {*decided.adopted}
        run.remember(decided.remember, known)
        run.forget(decided.forgotten)
    connection = Connection(session.reader, session.writer, tokens or Tokens(), once)
    watch = Watch(starts, secured, ends, stop)
    async with _beating(run, stop):
        return await execute(
            decided, connection, watch, parallelism=session.organization.parallelism
        )


@contextmanager
def _recording(run: Run) -> Iterator[None]:
    """Have a run know why something of it is not written down, whatever went wrong."""
    try:
        yield
    except Exception as error:
        run.trouble = run.trouble or told(error)
        raise


@asynccontextmanager
async def _beating(run: Run | None, stop: asyncio.Event) -> AsyncIterator[None]:
    """Give signs of life, so that the lease lasts as long as the run."""

    async def beat() -> None:
        while run and not stop.is_set():
            await asyncio.sleep(HEARTBEAT)
            try:
                with _recording(run):
                    run.beat()
            except Exception:  # noqa: BLE001 — told at the end, and by the next step in its outcome
                stop.set()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


def _hashes(change: Change, memory: Memory) -> dict[str, str]:
    """Return the hashes of the values that a step is about to write, by path."""
    if change.desired is None:
        return {}
    before = change.live or memory.records.get(change.address)
    when = ("after", before.id, before.revision) if before else ("first",)
    return hashes_of(change.desired.spec, memory, change.address, *when)


def _home(change: Change, session: Session) -> str:
    """Return the id of the project that an object is in, "" if it is in none."""
    return session.reader.directory.id("Project", change.address.project)


def _refers(change: Change, session: Session) -> dict[str, str]:
    """Return the ids of the projects that an object is to refer to, by their names."""
    if change.desired is None:
        return {}
    found = (name for ref, name in refs(change.desired.spec) if ref.kind == "Project")
    ids = {name: session.reader.directory.id("Project", name) for name in found}
    return {name: id_ for name, id_ in sorted(ids.items()) if id_}


def _record(outcome: Outcome, memory: Memory, home: str) -> Record | None:
    """Return what to remember of an object that a step left as declared, or surely made."""
    change = outcome.change
    if outcome.made and change.desired is not None:
        hashes = _hashes(change, memory)
        return answered(change.desired, outcome.made, outcome.made_at, hashes, home)
    if outcome.result is not Result.DONE or outcome.live is None or change.desired is None:
        return None
    if outcome.theirs or outcome.presumed:
        return None  # nothing proves that we made it: a plan tells that it is adopted
    desired, live = change.desired, outcome.live
    wrote = overlay(live.spec, desired.spec, desired.rules.ignore).spec
    return record_of(live, desired, wrote, memory)
