"""What is measured: a ratio of two things that were run side by side, and what it should be."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One cost. ``seen`` and ``target`` are ratios, or in ``unit``; less is better.

    ``told``: what was measured, absolutely, of this machine and this day.
    """

    what: str
    target: float
    seen: float
    told: str
    unit: str = ""

    @classmethod
    def ratio(  # noqa: PLR0913 — what a row has
        cls,
        what: str,
        target: float,
        seen: float,
        beside: float,
        *,
        unit: str = "s",
        more: str = "",
    ) -> "Figure":
        """Return what a thing costs against what stands beside it; ``more`` is told, too."""
        told = f"{seen:.2f} {unit} beside {beside:.2f} {unit}{more}"
        return cls(what, target, seen / beside, told)

    @property
    def met(self) -> bool:
        return self.seen <= self.target


def table(figures: Iterable[Figure]) -> str:
    """Return a row of Markdown for each."""
    lines = ["| what | target | seen | met | measured |", "|---|---:|---:|---|---|"]
    for one in figures:
        target, seen = _number(one.target, one.unit), _number(one.seen, one.unit)
        met = "yes" if one.met else "**no**"
        lines.append(f"| {one.what} | {target} | {seen} | {met} | {one.told} |")
    return "\n".join(lines)


def _number(number: float, unit: str) -> str:
    return f"{number:.0f} {unit}" if unit else f"{number:.2f} ×"
