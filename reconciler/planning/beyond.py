"""What Semaphore has beyond what this version knows: told, and set where a manifest says so."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.kinds.twins import is_beyond, paths, twins
from reconciler.model import Address, Desired, DesiredState, Live, Place, Problem, Severity, Spec
from reconciler.model.beyond import UnknownKey, unknown_keys
from reconciler.model.items import labelled
from reconciler.model.spec import unless_same
from reconciler.planning.draft import Draft
from reconciler.planning.typed import TypeMismatch, typed


def unknown(there: Iterable[Live]) -> dict[str, tuple[str, ...]]:
    """Return by kind the paths of fields that we don't know: where they are, never what."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for live in there:
        shown = live.verbatim or live.spec
        if is_beyond(shown):
            by_kind[live.address.kind].update(paths(shown))
    return {kind: tuple(sorted(fields)) for kind, fields in sorted(by_kind.items())}


def tell_unknown(draft: Draft) -> None:
    """Note once for each kind that there are fields we don't know."""
    if draft.policy.destroy:
        return
    for kind, fields in unknown(draft.live.objects.values()).items():
        text = (
            f"{kind}: Semaphore has fields that this version does not know: "
            f"{', '.join(fields)}; an update keeps them beside all that stays"
        )
        draft.notes.append(Problem(Place("live"), text, Severity.WARNING))


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is declared, in the server's own types where we know none.

    ``mistakes``: keys that the server does not know either. ``warnings``: those it knows.
    """

    state: DesiredState
    mistakes: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def accepted(state: DesiredState, there: Callable[[Address], Spec | None]) -> Accepted:
    """Hold keys that this version does not know against what the server has in the same place.

    ``there``: an object as the server shows it, None for one that is not there.
    """
    objects, mistakes, warnings = dict(state.objects), [], []
    for address, desired in state.objects.items():
        if desired.beyond:
            walk = _Walk(desired)
            objects[address] = replace(desired, spec=walk.spec(desired.spec, there(address), ""))
            mistakes += walk.mistakes
            warnings += walk.warnings
    return Accepted(replace(state, objects=objects), tuple(mistakes), tuple(warnings))


@dataclass(slots=True)
class _Walk:
    desired: Desired
    mistakes: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def spec(self, mine: Spec, there: Spec | None, above: str) -> Spec:
        changes: dict[str, Any] = {}
        for name, value in mine:
            other = getattr(there, name, None)
            path = f"{above}{name}"
            if isinstance(value, Spec):
                other = other if isinstance(other, Spec) else None
                changes[name] = self.spec(value, other, f"{path}.")
            elif isinstance(value, tuple):
                changes[name] = self.items(value, other or (), f"{path}.")
        changes = {name: new for name, new in changes.items() if new is not getattr(mine, name)}
        return mine.exchanging(changes).beside(self.keys(mine, there, above))

    def items(self, mine: tuple[Any, ...], there: tuple[Any, ...], above: str) -> tuple[Any, ...]:
        pairs = zip(labelled(mine), twins(mine, there), strict=True)
        return unless_same(
            mine,
            tuple(
                self.spec(item, other, f"{above}{label}.") if isinstance(item, Spec) else item
                for (label, item), other in pairs
            ),
        )

    def keys(self, mine: Spec, there: Spec | None, above: str) -> dict[str, UnknownKey]:
        known = {} if there is None else there.beyond
        result = {}
        for key, one in unknown_keys(mine.beyond).items():
            path = f"{above}{key}"
            if key not in known:
                self.mistakes.append(one.problem)
                continue
            try:
                result[key] = UnknownKey(typed(one.value, known[key]), one.problem)
            except TypeMismatch as error:
                where = f"{path}{error.path}"
                place = self.desired.place_of(where)
                self.mistakes.append(Problem(place, f"{where} {error}"))
                continue
            text = (
                f"{self.desired.address}: this version does not know {path}; it is compared with "
                "what Semaphore has there, and written, but not checked"
            )
            self.warnings.append(Problem(one.problem.place, text, Severity.WARNING))
        return result
