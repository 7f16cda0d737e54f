"""What a ledger costs: a plan with a long history behind it, and an apply that writes one."""

from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, keep, least, prepare, program
from bench.figure import Figure
from reconciler.ledger.chain import STATE, Chain
from reconciler.ledger.identity import canonical
from reconciler.ledger.sqlite import SQLite

_RUNS, _CHANGES = 10_000, 10
_CREATES = 1000


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    yield from _planning(place / "planning", rounds)
    yield from _applying(place / "applying", rounds)


def _planning(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_manifests(place / "manifests", 200)
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
        seen, beside = least(with_one, of), least(without, of)
        yield Figure(
            f"plan with a ledger of {_RUNS} runs of {_CHANGES} changes, against one without: {of}",
            1.2,
            seen / beside,
            f"{seen:.2f} {unit} beside {beside:.2f} {unit}; a ledger of {size:.0f} MB",
        )


def _write_history(ledger: Path, organization: str) -> None:
    """Append the first steps of the first run again and again, as so many runs would."""
    store = SQLite.in_file(ledger, create=True)
    bodies = [(event.sort, _said(event.body)) for event in store.events()]
    about = next(body for sort, body in bodies if sort == "run")
    steps = [(sort, body) for sort, body in bodies if sort in ("intent", "result")]
    done = steps[-2 * _CHANGES :]
    chain = Chain(store, organization)
    with store.transaction(durable=True):
        for _ in range(_RUNS):
            number = chain.append("run", about).seq
            for sort, body in done:
                chain.append(sort, body | {"run": number})
            chain.append("end", {"run": number, "done": _CHANGES})
    store.close()


def _said(body: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != STATE}


def _applying(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_manifests(place / "manifests", _CREATES)
    for name in ("semaphore.db", "ledger.db"):
        keep(place / name)
    base = ["--org", f"embedded:{place / 'semaphore.db'}", "--ledger"]
    contenders = [
        Contender(
            where,
            program(*base, where, "apply", "--auto-approve", "manifests"),
            place,
            f"{number} created",
            afresh=("semaphore.db", "ledger.db"),
        )
        for where in ("none", str(place / "ledger.db"))
    ]
    without, with_one = in_turns(contenders, rounds).values()
    for of in ("cpu", "wall"):
        seen, beside = least(with_one, of), least(without, of)
        yield Figure(
            f"apply of {number} creates with a ledger, against one without: {of}",
            1.3,
            seen / beside,
            f"{seen:.1f} s beside {beside:.1f} s",
        )
