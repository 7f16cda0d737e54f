"""What a ledger may take for ours, and by which names: the law's own books of that.

Nothing else is deleted, and nothing becomes ours unsaid; an object is followed when others rename
it, and a rename that was done is done; what is protected stays; pruning leaves nothing of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconciler.kinds import KINDS
from reconciler.model import Action, Plan
from tests.laws.held import listed, tasks
from tests.laws.organization import Holdings, Key
from tests.laws.outside import identity
from tests.laws.strategies.basics import Doc, rules
from tests.laws.touched import key_of, planned

Docs = Mapping[Key, Doc]
Own = tuple[str, str]
"""Kind and identity of an object."""

_ABOUT_NAMES = ("or drop renamed_from", "renamed outside", "is gone", "is not ours so far")
"""Words of refusals that say who it is that has a name."""


@dataclass(frozen=True)
class Ours:
    """``known``: what a ledger surely has, and as what it was declared last; ``maybe``: and what it
    may have after some trouble. ``protected``: what it surely protects, ``perhaps``: what it may,
    after some trouble; ``guarded``: what one did that is missing, as long as nobody said that this
    one is right.
    """

    known: Mapping[Own, Key] = field(default_factory=lambda: MappingProxyType({}))
    maybe: frozenset[Own] = frozenset()
    protected: frozenset[Own] = frozenset()
    guarded: frozenset[Own] = frozenset()
    perhaps: frozenset[Own] = frozenset()

    def after(self, docs: Docs, found: Holdings, *, sure: bool) -> "Ours":
        """Return what is ours after a run: all that is declared, and there."""
        new = {_own(key, found): key for key in _declared(docs) & found.keys()}
        maybe = self.maybe | new.keys()
        dear = {own for own, key in new.items() if rules(docs.get(key, {})).get("protect")}
        kept, guarded = self.protected - new.keys(), self.guarded - (new.keys() - dear)
        if not sure:  # by that name or another, protected or not
            known = {own: key for own, key in self.known.items() if new.get(own, key) == key}
            perhaps = self.perhaps | dear | (self.protected & new.keys())
            return Ours(known, maybe, kept, self.guarded - new.keys(), perhaps)
        perhaps = self.perhaps - new.keys()
        return Ours({**self.known, **new}, maybe, kept | dear, guarded, perhaps)

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

    def check_names(self, plan: Plan, docs: Docs, before: Holdings) -> None:
        """Hold what a plan refuses, or doesn't, against who it is that has each name."""
        refused = {(key_of(r.address), r.text) for r in plan.refusals if r.address}
        places = {_own(key, before): key for key in before}
        elsewhere = {
            key
            for own, key in self.known.items()
            if key in docs and places.get(own, key) not in {key, _former(key, docs[key])}
        }
        silent = elsewhere - {key for key, _ in refused}
        assert not silent, f"not refused, though they go by other names: {silent}"
        done = {key for key in docs if self._is_renamed(key, docs, before)}
        again = {(k, t) for k, t in refused if k in done and any(w in t for w in _ABOUT_NAMES)}
        assert not again, f"renamed long ago, and what has the old name is another's: {again}"

    def _is_renamed(self, key: Key, docs: Docs, before: Holdings) -> bool:
        """Whether it has its new name, and the old one is that of somebody else's."""
        old = _former(key, docs[key])
        return (
            old != key
            and old not in docs
            and {old, key} <= before.keys()
            and self.known.get(_own(key, before)) == key
            and _own(old, before) not in self.maybe
        )

    def lost(self, docs: Docs, before: Holdings, after: Holdings) -> set[Key]:
        """Return what is protected and gone, though no manifest lifts that."""
        left = {_own(key, after) for key in after}
        return {
            key
            for key in before
            if _own(key, before) in (self.protected | self.guarded) - left
            and rules(docs.get(key, {})).get("protect") is not False
        }

    def left(self, docs: Docs, after: Holdings) -> set[Key]:
        """Return what pruning has left, though it is ours and nothing says that it is to stay."""
        named = _declared(docs) | {_former(key, doc) for key, doc in docs.items()}
        staying = self.protected | self.perhaps
        homes = {key[1] for key in after if _own(key, after) in staying}
        return {
            key
            for key in after.keys() - named
            if self.known.get(own := _own(key, after))
            and own not in staying
            and not KINDS[key[0]].singleton
            and not (key[0] == "Project" and key[2] in homes)
        }


def _own(key: Key, found: Holdings) -> Own:
    """What there is one of in a project is what it is by that."""
    return key[0], identity(key, found) or key[1]


def _former(key: Key, doc: Doc) -> Key:
    """Return what a manifest says that it was, or what it is."""
    return (*key[:2], rules(doc).get("renamed_from") or key[2])


def _declared(docs: Docs) -> set[Key]:
    inside = {
        ("Schedule", key[2], entry["name"]) for key, doc in docs.items() for _, entry in tasks(doc)
    }
    return docs.keys() | inside
