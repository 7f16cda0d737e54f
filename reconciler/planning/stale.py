"""A reviewed plan against the one that is made now: what is not as it was reviewed."""

import json
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model import Action, Address, Change, Live, Plan
from reconciler.planning.diff import visible
from reconciler.planning.saved import Document, Hashing, adoptions, identity, step_of, values

_OTHER_VALUE: Final = "a secret source gives another value than when it was reviewed"
_NOT_REVIEWED: Final = "its adoption was not reviewed"
_ANOTHER: Final = "what is there now is another object than the one reviewed: others made it anew"
_OTHER_KEY: Final = (
    "nothing tells whether a secret value is the one that was reviewed: it was hashed by the key "
    "of a ledger that is not this one; apply with the --ledger of the plan, or plan again"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One step that is not as reviewed.

    ``reviewed``: what was to be done; ``planned``: what would be done now, where that is another
    thing; ``then`` and ``now``: the live object.
    """

    address: str
    text: str
    reviewed: tuple[str, ...] = ("nothing",)
    planned: tuple[str, ...] = ()
    then: Mapping[str, Any] | None = None
    now: Mapping[str, Any] | None = None


def differences(
    saved: Document,
    fresh: Plan,
    hashing: Hashing,
    begun: Collection[Address] = (),
    done: Collection[Address] = (),
) -> list[Difference]:
    """Compare the steps planned now with those reviewed; [] if each is one of them.

    A reviewed step that is not planned any more has to be done: a run that was cut off is
    finished by applying the same plan again. ``hashing``: how its values were hashed. ``begun``:
    what the ledger knows such a run to have begun, ``done`` what it did; all that ``deleted`` names
    has to have been looked for.
    """
    other = _OTHER_VALUE if hashing.name == saved["hashed_under"] else _OTHER_KEY
    reviewed = {step["address"]: step for step in saved["steps"]}
    now = {str(change.address): change for change in fresh.changes}
    found: list[Difference] = []
    finished = set(map(str, done))
    for address in sorted(now):
        change = now[address]
        step = reviewed.get(address)
        if step is None:
            text = f"{change.action} was not reviewed ({change.reason})"
            found.append(Difference(address, text, planned=_lines(step_of(change))))
        elif difference := _compare(step, change, hashing, other, finished):
            found.append(difference)
    known = set(map(str, begun))
    found += _adopted_otherwise(saved, fresh, hashing, other)
    gone = (reviewed[address] for address in sorted(reviewed.keys() - now.keys()))
    return found + [
        Difference(step["address"], text, _lines(step), ("nothing",))
        for step in gone
        if (text := _undone(step, fresh, known) or _by_others(step, saved, fresh, known))
    ]


def _adopted_otherwise(
    saved: Document, fresh: Plan, hashing: Hashing, other: str
) -> Iterator[Difference]:
    """Yield what would be adopted without review, as another object, or with other values.

    What there is of an object that was to be made or changed is another matter: it is a step.
    """
    reviewed, now = saved["adopted"], adoptions(fresh, hashing)
    for address in sorted(now.keys() - {step["address"] for step in saved["steps"]}):
        before, after = reviewed.get(address), now[address]
        if before is None:
            yield Difference(address, _NOT_REVIEWED, planned=_adoption(after))
        elif before["object"] != after["object"]:
            yield Difference(address, _ANOTHER, _adoption(before))
        elif before["live"] != after["live"]:
            yield Difference(address, "the live object changed since the review", _adoption(before))
        elif before["assumed"] != after["assumed"]:
            text = f"{other}, and would count as what is there from then on"
            then, planned = map(_adoption, (before, after))
            yield Difference(address, text, then, () if planned == then else planned)


def _adoption(told: Document) -> tuple[str, ...]:
    return ("adopt", *(f"{path}: assumed to be as declared" for path in sorted(told["assumed"])))


def _undone(step: Document, fresh: Plan, begun: set[str]) -> str:
    """Return why a reviewed step that is not planned any more is not known to be done, or ""."""
    address = step["address"]
    if step["action"] == Action.DELETE:
        if address in map(str, fresh.staying):
            return "it is protected now"
        there = address in map(str, (*fresh.unmanaged, *fresh.orphaned))
        return "it is there, but by this ledger it is not ours" if there else ""
    if address not in map(str, (*fresh.unchanged, *fresh.uncompared)):
        return "it is neither done nor to be done any more"
    unknown = {value.path for value in fresh.hidden if str(value.address) == address}
    if unknown & step["values"].keys() and address not in begun:
        return "it is there, but nothing tells whether with the values that were reviewed"
    return ""


def _by_others(step: Document, saved: Document, fresh: Plan, begun: set[str]) -> str:
    """Return why what is as a step was to leave it, and not ours, is not what was reviewed."""
    address = step["address"]
    now = fresh.adopted.get(Address(step["kind"], step["project"], step["name"]))
    before = saved["adopted"].get(address)
    if now is None or address in begun:
        return ""
    if before is None:
        return f"others made it since the review, and {_NOT_REVIEWED}"
    return _ANOTHER if before["object"] != identity(now) else ""


def _compare(
    step: Document, change: Change, hashing: Hashing, other: str, done: Container[str]
) -> Difference | None:
    fresh = step_of(change)
    text = ""
    planned: tuple[str, ...] = ()
    if step["live"] != fresh["live"]:
        text = "the live object changed since the review"
        if step["was"] == _seen(change.live):
            text = "the live object was written or created again since the review, looking the same"
    elif anew := [name for name in _made_anew(step["ids"], change.ids) if name not in done]:
        text = f"what is {', '.join(anew)} now is another than at the review: it was made anew"
    elif any(step[key] != _plain(fresh[key]) for key in ("action", "fields", "takes")):
        text, planned = "what would be done is not what was reviewed", _lines(fresh)
    elif step["values"] != values(change, hashing):
        text = other
    if not text:
        return None
    return Difference(step["address"], text, _lines(step), planned, step["was"], _seen(change.live))


def _made_anew(reviewed: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what has the same name, and is another thing, of what a step is in or refers to."""
    return sorted(name for name in reviewed.keys() & now.keys() if reviewed[name] != now[name])


def _seen(live: Live | None) -> Mapping[str, Any] | None:
    shown: Mapping[str, Any] | None = _plain(visible(live.spec)) if live else None
    return shown


def _lines(step: Document) -> tuple[str, ...]:
    fields = (
        f"{field['path']}: {_short(field['before'])} → {_short(field['after'])}"
        for field in step["fields"]
    )
    taken = (f"with it goes {address}" for address in step.get("takes", ()))
    return (step["action"], *fields, *taken)


def _short(value: Any) -> str:
    return "(not there)" if value is None else json.dumps(value, ensure_ascii=False)


def _plain(data: Any) -> Any:
    """Return data as it is after a way through a file."""
    return json.loads(json.dumps(data))
