"""What a ledger may take for ours: nothing else is deleted, and nothing becomes ours unsaid."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.kinds import KINDS
from reconciler.model import Action, Plan
from tests.laws.held import listed, tasks
from tests.laws.organization import Holdings, Key
from tests.laws.outside import identity
from tests.laws.strategies.basics import Doc
from tests.laws.touched import key_of, planned

Docs = Mapping[Key, Doc]
Own = tuple[str, str]
"""Kind and identity of an object."""


@dataclass(frozen=True)
class Ours:
    """``known``: what a ledger surely has; ``maybe``: and what it may have after some trouble."""

    known: frozenset[Own] = frozenset()
    maybe: frozenset[Own] = frozenset()

    def after(self, docs: Docs, found: Holdings, *, sure: bool) -> "Ours":
        """Return what is ours after a run: all that is declared, and there."""
        new = {_own(key, found) for key in _declared(docs) & found.keys()}
        return Ours(self.known | new if sure else self.known, self.maybe | new)

    def check(self, plan: Plan, docs: Docs, before: Holdings) -> None:
        """Hold a plan that was carried out against it."""
        deleted = {key_of(c.address) for c in plan.changes if c.action is Action.DELETE}
        asked_for = docs.keys() | listed(docs.values(), before)
        foreign = {key for key in deleted - asked_for if _own(key, before) not in self.maybe}
        assert not foreign, f"deleted, though nothing says that they are ours: {foreign}"
        adopted = {key_of(address) for address in plan.adopted}
        old = {key for key in adopted if _own(key, before) in self.known}
        assert not old, f"called adopted, though they were ours: {old}"
        there = _declared(docs) & before.keys()
        new = {key for key in there if _own(key, before) not in self.maybe}
        silent = {key for key in new - adopted - planned(plan) if not KINDS[key[0]].singleton}
        assert not silent, f"ours from now on, without a word: {silent}"


def _own(key: Key, found: Holdings) -> Own:
    """What there is one of in a project is what it is by that."""
    return key[0], identity(key, found) or key[1]


def _declared(docs: Docs) -> set[Key]:
    inside = {
        ("Schedule", key[2], entry["name"]) for key, doc in docs.items() for _, entry in tasks(doc)
    }
    return docs.keys() | inside
