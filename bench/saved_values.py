"""Saving a plan that writes many secret values, against the plan alone."""

from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, keep, least, prepare, program
from bench.figure import Figure

_SECRETS, _VALUES = 100, 10
_FIRST = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: first}\nspec: {widgets: []}\n"


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    scenario.write_secrets(place / "manifests", _SECRETS, _VALUES)
    keep(place / "plan.json")
    base = ["--org", f"embedded:{place / 'semaphore.db'}", "plan", "manifests"]
    expected = f"{_SECRETS} to create"
    (place / "first.yml").write_text(_FIRST)
    first = program(*base[:2], "apply", "--auto-approve", "first.yml")
    prepare("applying one object, to have a ledger", first, place)
    saving = program(*base, "--out", "plan.json")
    contenders = [
        Contender("plan", program(*base), place, expected),
        Contender("saved", saving, place, expected, afresh=("plan.json",)),
    ]
    runs = in_turns(contenders, rounds)
    yield Figure.ratio(
        f"saving a plan of {_SECRETS * _VALUES} secret values, against the plan",
        1.2,
        least(runs["saved"], "cpu"),
        least(runs["plan"], "cpu"),
        more=" of processor time",
    )
