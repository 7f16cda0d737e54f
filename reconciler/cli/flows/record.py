"""What is known of a run at any moment, so that its report is never lost."""

from reconciler.cli.progress import Progress
from reconciler.model import Address, Change, Outcome, Plan, Result


class Record:
    """Listens to a run, and passes on to the progress display what it hears."""

    def __init__(self, decided: Plan, progress: Progress) -> None:
        self._changes = decided.changes
        self._progress = progress
        self._outcomes: dict[Address, Outcome] = {}
        self._started: set[Address] = set()
        progress.expect(len(decided.changes))

    def started(self, change: Change) -> None:
        self._started.add(change.address)
        self._progress.started(change)

    def finished(self, outcome: Outcome) -> None:
        self._outcomes[outcome.change.address] = outcome
        self._progress.finished(outcome)

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
