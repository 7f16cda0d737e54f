"""What is in the JSON that is printed, as models: of these the published schemas are made.

Keys may be added to a document at any time, so a schema takes those that it does not know. What is
here is all that this version writes; tests hold the two against each other.
"""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _said(text: str, **more: Any) -> Any:
    return Field(description=text, **more)


class Place(Part):
    file: str
    line: int = _said("From 1; 0 is the file as a whole.")
    column: int


class Named(Part):
    address: str = _said("What it is called, as --target takes it.")
    kind: str
    project: str = _said("The name of the project that it is in; empty for the organization's own.")
    name: str


class FieldChange(Part):
    path: str
    before: Any = _said("Null: not there.")
    after: Any = _said("Null: not there.")
    secret: bool = _said("Whether both sides are words about a value, which is not told.")
    cause: str = _said("Who moved it, where the ledger tells; or empty.")


class Change(Named):
    action: Literal["create", "update", "replace", "delete"]
    reason: str
    place: Place | None
    secrets_written: list[str] = _said("The paths of secret values that are written.")
    writes_secret: bool
    fields: list[FieldChange]
    takes: list[str] = _said("The addresses of what goes with a project.")


class Value(Part):
    address: str
    path: str


class Problem(Part):
    place: Place
    severity: Literal["error", "warning"]
    text: str


class Refusal(Part):
    address: str | None = _said("Null where it is about the whole plan.")
    place: Place | None
    text: str = _said("Why, and what would allow it.")


class Unread(Part):
    kind: str
    project: str = _said("Empty for the organization's own.")
    why: str


class Coverage(Part):
    live: int = _said("How many objects are there, as far as was looked.")
    declared: int = _said("How many of those are in manifests.")
    percent: int | None = _said("Rounded down; null where there is nothing, or not all was read.")


class Summary(Part):
    create: int
    update: int
    replace: int
    delete: int
    unchanged: int
    uncompared: int = _said("Objects with values that are not known, assumed or not in effect.")
    by_kind: dict[str, dict[str, int]]


class _Decided(Part):
    """What plans and drifts have in common."""

    format_version: Literal[2]
    organization: str
    observed: list[Change] = _said("What is only observed and not as declared: nothing is done.")
    unchanged: list[str] = _said("Addresses of what is known to be as declared.")
    unmanaged: list[str] = _said("Live, declared nowhere, and not among the following.")
    excluded: list[str] = _said("Left out of this run.")
    orphaned: list[str] = _said(
        "Applied by us before and declared no longer; with --prune what can't be deleted."
    )
    released: list[str] = _said("Ours, and given back by the next apply.")
    staying: list[str] = _said("Would be deleted, but it or what is in it is protected.")
    unread: list[Unread] = _said("What could not be looked into.")
    failing: list[str] = _said("Why it is no success beside changes and refusals.")
    skipped: list[str] = _said("In a project that is refused, and so not compared.")
    unknown: list[Value] = _said("Values that are not written, of which nothing is known.")
    assumed: list[Value] = _said("Values of which only what was declared at adoption is known.")
    unhonoured: list[Value] = _said("Settings that are not in effect in this organization.")
    notes: list[Problem]
    refusals: list[Refusal] = _said("Why an apply would do nothing.")
    coverage: Coverage | None = _said("Null where something was left out or could not be read.")
    places: dict[str, Place] = _said(
        "By address, where what is declared stands, and where what is declared no longer did."
    )


class Plan(_Decided):
    changes: list[Change] = _said("In the order of execution.")
    fingerprint: str = _said("The name of this decision for apply --expect, or empty.")
    no_fingerprint: str = _said(
        "Why it has none: it writes or assumes secret values, and no ledger has a key to name "
        "those by; or empty."
    )
    adopted: list[str] = _said("Declared and there, and not ours so far.")
    summary: Summary


class Drift(_Decided):
    drifted: bool | None = _said(
        "Null where that is not known, as something is refused or nothing was compared."
    )
    compared: bool = _said("Whether anything was, and not all is left out.")
    different: list[Change] = _said("Changes whose before is declared and after is live.")
    missing: list[Change] = _said("Declared, but not there.")
    unwanted: list[Change] = _said("There, but not wanted.")
    absorbed: dict[str, Any] = _said(
        "What --absorb wrote back; only there if it was given.", default={}
    )


