"""The ledger as text and data: runs, newest last, each with its steps."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from reconciler.errors import LedgerUnusable
from reconciler.render.values import printable

_TOLD = (
    "user", "host", "workflow", "pipeline", "job", "commit", "branch", "author", "plan",
    "tool_version", "taken_over_from", "lease_broken_by",
)  # fmt: skip

_ENDS = ("from", "to")
_CUT_OFF = "cut off"
_UNDER_WAY = "under way"


class Event(Protocol):
    """What this needs of a ledger's event."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> str: ...
    @property
    def sort(self) -> str: ...
    @property
    def body(self) -> dict[str, Any]: ...


def runs(events: Iterable[Event], *, living: bool = False) -> list[dict[str, Any]]:
    """Return one mapping a run: number, at, command, who, steps, adopted, ended and its counts.

    ``followed``: what somebody else renamed, ``from`` and ``to`` which address its record went.
    ``forgotten``: addresses that are remembered no longer, though no step deleted them.
    ``assumed``: by address, the paths of hidden values that are assumed to be as declared then.
    ``living``: whether somebody is applying now, whose run is the last one then. Raises
    LedgerUnusable for an event that no program wrote so.
    """
    found: dict[int, dict[str, Any]] = {}
    for event in events:
        try:
            _tell(found, event)
        except (KeyError, TypeError, AttributeError, ValueError):
            raise LedgerUnusable(
                f"event {event.seq} of the ledger does not say what its sort, "
                f"{printable(repr(event.sort))}, has to say: it was forged or damaged; look at it "
                "with `reconciler ledger export`"
            ) from None
    if living and found:
        _go_on(found[max(found)])
    return list(found.values())


def _tell(found: dict[int, dict[str, Any]], event: Event) -> None:
    """Add what an event tells to the runs, by their numbers."""
    body = event.body
    if event.sort == "run":
        body.setdefault("command", "?")
        found[event.seq] = {"number": event.seq, "at": event.at, **body} | _begun()
    if event.sort == "lease broken" and found:
        found[max(found)]["lease_broken_by"] = body.get("broken_by", "somebody")
    run = found.get(body.get("run", 0))
    if run is not None:
        _take(run, event)


def _begun() -> dict[str, Any]:
    empty: dict[str, Any] = {"steps": [], "adopted": [], "assumed": {}, "followed": []}
    return empty | {"forgotten": [], "ended": None, "under_way": False}


def _take(run: dict[str, Any], event: Event) -> None:
    """Add to a run what an event tells of it."""
    body = event.body
    if event.sort == "intent":
        run["steps"].append(_step(body) | {"result": _CUT_OFF})
    elif event.sort == "result":
        _conclude(run["steps"], body)
    elif event.sort == "adopt" and not body.get("known"):
        address = _address(body["record"]["address"])
        run["adopted"].append(address)
        if body["record"].get("assumed"):
            run["assumed"][address] = sorted(body["record"]["assumed"])
    elif event.sort == "renamed":
        run["followed"] += [{at: _address(one[at]) for at in _ENDS} for one in body["renamed"]]
    elif event.sort == "gone":
        run["forgotten"] += map(_address, body["forget"])
    elif event.sort == "end":
        run["ended"] = event.at
        run |= {key: body[key] for key in ("done", "failed", "skipped")}


def _go_on(run: dict[str, Any]) -> None:
    """Say of a run, and of what it has begun, that it is not over."""
    run["under_way"] = run["ended"] is None
    for step in run["steps"] if run["under_way"] else ():
        step["result"] = _UNDER_WAY if step["result"] == _CUT_OFF else step["result"]


def text(
    found: list[dict[str, Any]],
    held: str,
    guarded: Sequence[str] = (),
    archived: Mapping[str, Any] | None = None,
) -> str:
    """Return the runs for people; ``held`` is a sentence about who is applying now.

    ``guarded``: what is protected now; ``archived``: which records are elsewhere.
    """
    lines: list[str] = []
    if archived:
        where = printable(archived["file"])
        lines += [f"The records up to {archived['records']} are archived, in {where}.", ""]
    for run in found:
        lines.append(f"{run['number']}  {run['at']}  {run['command']}  {_outcome(run)}")
        told = ", ".join(f"{key} {run[key]}" for key in _TOLD if run.get(key))
        lines.append(f"    {printable(told)}")
        lines += [_line(step) for step in run["steps"]]
        if run["adopted"]:
            lines.append(f"    managed from now on: {printable(', '.join(run['adopted']))}")
        lines += [
            f"    assumed to be as declared: {printable(address)}: {printable(', '.join(paths))}"
            for address, paths in run["assumed"].items()
        ]
        for each in run["followed"]:
            told = printable(" → ".join(each[at] for at in _ENDS))
            lines.append(f"    renamed by somebody, and followed: {told}")
        if run["forgotten"]:
            lines.append(f"    remembered no longer: {printable(', '.join(run['forgotten']))}")
        lines.append("")
    if guarded:
        lines.append(f"Protected: {printable(', '.join(guarded))}.")
    lines.append(printable(held))
    return "\n".join(lines) + "\n"


def _outcome(run: dict[str, Any]) -> str:
    if run["ended"] is None:
        return _UNDER_WAY if run["under_way"] else "not ended"
    return f"{run['done']} done, {run['failed']} failed, {run['skipped']} skipped"


def _line(step: dict[str, Any]) -> str:
    detail = f": {step['detail']}" if step.get("detail") else ""
    return printable(f"    {step['action']:8}{step['address']}  {step['result']}{detail}")


def _step(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": _address(body["address"]),
        "action": body["action"],
        "reason": body["reason"],
        "place": body["place"],
        "fields": body["fields"],
    }


def _conclude(steps: list[dict[str, Any]], body: dict[str, Any]) -> None:
    """Set the result of the step that was intended, or add one that never began."""
    address = _address(body["address"])
    result = {key: body[key] for key in ("result", "detail", "left")}
    for step in steps:
        if step["address"] == address:
            step.update(result)
            return
    steps.append(_step(body) | result)


def _address(body: dict[str, str]) -> str:
    return "/".join(part for part in (body["kind"], body["project"], body["name"]) if part)
