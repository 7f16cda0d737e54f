"""A plan is a value: what will be done, why, and what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from reconciler.model.address import Address
from reconciler.model.hidden import HiddenValue, ValueState
from reconciler.model.memory import Record
from reconciler.model.place import Place, Problem
from reconciler.model.resource import Desired, Live, Unread
from reconciler.model.sealed import Sealed
from reconciler.model.secrets import sealed_in

CHANGED_HERE: Final = "changed here"
CHANGED_OUTSIDE: Final = "changed outside"
CHANGED_BOTH: Final = "changed here and outside"
DELETED_OUTSIDE: Final = "deleted outside"
LEFT_DELETED: Final = "an earlier run deleted it to create it again, and came no further"


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; ``before`` and ``after`` are plain data without secret values.

    A field that does not exist on one side has ``None`` there. ``cause`` says who moved it, where
    that is remembered: CHANGED_HERE, CHANGED_OUTSIDE or CHANGED_BOTH.
    """

    path: str
    before: Any
    after: Any
    secret: bool = False
    cause: str = ""


def _has_below(path: str, others: Collection[str]) -> bool:
    return any(other.startswith(f"{path}.") for other in others)


@dataclass(frozen=True, slots=True)
class Change:
    """One step: make ``live`` what ``desired`` says.

    ``desired`` is None for a delete of something no manifest mentions, ``live`` for a create.
    ``takes``: what is deleted with a project, declared or not. ``ids``: by kind and name, the ids
    of what that is, and of what the object is in and refers to.
    """

    action: Action
    address: Address
    desired: Desired | None
    live: Live | None
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""
    place: Place | None = None
    takes: tuple[Address, ...] = ()
    ids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def secrets_written(self) -> tuple[str, ...]:
        """The paths of secret values that are sent: those that change, or all in a new object."""
        changed = {field.path for field in self.fields if field.secret and field.after is not None}
        declared = dict(sealed_in(self.desired.spec)) if self.desired else {}
        if self.action is Action.REPLACE:
            whole = {path for path in declared if not self._leaves(path, declared[path])}
            changed = {path for path in changed if not _has_below(path, whole)} | whole
        return tuple(
            sorted(p for p in changed if p not in declared or not self._leaves(p, declared[p]))
        )

    def _leaves(self, path: str, value: Sealed) -> bool:
        """Whether the manifest leaves a value to others, who can't have one in what is new."""
        new = self.action is Action.CREATE
        ignored = self.desired is not None and self.desired.rules.ignores(path) and not new
        return ignored or value.is_kept

    @property
    def writes_secret(self) -> bool:
        return bool(self.secrets_written)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is planned but not allowed, and the words that would allow it.

    ``address`` is None where it is about the whole plan.
    """

    address: Address | None
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """Why a plan is no success, though there may be nothing to do; ``about``: for which objects.

    None are named where it is not for the sake of objects alone.
    """

    text: str
    about: frozenset[Address] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What apply would do, in the order it would do it.

    ``unchanged``: declared and seen to be so. ``hidden``: values that are not written, and not
    known to be as declared. ``adopted``: live and declared, and not ours so far, as it is there.
    ``unmanaged``: live, in scope and declared nowhere, and none of those that follow.
    ``orphaned``: ours by the ledger, and declared no longer: what pruning would delete, and what it
    leaves because it can't be deleted.
    ``released``: ours by the ledger, and given back: they stay, and are forgotten.
    ``observed``: what would be done about what is only observed, and so is not.
    ``failing``: why it is no success, though there may be nothing to do.
    ``skipped``: declared in a project that is refused, and so not compared.
    ``unread``: kinds that nothing declares and that could not be looked into.
    ``staying``: what would be deleted if it, or what is in it, were not protected.
    ``assuming``: the declared values in hand that count as what is there once their object is
    adopted, by path.
    ``remember``: records of objects that are as declared and not, or otherwise, in the ledger.
    ``forgotten``: what the ledger has and is gone, with a project that somebody deleted.
    ``renamed``: what the ledger knows by a name, and by which one it is there today; ``elsewhere``:
    what is declared by a name that others have changed, and the one it has.
    ``notes``: what its reader should know, such as a field this organization does not honour.
    """

    changes: tuple[Change, ...]
    unchanged: tuple[Address, ...] = ()
    unmanaged: tuple[Address, ...] = ()
    hidden: tuple[HiddenValue, ...] = ()
    adopted: Mapping[Address, Live] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Problem, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    excluded: tuple[Address, ...] = ()
    orphaned: tuple[Address, ...] = ()
    released: tuple[Address, ...] = ()
    observed: tuple[Change, ...] = ()
    unread: tuple[Unread, ...] = ()
    skipped: tuple[Address, ...] = ()
    failing: tuple[Failing, ...] = ()
    staying: tuple[Address, ...] = ()
    assuming: Mapping[Address, Mapping[str, Sealed]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    remember: tuple[Record, ...] = field(default=(), repr=False)
    forgotten: tuple[Address, ...] = ()
    renamed: tuple[tuple[Address, Address], ...] = ()
    elsewhere: tuple[tuple[Address, Address], ...] = ()

    @property
    def handles_values(self) -> bool:
        """Whether it writes secret values, or has some assumed from then on."""
        return bool(self.assuming) or any(change.writes_secret for change in self.changes)

    @property
    def uncompared(self) -> tuple[Address, ...]:
        """What nothing is to be done about, as far as is known."""
        changing = {change.address for change in self.changes}
        return tuple(sorted({value.address for value in self.hidden} - changing))

    @property
    def is_idle(self) -> bool:
        """Whether nothing was compared at all, for it is left out: that is not "as declared"."""
        seen = self.changes or self.observed or self.unchanged or self.uncompared or self.staying
        return bool(self.excluded) and not seen

    @property
    def assumed_now(self) -> tuple[HiddenValue, ...]:
        """What counts as declared once this is done, although nobody saw it."""
        return tuple(
            HiddenValue(record.address, path, ValueState.ASSUMED)
            for record in self.remember
            for path in sorted(record.assumed)
            if record.address in self.adopted
        )

    def values(self, state: ValueState) -> tuple[HiddenValue, ...]:
        """Return the hidden values of which just that is known."""
        return tuple(value for value in self.hidden if value.state is state)


class Result(StrEnum):
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change.

    ``detail`` says what went wrong, or what was learnt; ``left`` the state a failure left behind.
    ``live`` is what was read back at the end, None if it is gone or was not read. ``untouched``: it
    failed, and nothing of it was done; ``gone``: because the object was gone by then;
    ``uncreated``: it failed, and nothing that is there was made by it; ``made``: it failed, and
    this is the id of what it made; ``made_at``: its revision, if nothing more was written.
    ``presumed``: no answer told that it was created, but all that shows of what is there is as it
    was sent; ``unknown``: the paths of the values that do not show. ``theirs``: somebody else made
    it meanwhile, as declared: it is not ours before a plan has told so.
    """

    change: Change
    result: Result
    detail: str = ""
    left: str = ""
    seconds: float = 0.0
    live: Live | None = None
    untouched: bool = False
    gone: bool = False
    uncreated: bool = False
    made: str = ""
    made_at: str = ""
    presumed: bool = False
    unknown: tuple[str, ...] = ()
    theirs: bool = False