class Outcome(Named):
    action: Literal["create", "update", "replace", "delete"]
    result: Literal["done", "failed", "skipped"]
    detail: str
    left: str = _said("The state that a failure left behind.")
    seconds: float


class Results(Part):
    done: int
    failed: int
    skipped: int


class Apply(Part):
    format_version: Literal[2]
    plan: Plan
    outcomes: list[Outcome] = _said("In the order of the plan; none where nothing was attempted.")
    results: Results
    assumed: list[Value] = _said("Values that count as declared from now on; nobody saw them.")
    unknown: list[Value] = _said("Values of what was made and never answered for.")
    ledger_error: str = _said("Why the ledger does not know of it; empty if it does.")
    plan_again: bool = _said("The plan that was reviewed does not fit any more.")
    begun: str = _said("When, in UTC.")
    ended: str = _said("When, in UTC.")
    requests: int = _said("How many were sent.")


class Validation(Part):
    format_version: Literal[1]
    valid: bool
    objects: int = _said("How many are declared; 0 where there are errors.")
    problems: list[Problem] = _said("In order of place.")


class Entry(Named):
    live: bool | None = _said("Whether it is there; null where that could not be read.")
    declared: Place | None
    ours: bool = _said("Whether the ledger has it.")
    unmanaged: bool = _said("There, and neither declared nor ours.")
    protected: bool
    observed: bool = _said("Whether it is declared with `mode: observe`.")
    was: str | None = _said("What it is declared or recorded as, if it was renamed outside.")


class List(Part):
    format_version: Literal[1]
    organization: str
    objects: list[Entry]
    unread: list[Unread]
    doubts: list[str] = _said("What speaks against the ledger.")
    coverage: Coverage


class Step(Part):
    """One step of a run; what is known of it depends on what it was."""

    model_config = ConfigDict(extra="allow")
    address: str
    action: str
    result: str = _said("done, failed, skipped, cut off or under way.")


class Renamed(Part):
    from_: str = Field(alias="from")
    to: str


class Run(Part):
    """One run; besides, what is known of who ran it: user, host, commit and the like."""

    model_config = ConfigDict(extra="allow")
    number: int
    at: str
    command: str
    steps: list[Step]
    adopted: list[str]
    assumed: dict[str, list[str]] = _said("By address, hidden values assumed to be as declared.")
    followed: list[Renamed] = _said("What somebody else renamed.")
    forgotten: list[str] = _said("Remembered no longer, though no step deleted them.")
    ended: str | None
    under_way: bool


class Ledger(Part):
    format_version: Literal[1]
    runs: list[Run]
    protected: list[str]
    lease: dict[str, Any] | None = _said("Who is applying now, if that is known.")
    doubts: list[str] = _said("What speaks against it.")
    archived: dict[str, Any] | None


DOCUMENTS: Final[dict[str, type[BaseModel]]] = {
    "plan": Plan,
    "drift": Drift,
    "apply": Apply,
    "validate": Validation,
    "list": List,
    "ledger": Ledger,
}
"""By the command that prints them; destroy and adopt print what apply does, ledger with show."""


def version(name: str) -> int:
    found: int = DOCUMENTS[name].model_json_schema()["properties"]["format_version"]["const"]
    return found


def schema(name: str) -> dict[str, Any]:
    """Return the schema of what a command prints."""
    found = _open(DOCUMENTS[name].model_json_schema())
    about = f"What `reconciler {name}` prints as JSON, format_version {version(name)}"
    return {"$schema": _DIALECT, **found, "title": about, "description": _MORE}


_MORE: Final = (
    "Keys may be added; if one is renamed, removed or changes its meaning, the number goes up."
)


def _open(part: Any) -> Any:
    """Return a schema that takes keys which it does not know, without titles that say nothing."""
    if isinstance(part, list):
        return [_open(each) for each in part]
    if not isinstance(part, dict):
        return part
    closed = part.get("additionalProperties") is False
    told = {"additionalProperties"} if closed else set()
    if isinstance(part.get("title"), str):
        told.add("title")
    return {key: _open(value) for key, value in part.items() if key not in told}
