"""The ledger as text and data: runs, newest last, each with its steps."""

from collections.abc import Iterable
from typing import Any, Protocol

from reconciler.render.values import printable

_TOLD = (
    "user", "host", "workflow", "pipeline", "job", "commit", "branch", "author", "plan",
    "tool_version", "taken_over_from", "lease_broken_by",
)  # fmt: skip


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


def runs(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return one mapping a run: number, at, command, who, steps, adopted, ended and its counts.

    ``assumed``: by address, the paths of hidden values that are assumed to be as declared then.
    """
    found: dict[int, dict[str, Any]] = {}
    for event in events:
        body = event.body
        if event.sort == "run":
            found[event.seq] = {"number": event.seq, "at": event.at, **body}
            found[event.seq] |= {"steps": [], "adopted": [], "assumed": {}, "ended": None}
            continue
        if event.sort == "lease broken" and found:
            found[max(found)]["lease_broken_by"] = body.get("broken_by", "somebody")
        run = found.get(body.get("run", 0))
        if run is None:
            continue
        if event.sort == "intent":
            run["steps"].append(_step(body) | {"result": "cut off"})
        elif event.sort == "result":
            _conclude(run["steps"], body)
        elif event.sort == "adopt":
            address = _address(body["record"]["address"])
            run["adopted"].append(address)
            if body["record"].get("assumed"):
                run["assumed"][address] = sorted(body["record"]["assumed"])
        elif event.sort == "end":
            run["ended"] = event.at
            run |= {key: body[key] for key in ("done", "failed", "skipped")}
    return list(found.values())


def text(found: list[dict[str, Any]], holder: str) -> str:
    """Return the runs for people."""
    lines: list[str] = []
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
        lines.append("")
    lines.append(f"Held by {printable(holder)}." if holder else "Nobody is applying now.")
    return "\n".join(lines) + "\n"


def _outcome(run: dict[str, Any]) -> str:
    if run["ended"] is None:
        return "not ended"
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
