"""What became of a saved plan so far, by what was written down since it was made."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciler.ledger.event import Event
from reconciler.ledger.records import address_of
from reconciler.model import Address, Result


class Earlier(NamedTuple):
    """The steps that runs of the plan did; when one of them had done all of it, "" if none had."""

    steps: frozenset[Address] = frozenset()
    whole: str = ""


NEVER: Final = Earlier()


def earlier(events: Iterator[Event], plan: str) -> Earlier:
    """Return what runs of the plan did; ``plan``: its seal."""
    runs: dict[int, int] = {}
    steps: set[Address] = set()
    whole = ""
    for event in events:
        body = event.body
        number = body.get("run", 0)
        if event.sort == "run" and body.get("saved") == plan:
            runs[event.seq] = body["changes"]
        elif event.sort == "result" and number in runs and body["result"] == Result.DONE:
            steps.add(address_of(body["address"]))
        elif event.sort == "end" and number in runs and body["done"] == runs[number]:
            whole = event.at
    return Earlier(frozenset(steps), whole)
