"""All changes of a plan, as many at a time as allowed, each after what it needs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from reconciler.errors import told
from reconciler.execution.connection import NOT_DELETED, Connection, StepFailed, Untouched, Vanished
from reconciler.execution.step import perform
from reconciler.model import Change, Outcome, Plan, Result
from reconciler.planning import waits


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told when a step starts and ends, and what stops the run between steps.

    Whatever either raises, no further step starts. ``secured`` is awaited once a step has started,
    before its first request; whatever it raises, nothing of this step is done, and others go on.
    """

    started: Callable[[Change], None]
    secured: Callable[[Change], Awaitable[None]]
    finished: Callable[[Outcome], None]
    stop: asyncio.Event


async def execute(
    plan: Plan, connection: Connection, watch: Watch, *, parallelism: int
) -> tuple[Outcome, ...]:
    """Carry a plan out and return an outcome for every change, in the order of the plan.

    A failed change skips what needs it; everything else goes on.
    """
    run = _Run(connection, watch, asyncio.Semaphore(parallelism))
    before = waits(plan.changes)
    async with asyncio.TaskGroup() as group:
        tasks: dict[object, asyncio.Task[Outcome]] = {}
        for change in plan.changes:
            needed = [tasks[address] for address in before[change.address]]
            tasks[change.address] = group.create_task(run.step(change, needed))
    return tuple(tasks[change.address].result() for change in plan.changes)


@dataclass(frozen=True, slots=True)
class _Run:
    connection: Connection
    watch: Watch
    places: asyncio.Semaphore

    async def step(self, change: Change, needed: Iterable[asyncio.Task[Outcome]]) -> Outcome:
        missing = next((o for o in [await task for task in needed] if not _is_done(o)), None)
        if missing:
            why = f"{missing.change.address} {missing.result}, and this needs it"
            return self._told(Outcome(change, Result.SKIPPED, why))
        async with self.places:
            return await self._step(change)

    async def _step(self, change: Change) -> Outcome:
        if why := self._over(change):
            return self._told(Outcome(change, Result.SKIPPED, why))
        try:
            self.watch.started(change)
        except Exception as error:  # noqa: BLE001 — the ledger is full, the lease is lost, or a bug
            self.watch.stop.set()
            return Outcome(change, Result.FAILED, told(error), "nothing was written")
        try:
            await self.watch.secured(change)
        except Exception as error:  # noqa: BLE001 — as above
            failed = Outcome(change, Result.FAILED, told(error), NOT_DELETED, untouched=True)
            return self._told(failed)
        if why := self._over(change):  # that may have taken a while
            return self._told(Outcome(change, Result.SKIPPED, why, untouched=True))
        return self._told(await self._outcome(change))

    def _over(self, change: Change) -> str:
        """Say why a step does not begin, "" if it may."""
        stopped = "the run was stopped before it" if self.watch.stop.is_set() else ""
        return self.connection.reader.over(change.address) or stopped

    async def _outcome(self, change: Change) -> Outcome:
        begun = time.monotonic()
        try:
            done = await perform(change, self.connection)
        except StepFailed as failed:
            said, left, how = str(failed), failed.left, failed
        except Exception as error:  # noqa: BLE001 — whatever it is, it concerns this step alone
            said, left = told(error), "it may or may not have happened; plan again to see"
            how = StepFailed(said, left)
        else:
            return Outcome(
                change,
                Result.DONE,
                done.detail,
                seconds=time.monotonic() - begun,
                live=done.live,
                presumed=done.presumed,
                unknown=done.unknown,
                theirs=done.theirs,
            )
        return Outcome(
            change,
            Result.FAILED,
            said,
            left,
            time.monotonic() - begun,
            untouched=isinstance(left, Untouched),
            gone=isinstance(left, Vanished),
            uncreated=how.uncreated,
            made=how.made,
            made_at=how.made_at,
        )

    def _told(self, outcome: Outcome) -> Outcome:
        """Tell an outcome; one that can't be written down ends the run, and is what it is."""
        try:
            self.watch.finished(outcome)
        except Exception as error:  # noqa: BLE001 — as above
            self.watch.stop.set()
            if outcome.result is not Result.SKIPPED:
                detail = "; ".join(filter(None, (outcome.detail, f"not recorded: {told(error)}")))
                return replace(outcome, detail=detail)
        return outcome


def _is_done(outcome: Outcome) -> bool:
    return outcome.result is Result.DONE
