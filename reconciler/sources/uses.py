"""Where manifests have values of secrets, and what is told of several of them at once."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reconciler.model import Place, Problem, Severity


class Use(NamedTuple):
    """Where a manifest has a value or names its source, and what for."""

    place: Place
    label: str


def problems(told: Mapping[str, Sequence[Use]], severity: Severity) -> tuple[Problem, ...]:
    """Return one problem for each thing to say, at the first place that it is about."""
    found = []
    for words, uses in told.items():
        first, *others = sorted(uses)
        also = ", ".join(f"{use.label} ({use.place})" for use in others)
        text = f"{first.label}: {words}" + (f"; the same for {also}" if also else "")
        found.append(Problem(first.place, text, severity))
    return tuple(sorted(found))
