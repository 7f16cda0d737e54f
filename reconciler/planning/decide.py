"""One object: what stands between what is declared and what is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from reconciler.kinds import Kind
from reconciler.kinds.fields import Immutable
from reconciler.kinds.kind import mark, settle
from reconciler.kinds.twins import paths
from reconciler.model import Action, Desired, FieldChange, Live, Memory, Record, Spec
from reconciler.model.hidden import ValueState
from reconciler.model.plan import DELETED_OUTSIDE, LEFT_DELETED
from reconciler.model.secrets import sealed_in
from reconciler.planning.diff import compare, presented, written_again
from reconciler.planning.hidden import attributed as attributed_hidden
from reconciler.planning.hidden import judge_of
from reconciler.planning.keeping import lost
from reconciler.planning.literals import unkeepable
from reconciler.planning.overlay import overlay
from reconciler.planning.recognise import recognise
from reconciler.planning.remember import attributed, reason_of

FORGETFUL: Final = Memory()
"""The memory of a run without a ledger."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one declared object.

    ``action`` None means it is as declared. ``whole`` is the value with everything the manifest
    gives, for a create; ``known`` is the same with the live parts wherever they are the same, for
    an update. ``problem``: why it can't be done, "" if it can. ``hidden``: by path, what is known
    of the values that the server does not show.
    """

    action: Action | None
    whole: Spec
    known: Spec
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""
    problem: str = ""
    hidden: Mapping[str, ValueState] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()


def decide(  # noqa: PLR0913 — the three sides of one object, and what is asked for
    kind: Kind,
    desired: Desired,
    live: Live | None,
    memory: Memory = FORGETFUL,
    record: Record | None = None,
    *,
    rewrite: bool = False,
) -> Decision:
    """Compare one declared object with the live one, or with its absence.

    ``record`` is what we remember of it: it tells who changed what, and hidden values apart.
    ``rewrite``: hidden values are to be written whatever is known of them.
    """
    if live is None:
        whole = settle(desired.spec)
        if kind.singleton and _is_empty(whole):  # each project has one from its beginning
            return Decision(None, whole, whole)
        problem = unsendable(kind, whole, None)
        reason = DELETED_OUTSIDE if record else "new"
        new = Decision(Action.CREATE, whole, whole, presented(whole), reason, problem)
        if _left_deleted(memory, desired):
            lost = tuple(_lost(kind, memory, desired))
            return replace(new, reason=LEFT_DELETED, notes=lost)
        return new
    laid = overlay(live.spec, desired.spec, desired.rules.ignore)
    known = recognise(laid.spec, live.spec, judge_of(memory, record, live, rewrite=rewrite))
    hidden = known.hidden | dict.fromkeys(laid.unhonoured, ValueState.UNHONOURED)
    if known.spec != live.spec:
        decision = _differing(kind, live, laid.spec, known.spec)
    elif live.broken:
        decision = _broken(kind, live, laid.spec, known.spec)
    else:
        decision = Decision(None, laid.spec, live.spec)
    fields = attributed(decision.fields, record, memory, wanted=known.spec, live=live.spec)
    fields = attributed_hidden(fields, known.hidden)
    return replace(
        decision,
        fields=fields,
        reason=decision.reason or reason_of(fields) or "differs from the manifest",
        hidden=hidden,
    )


def _is_empty(whole: Spec) -> bool:
    spec = getattr(whole, "spec", None)
    return isinstance(spec, Spec) and spec == type(spec)()


def _left_deleted(memory: Memory, desired: Desired) -> bool:
    intended = memory.intended.get(desired.address)
    return intended is not None and bool(intended.kept)


def _lost(kind: Kind, memory: Memory, desired: Desired) -> Iterator[str]:
    """Yield what a run that deleted an object could not write down of it."""
    before = kind.observed(dict(memory.intended[desired.address].kept))
    gone = sorted({*paths(before)} - {*paths(desired.spec)})
    if gone:
        yield (
            "the run that deleted it wrote nothing down of what this version does not know: "
            f"{', '.join(gone)}; set again what was set there"
        )


def _differing(kind: Kind, live: Live, whole: Spec, known: Spec) -> Decision:
    fields = compare(live.spec, known)
    frozen = immutable_changes(live.spec, known)
    if frozen or live.fixed:
        why = (
            f"{frozen[0]} can't be changed in place"
            if frozen
            else "the server hides its values and refuses to update it"
        )
        problem = lost(whole, live) or unsendable(kind, whole, None)
        return Decision(Action.REPLACE, whole, known, fields, why, problem)
    problem = unsendable(kind, known, live.spec) or unkeepable(kind, known, fields)
    return Decision(Action.UPDATE, whole, known, fields, problem=problem)


def _broken(kind: Kind, live: Live, whole: Spec, known: Spec) -> Decision:
    """Writing its values again heals a target whose values could not be stored (C 1.7)."""
    if all(sealed.is_kept for _, sealed in sealed_in(whole)):
        note = f"it is out of order ({live.broken}), and no declared value could heal it"
        return Decision(None, whole, known, notes=(note,))
    problem = unsendable(kind, known, live.spec) or unkeepable(kind, known)
    fields = written_again(known)
    return Decision(Action.UPDATE, whole, known, fields, f"repair: {live.broken}", problem)


def immutable_changes(live: Spec, known: Spec, above: str = "") -> list[str]:
    """Return the paths of changed fields that the API can't change."""
    paths: list[str] = []
    for name, value in known:
        there = getattr(live, name)
        if isinstance(value, Spec) and isinstance(there, Spec):
            paths += immutable_changes(there, value, f"{above}{name}.")
        elif value != there and mark(type(known), name, Immutable):
            paths.append(f"{above}{name}")
    return paths


def unsendable(kind: Kind, spec: Spec, live: Spec | None) -> str:
    """Say why a complete value can't be written, "" if it can."""
    shown = dict(sealed_in(live))
    there = set(map(id, shown.values()))
    missing = {
        path: sealed
        for path, sealed in sealed_in(spec)
        if not (sealed.is_clear or sealed.source or id(sealed) in there)
    }
    kept = [path for path, sealed in missing.items() if sealed.is_kept]
    if kept:
        return (
            f"its manifest keeps the live value of {', '.join(kept)}, and there would be none, or "
            "none that is surely its own; say where the value is instead of `live: keep`, or leave "
            "the object out with --exclude"
        )
    if missing:
        return (
            f"the value of {', '.join(missing)} has to be sent, and is not in the manifest, or "
            "left to others by its `ignore`: give it there, and not in `ignore`, or leave the "
            "object out with --exclude"
        )
    copied = [p for p, sealed in sealed_in(spec) if p in shown and sealed.is_digest_of(shown[p])]
    if copied:  # the server takes it as the order to keep its value (C 1.4)
        return (
            f"what is given as {', '.join(copied)} is the digest that Semaphore shows of its "
            "value; give the value, or leave it to Semaphore with `live: keep`"
        )
    return kind.unwritable(spec)
