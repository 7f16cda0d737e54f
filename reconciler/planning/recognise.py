"""Tell what is the same although it looks different: secret values, and items by any name."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from reconciler.kinds.fields import AnyOrder
from reconciler.kinds.kind import mark
from reconciler.model import Sealed, Spec
from reconciler.model.hidden import WRITTEN, ValueState
from reconciler.model.items import by_key, paired
from reconciler.planning.hidden import Judge, unremembered
from reconciler.planning.kept_items import is_unsure


class Recognised(NamedTuple):
    """The wanted value in which all that is already so *is* the live part.

    ``hidden``: by path, what is known of the values that the server does not show.
    """

    spec: Spec
    hidden: dict[str, ValueState]


def recognise(wanted: Spec, live: Spec, judge: Judge = unremembered) -> Recognised:
    """Compare by meaning; ``judge`` is asked where the server shows nothing to compare with."""
    walk = _Walk(judge, {})
    return Recognised(walk.spec(wanted, live, ""), walk.hidden)


class _Walk(NamedTuple):
    judge: Judge
    hidden: dict[str, ValueState]

    def spec(self, wanted: Spec, live: Spec, above: str) -> Spec:
        if wanted is live:
            return live
        changes: dict[str, Any] = {}
        same = wanted.beyond == live.beyond
        for name, value in wanted:
            there = getattr(live, name)
            if value is there:
                continue
            known = (
                _any_order(value, there)
                if isinstance(value, tuple) and mark(type(wanted), name, AnyOrder)
                else self.value(value, there, f"{above}{name}")
            )
            same = same and (known is there or known == there)
            if known is not value:
                changes[name] = known
        return live if same else wanted.having(changes)

    def value(self, wanted: Any, live: Any, path: str) -> Any:
        if isinstance(wanted, Sealed) and isinstance(live, Sealed):
            return self.secret(wanted, live, path)
        if isinstance(wanted, Spec) and isinstance(live, Spec):
            return self.spec(wanted, live, f"{path}.")
        if isinstance(wanted, tuple) and isinstance(live, tuple):
            return self.items(wanted, live, path)
        return wanted

    def secret(self, wanted: Sealed, live: Sealed, path: str) -> Sealed:
        same = wanted.same_as(live)
        if same is None:
            state = self.judge(path, wanted)
            if live.is_clear and state is not ValueState.REWRITE:
                state = ValueState.UNKNOWN  # what is declared was not read to be compared
            self.hidden[path] = state
            same = state not in WRITTEN
        return live if same else wanted

    def items(self, wanted: tuple[Any, ...], live: tuple[Any, ...], path: str) -> tuple[Any, ...]:
        if not any(isinstance(item, Spec | Sealed) for item in wanted):
            return wanted
        named = by_key(wanted)
        return tuple(
            item if is_unsure(item, named) else self.value(item, other, f"{path}.{label}")
            for label, item, other in paired(wanted, live)
        )


def _any_order(wanted: Sequence[Any], live: tuple[Any, ...]) -> tuple[Any, ...]:
    left = list(live)
    found: list[Any] = []
    for item in wanted:
        same = next((other for other in left if _alike(item, other)), None)
        if same is not None:
            left.remove(same)
        found.append(item if same is None else same)
    new = len(found) != len(live) or bool(left)
    return tuple(found) if new else live


def _alike(item: Any, other: Any) -> bool:
    same_as = getattr(item, "same_as", None)
    if same_as is None or item.beyond != other.beyond:
        return bool(item == other)
    return bool(same_as(other))
