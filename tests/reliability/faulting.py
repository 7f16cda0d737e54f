"""One fault at one call of an apply: what becomes of it, and what the next one makes of that."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from reconciler.embedded import Action, Fault, Moment
from reconciler.errors import ReconcilerError
from tests.reliability import scenery
from tests.reliability.counts import Tried
from tests.reliability.killing import Call, Stage, differences
from tests.reliability.lab import Lab, copied, failures
from tests.reliability.world import World

_HTML: Final = "<html><title>Sign in</title></html>"


def _both(name: str = "", **fault: object) -> dict[str, Fault]:
    name = name or f"{fault['action']} {fault.get('status', '')}".strip()
    return {
        f"{name} {when}": Fault(when=when, **fault)  # type: ignore[arg-type] # checked by Fault
        for when in (Moment.BEFORE, Moment.AFTER)
    }


WIRE: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        **_both(action=Action.RESET),
        **_both(action=Action.CLOSE),
        **_both(action=Action.HANG),
        **_both(action=Action.ANSWER, status=500),
        **_both(action=Action.ANSWER, status=502),
        **_both(action=Action.ANSWER, status=503, retry_after="7"),
        **_both(action=Action.ANSWER, status=504),
        "answer 429": Fault(action=Action.ANSWER, status=429, retry_after="3"),
        "truncate": Fault(action=Action.TRUNCATE),
        "drip": Fault(action=Action.DRIP, seconds=0.05),
        **_both(name="html", action=Action.ANSWER, status=200, body=_HTML),
        **_both(
            name="gzip",
            action=Action.ANSWER,
            status=200,
            body="not gzip",
            headers={"content-encoding": "gzip"},
        ),
    }
)
"""Everything that can happen to a request and its answer; each leaves exactly one effect."""

READS: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        "page repeated": Fault(action=Action.REPEAT_PAGE),
        "object missing from a page": Fault(action=Action.SHIFT_PAGE, items=1),
        "page empty": Fault(action=Action.SHIFT_PAGE, items=999),
        "pages overlap": Fault(action=Action.SHIFT_PAGE, items=-1),
        "stale": Fault(action=Action.STALE),
        "no permission": Fault(action=Action.DENY),
        "no permission from here on": Fault(action=Action.DENY, times=None),
        "server down from here on": Fault(action=Action.ANSWER, status=503, times=None),
        "not found": Fault(action=Action.ANSWER, status=404, body="Not found"),
        "unauthorized": Fault(action=Action.ANSWER, status=401, body="Unauthorized"),
        "forbidden": Fault(action=Action.ANSWER, status=403),
    }
)
"""What a reader can be told that is not so; none of it deletes or creates a second time."""

_READABLE_ONLY: Final = {name for name in WIRE if name.startswith(("html", "gzip"))}
"""No reason to ask again: it is the answer, and it makes no sense. A write is looked up."""


def trial(on: Stage, fault: Fault, place: Path, *, one_effect: bool) -> Tried:
    """Apply with the fault, then without, then once more.

    ``one_effect``: the first apply must come through by itself.
    """
    with copied(on.template, place, on.ledger) as lab:
        lab.add(fault)
        said, left = _applied(lab)
        hit = any(entry.fault for entry in lab.embedded.journal.entries())
        lab.add()
        wrong = [f"the first run: {words}" for words in left] if one_effect and hit else []
        between = lab.world()
        lost = _lost(on, between)
        wrong += [f"lost by the first run: {key}" for key in lost]
        twice = between.duplicates()
        wrong += [f"twice after the first run: {key}" for key in twice]
        again, left = _applied(lab)
        wrong += [f"the second run: {words}" for words in left]
        before = len(lab.writes())
        more, left = _applied(lab)
        wrong += [f"the third run: {words}" for words in left]
        if len(lab.writes()) > before:
            wrong.append(f"the third run wrote: {lab.writes()[before:]}")
        last = lab.world()
        wrong += differences(on, last)
        lost += ["/".join(key) for key in on.last.ids().keys() - last.ids().keys()]
        twice += last.duplicates()
        canaries = sum(text.count(scenery.CANARY) for text in (*said, *again, *more))
    return Tried(hit, len(twice), len(lost), canaries, tuple(wrong))


def at(fault: Fault, call: Call) -> Fault:
    if fault.times is None:
        return replace(fault, nth=call.number)
    return replace(fault, method=call.method, nth=call.nth)


def _applied(lab: Lab) -> tuple[list[str], list[str]]:
    """Return all that was said, and what was not done."""
    try:
        outcomes = lab.apply()
    except ReconcilerError as error:
        words = [f"{type(error).__name__}: {error}"]
        return words, words
    return [f"{o.detail} {o.left} {o}" for o in outcomes], failures(outcomes)


def _lost(on: Stage, found: World) -> list[str]:
    """Return what was there before, is to be there after, and is not there now.

    What is being created again may be missing in between.
    """
    first, last, now = on.first.ids(), on.last.ids(), found.ids()
    return [
        "/".join(key)
        for key in sorted(first.keys() & last.keys() - now.keys())
        if first[key] == last[key]
    ]


def every(on: Stage) -> Iterator[tuple[str, Fault, bool]]:
    """Yield each fault at each call; True where one run has to do."""
    for name, fault in {**WIRE, **READS}.items():
        for call in on.calls:
            writes = call in on.writing
            if name in READS and writes and fault.times is not None:
                continue
            one_effect = name in WIRE and (writes or name not in _READABLE_ONLY)
            yield f"{name}, call {call}", at(fault, call), one_effect
