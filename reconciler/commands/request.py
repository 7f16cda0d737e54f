"""What is asked of a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.commands.selection import Selection
from reconciler.kinds import KINDS
from reconciler.model import Address, DesiredState, Memory
from reconciler.planning import FORGETFUL, Policy, names


class Unmanaged(StrEnum):
    """What drift does about objects that no manifest declares.

    LIST: look for those of the organization and in declared projects. ALL: in every project.
    HIDE: don't look. FAIL: as LIST, and they are as bad as a drift.
    """

    LIST = "list"
    ALL = "all"
    HIDE = "hide"
    FAIL = "fail"


class Purpose(StrEnum):
    """What becomes of a plan: it is carried out at once, reviewed, or told as drift."""

    APPLY = "apply"
    REVIEW = "review"
    DRIFT = "drift"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of a run.

    ``target`` and ``exclude`` are globs over addresses; ``memory`` is what the ledger remembers;
    ``also``: objects to look for, whoever declares them; ``rewrite``: globs of objects whose hidden
    values are to be written; ``values``: whether secret values are read from their sources;
    ``adopt``: whether there is a ledger to remember what is found as declared; ``only_adopt``: that
    is all that is asked for; ``purpose``: what the
    plan is for; ``unmanaged``: how far to look for what no manifest declares;
    ``strict``: a value that nothing is known of is as bad as a wrong one; ``verbatim``: what leads
    nowhere is made as it is said.
    """

    state: DesiredState
    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_replace: bool = False
    max_deletes: int | None = None
    destroy: bool = False
    prune: bool = False
    memory: Memory = FORGETFUL
    also: frozenset[Address] = frozenset()
    rewrite: tuple[str, ...] = ()
    values: bool = True
    adopt: bool = True
    only_adopt: bool = False
    purpose: Purpose = Purpose.APPLY
    unmanaged: Unmanaged = Unmanaged.HIDE
    strict: bool = False
    verbatim: bool = False

    def policy(self, rewrite: Iterable[Address] = ()) -> Policy:
        """Return what is consented to; ``rewrite``: the objects that its globs stand for."""
        return Policy(
            allow_replace=self.allow_replace,
            max_deletes=self.max_deletes,
            destroy=self.destroy,
            prune=self.prune,
            adopt=self.adopt,
            only_adopt=self.only_adopt,
            rewrite=frozenset(rewrite),
            strict=self.strict,
            unmanaged_fails=self.unmanaged is Unmanaged.FAIL,
            spared=self._spares,
        )

    @property
    def command(self) -> str:
        """What is asked for, in a word."""
        return "destroy" if self.destroy else "adopt" if self.only_adopt else "apply"

    def options(self) -> dict[str, Any]:
        """Return what decides which plan comes of the manifests, as JSON data."""
        return {
            "target": list(self.target),
            "exclude": list(self.exclude),
            "allow_replace": self.allow_replace,
            "max_deletes": self.max_deletes,
            "destroy": self.destroy,
            "prune": self.prune,
            "rewrite": list(self.rewrite),
        }

    @cached_property
    def selected(self) -> DesiredState:
        """What is declared and not left out: lists, too, of which that may be."""
        declared, owned = self.state.objects, self.state.owned
        return replace(
            self.state,
            objects={a: desired for a, desired in declared.items() if self.selects(a)},
            owned={p: at for p, at in owned.items() if self._chooses_list_of(p)},
        )

    def _chooses_list_of(self, project: str) -> bool:
        """Whether what a project's list does not name may be chosen, or the project is."""
        listed, target = KINDS["Project"].contains, self.selection.target
        chosen = not target or (listed and target.reaches(KINDS[listed.kind], project))
        return bool(chosen or self.selects(Address("Project", "", project)))

    @cached_property
    def remembered(self) -> Memory:
        """What is remembered of all that is not left out, by any of its names."""
        records = {a: record for a, record in self.memory.records.items() if self.selects(a)}
        return replace(self.memory, records=records)

    @cached_property
    def declared(self) -> Mapping[Address, Address]:
        """What is declared, by all names that it has or had."""
        return names.aliases(self.state)

    @cached_property
    def known(self) -> set[Address]:
        """What is declared or remembered, by all names that it has or had."""
        return {*self.declared, *self.memory.records, *self.memory.moves}

    @cached_property
    def selection(self) -> Selection:
        """What target and exclude mean, among all that is declared or remembered."""
        return Selection.of(self.target, self.exclude, self.known)

    @cached_property
    def _aliases(self) -> Mapping[Address, frozenset[Address]]:
        """By each name of what is declared, or is ours, all of its names, if it has several."""
        known, moves = self.declared, self.memory.moves
        declared: dict[Address, set[Address]] = {}
        for alias, address in known.items():
            declared.setdefault(address, set()).update({alias, moves.get(alias, alias)})
        found = {alias: set(declared[address]) for alias, address in known.items()}
        for before, now in moves.items():
            called = declared.get(known.get(before, before), set())
            found.setdefault(now, {now}).update({before}, called)
        return {each: frozenset(called) for each, called in found.items() if called != {each}}

    def _spares(self, address: Address) -> bool:
        """Whether an object is left out by any name of it, or of the project that it is in."""
        home = Address("Project", "", address.project)
        homes = {each.name for each in self._called(home)} if address.project else {""}
        called = {replace(address, project=name) for name in homes} | self._called(address)
        return any(each in self.selection.exclude for each in called)

    def _called(self, address: Address) -> frozenset[Address]:
        return self._aliases.get(address, frozenset({address}))

    @property
    def names_unknown(self) -> bool:
        """Whether a target names nothing known: perhaps what others gave that name to is ours."""
        return self.selection.target.lacks(self.known)

    def selects(self, address: Address) -> bool:
        """Whether this run may touch an object, under whichever of its names it is chosen."""
        return self.selection.has(self._called(address))
