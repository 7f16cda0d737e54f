"""Which secret values a plan reads from their sources: those that it compares or writes."""

import os
from collections import defaultdict
from collections.abc import Callable

from reconciler.errors import InvalidManifests
from reconciler.model import (
    Address,
    DesiredState,
    LiveState,
    Memory,
    Plan,
    Problem,
    Sealed,
    Severity,
    ValueState,
)
from reconciler.model.secrets import sealed_in
from reconciler.planning.hidden import told_in
from reconciler.sources.resolve import resolve
from reconciler.sources.uses import Use, problems


class Values:
    """The declared state with ever more values in hand.

    ``token``: what the run logs in with, and never a value. ``hide`` gets what has values in hand,
    which no error may repeat. ``warnings``: what about values that
    were read should be known to their author. What can't be had is told when all was looked for.
    """

    def __init__(self, state: DesiredState, token: Sealed, hide: Callable[..., None]) -> None:
        self.state = state
        self._hide = hide
        self.warnings: set[Problem] = set()
        self._token = token
        self._missing: dict[str, list[Use]] = defaultdict(list)
        self._tried: set[tuple[Address, str]] = set()

    def check(self) -> None:
        """Raise InvalidManifests for what could not be read, all of it."""
        if self._missing:
            raise InvalidManifests(problems(self._missing, Severity.ERROR))

    def read_compared(self, live: LiveState, memory: Memory, *, new: bool) -> None:
        """Read what is compared with what the server shows or we remember; ``new`` objects, too."""

        def needed(address: Address, path: str) -> bool:
            desired = self.state.objects[address]
            there = live.objects.get(desired.former) or live.objects.get(address)
            if there is None:
                return new and not (desired.rules.absent or desired.rules.observe)
            if desired.rules.ignores(path):
                return False
            return not there.fixed or path in told_in(memory.records.get(there.address))

        self._read(needed)

    def read_written(self, decided: Plan) -> bool:
        """Read what the plan would write; whether any of that was not in hand."""
        unread = {
            (change.address, path)
            for change in decided.changes
            if change.desired
            for path, sealed in sealed_in(change.desired.spec)
            if sealed.source is not None
            and not (change.live and change.desired.rules.ignores(path))
        } - self._tried
        if unread:
            self._read(lambda address, path: (address, path) in unread)
        return bool(unread)

    def read_assumed(self, decided: Plan) -> bool:
        """Read what is declared of what is adopted and hidden; say if there is any."""
        assumed = {
            (value.address, value.path)
            for value in decided.values(ValueState.UNKNOWN)
            if value.address in decided.adopted
        } - self._tried
        if assumed:
            self._read(lambda address, path: (address, path) in assumed)
        return bool(assumed)

    def _read(self, chosen: Callable[[Address, str], bool]) -> None:
        def once(address: Address, path: str) -> bool:
            if not chosen(address, path):
                return False
            self._tried.add((address, path))
            return True

        found = resolve(self.state, os.environ, once, self._token)
        self.state = found.state
        self._hide(*(self.state.objects[address].spec for address, _ in self._tried))
        self.warnings |= {*found.warnings}
        for words, uses in found.missing.items():
            self._missing[words] += uses
