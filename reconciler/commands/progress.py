"""What is known of a run at any moment, so that its report is never lost."""

from collections.abc import Callable

from reconciler.model import Address, Change, Outcome, Plan, Result


class Progress:
    """Listens to a run, and passes on what it hears."""

    def __init__(
        self,
        decided: Plan,
        started: Callable[[Change], None],
        finished: Callable[[Outcome], None],
    ) -> None:
        self._changes = decided.changes
        self._tell_started = started
        self._tell_finished = finished
        self._outcomes: dict[Address, Outcome] = {}
        self._started: set[Address] = set()

    def started(self, change: Change) -> None:
        self._started.add(change.address)
        self._tell_started(change)

    def finished(self, outcome: Outcome) -> None:
        self._outcomes[outcome.change.address] = outcome
        self._tell_finished(outcome)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return what became of every change, in the order of the plan."""
        return tuple(
            self._outcomes.get(change.address) or self._unfinished(change)
            for change in self._changes
        )

    def _unfinished(self, change: Change) -> Outcome:
        if change.address in self._started:
            left = "it may or may not have happened; plan again to see"
            return Outcome(change, Result.FAILED, "cut off while under way", left)
        return Outcome(change, Result.SKIPPED, "the run ended before it")
