"""A plan with a long history in the ledger, against one without a ledger."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench import scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure
from reconciler.ledger.chain import STATE
from reconciler.ledger.current import Current
from reconciler.ledger.event import Event
from reconciler.ledger.identity import canonical
from reconciler.ledger.sqlite import SQLite

_OBJECTS = 200
_RUNS, _CHANGES = 10_000, 10


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_manifests(place / "manifests", _OBJECTS)
    ledger = place / "ledger.db"
    organization = f"embedded:{place / 'semaphore.db'}?secrets=exposed"
    base = ["--org", organization, "--ledger"]
    apply = program(*base, str(ledger), "apply", "--auto-approve", "manifests")
    prepare(f"applying {number} objects", apply, place)
    print(f"  writing {_RUNS} runs of {_CHANGES} changes", flush=True)
    _write_history(ledger, canonical(organization, ledger.parent))
    runs = in_turns(
        [
            Contender(where, program(*base, where, "plan", "manifests"), place, "Nothing to do")
            for where in ("none", str(ledger))
        ],
        rounds,
    )
    without, with_one = runs.values()
    size = ledger.stat().st_size / 1e6
    for of, unit in (("cpu", "s"), ("peak", "MB")):
        yield Figure.ratio(
            f"plan with a ledger of {_RUNS} runs of {_CHANGES} changes, against one without: {of}",
            1.2,
            least(with_one, of),
            least(without, of),
            unit=unit,
            more=f"; a ledger of {size:.0f} MB",
        )


def _write_history(ledger: Path, organization: str) -> None:
    """Append the last steps of the first run again and again, as so many runs would."""
    with closing(SQLite.in_file(ledger, create=True)) as store, store.transaction(durable=True):
        bodies = [(event.sort, _said(event.body)) for event in store.events()]
        about = next(body for sort, body in bodies if sort == "run")
        steps = [(sort, body) for sort, body in bodies if sort in ("intent", "result")]
        current, last = Current(store.rows(organization)), store.last()
        assert last is not None  # noqa: S101 — it was just applied
        for _ in range(_RUNS):
            number = last.seq + 1
            done = [(sort, body | {"run": number}) for sort, body in steps[-2 * _CHANGES :]]
            end = {"run": number, "done": _CHANGES}
            for sort, body in (("run", about), *done, ("end", end)):
                current.take(sort, body)
                told = {**body, STATE: current.digest}
                last = Event.after(last, last.at, organization, sort, told)
                store.add(last)
        store.put_rows(organization, current.changed)


def _said(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != STATE}
