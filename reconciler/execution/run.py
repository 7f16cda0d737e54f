"""All changes of a plan, as many at a time as allowed, each after what it needs."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from reconciler.errors import ReconcilerError
from reconciler.execution.step import Hands, StepFailed, perform
from reconciler.model import Change, Outcome, Plan, Result
from reconciler.planning import waits


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told when a step starts and ends, and what stops the run between steps.

    Both may raise ReconcilerError: then no further step starts.
    """

    started: Callable[[Change], None]
    finished: Callable[[Outcome], None]
    stop: asyncio.Event


async def execute(
    plan: Plan, hands: Hands, watch: Watch, *, parallelism: int
) -> tuple[Outcome, ...]:
    """Carry a plan out and return an outcome for every change, in the order of the plan.

    A failed change skips what needs it; everything else goes on.
    """
    run = _Run(hands, watch, asyncio.Semaphore(parallelism))
    before = waits(plan.changes)
    async with asyncio.TaskGroup() as group:
        tasks: dict[object, asyncio.Task[Outcome]] = {}
        for change in plan.changes:
            needed = [tasks[address] for address in before[change.address]]
            tasks[change.address] = group.create_task(run.step(change, needed))
    return tuple(tasks[change.address].result() for change in plan.changes)


@dataclass(frozen=True, slots=True)
class _Run:
    hands: Hands
    watch: Watch
    places: asyncio.Semaphore

    async def step(self, change: Change, needed: Iterable[asyncio.Task[Outcome]]) -> Outcome:
        outcome = await self._outcome(change, [await task for task in needed])
        try:
            self.watch.finished(outcome)
        except ReconcilerError as error:
            self.watch.stop.set()
            detail = f"{outcome.detail or outcome.result}, but not recorded: {error}"
            return replace(outcome, result=Result.FAILED, detail=detail)
        return outcome

    async def _outcome(self, change: Change, needed: list[Outcome]) -> Outcome:
        missing = next((one for one in needed if one.result is not Result.DONE), None)
        if missing:
            why = f"{missing.change.address} {missing.result}, and this needs it"
            return Outcome(change, Result.SKIPPED, why)
        async with self.places:
            if self.watch.stop.is_set():
                return Outcome(change, Result.SKIPPED, "the run was stopped before it")
            try:
                self.watch.started(change)
            except ReconcilerError as error:  # the ledger is full, or the lease is lost
                self.watch.stop.set()
                return Outcome(change, Result.FAILED, str(error), "nothing was written")
            begun = time.monotonic()
            try:
                live = await perform(change, self.hands)
            except StepFailed as failed:
                seconds = time.monotonic() - begun
                return Outcome(change, Result.FAILED, str(failed), failed.left, seconds)
            return Outcome(change, Result.DONE, seconds=time.monotonic() - begun, live=live)
