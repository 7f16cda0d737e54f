"""What a ledger can know of values that Semaphore hides, and so what a plan has to say of them.

Books of the law's own: made from what was declared, what others did and what is held, and from
nothing that the program says of any of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from reconciler.model import Plan
from reconciler.model.hidden import UNCOMPARED, ValueState
from tests.laws.cases import HIDING
from tests.laws.held import Holder
from tests.laws.held.forms import KEPT
from tests.laws.held.kinds import HELD, Items, Leaf
from tests.laws.organization import Holdings, Key
from tests.laws.strategies.basics import Doc, rules
from tests.laws.touched import key_of

Docs = Mapping[Key, Doc]
Stamp = tuple[str, str]
"""Id and time of writing: who is neither us nor this moves one of them."""

Wrong = dict[tuple[Key, str], tuple[ValueState, ValueState]]
"""By object and path: what is so, and what a plan says."""


@dataclass(frozen=True)
class Entry:
    """One secret, as it was left: the values that we wrote, and those declared when it was found.

    ``sure``: whether that is known. After some trouble it is not, until it is written again.
    """

    stamp: Stamp
    wrote: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    assumed: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    sure: bool = True

    def state(self, stamp: Stamp, path: str, value: Any) -> ValueState:
        """Say what has to be told of a value that is declared."""
        known = {**self.assumed, **self.wrote}
        if path not in known:
            return ValueState.UNKNOWN
        if known[path] != value:
            return ValueState.CHANGED_HERE
        if self.stamp != stamp:
            return ValueState.WRITTEN_OUTSIDE
        return ValueState.SAME if path in self.wrote else ValueState.ASSUMED


_NOTHING = Entry(("", ""))


@dataclass(frozen=True)
class Values:
    """What a ledger has of each secret that is ours, by its name. Without one it has nothing."""

    entries: Mapping[Key, Entry] = field(default_factory=lambda: MappingProxyType({}))

    def wrong(self, plan: Plan, docs: Docs, holder: Holder) -> Wrong:
        """Return what a plan says otherwise than it is; ``holder``: what there was before it.

        A secret that is created again has all of its values written, whatever is known of each.
        """
        said = {
            (key_of(value.address), value.path): value.state
            for value in plan.hidden
            if value.state in UNCOMPARED - {ValueState.UNHONOURED}
        }
        written = {key_of(change.address) for change in plan.changes}
        found: Wrong = {}
        for key, path, value in _hidden(docs, holder):
            entry, there = self.entries.get(key, _NOTHING), holder.found.get(key)
            if there is None or key in written or not entry.sure:
                said.pop((key, path), None)
                continue
            due = entry.state(_stamp(there), path, value)
            told = said.pop((key, path), ValueState.SAME)
            if told is not due:
                found[key, path] = due, told
        return found | {at: (ValueState.SAME, told) for at, told in said.items()}

    def after(self, docs: Docs, before: Holdings, holder: Holder, *, sure: bool) -> "Values":
        """Return what is known after a run; ``holder``: what there is now."""
        after = holder.found
        known = dict(self.entries)
        named = docs.keys() | _former(docs)
        for key, entry in self.entries.items():
            left = _is(entry, before.get(key)) and not _is(entry, after.get(key))
            if left or (key not in named and not _is(entry, after.get(key))):
                known[key] = Entry(entry.stamp, sure=False)
                if sure:
                    del known[key]
        declared: dict[Key, dict[str, Any]] = {
            key: {} for key in docs if key[0] in HIDING and key in after and not _absent(docs[key])
        }
        for key, path, value in _hidden(docs, holder):
            if key in declared:
                declared[key][path] = value
        for key, values in declared.items():
            stamp, old = _stamp(after[key]), known.get(key, _NOTHING)
            if not sure:
                known[key] = Entry(stamp, sure=False)
            elif key not in before or stamp != _stamp(before[key]):
                known[key] = Entry(stamp, wrote=values)
            elif old.sure and not _is(old, after[key]):  # it was not ours, and is from now on
                known[key] = Entry(stamp, assumed=values)
        return Values(known)


def _hidden(docs: Docs, holder: Holder) -> Iterator[tuple[Key, str, Any]]:
    """Yield each declared value that the organization hides, unless it is left to others."""
    if holder.settings.secrets_exposed_content:
        return
    for key, doc in docs.items():
        for name in ("env_vars", "files") if key[0] in HIDING and not _absent(doc) else ():
            items = HELD[key[0]][f"data.{name}"]
            assert isinstance(items, Items)
            for item in (doc.get("data") or {}).get(name) or ():
                for said, written in item.items():
                    leaf = items.table[said]
                    assert isinstance(leaf, Leaf)
                    value = leaf.form(written, holder.seen(None))
                    if said != items.by and value is not KEPT:
                        yield key, f"data.{name}.{item[items.by]}.{leaf.at}", value


def _stamp(body: Any) -> Stamp:
    return body["metadata"]["id"], body["metadata"]["update_time"]


def _is(entry: Entry, body: Any) -> bool:
    return body is not None and entry.stamp[0] == _stamp(body)[0]


def _absent(doc: Doc) -> bool:
    return bool(rules(doc).get("absent"))


def _former(docs: Docs) -> set[Key]:
    lines = ((key, rules(doc).get("renamed_from")) for key, doc in docs.items())
    return {(*key[:2], before) for key, before in lines if before}
