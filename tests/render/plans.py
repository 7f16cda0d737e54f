"""Hand-made plans for the golden texts."""

from types import MappingProxyType
from typing import Any

from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    FieldChange,
    HiddenValue,
    Outcome,
    Place,
    Plan,
    Problem,
    Refusal,
    Result,
    Severity,
    Spec,
    ValueState,
)
from reconciler.model.report import Report
from reconciler.model.subject import Subject

API = Address("Project", "", "api")
TARGET = Address("DeploymentTarget", "api", "production")
SECRET = Address("Secret", "", "prod-db")
OLD = Address("Notification", "", "old-slack")
NIGHTLY = Address("Schedule", "api", "nightly")


def desired(address: Address, place: Place) -> Desired:
    return Desired(address, Spec(), place, places=MappingProxyType({}))


def change(
    action: Action,
    address: Address,
    *fields: FieldChange,
    reason: str = "",
    place: Place | None = None,
) -> Change:
    return Change(action, address, None, None, fields, reason, place)


def field(path: str, before: Any, after: Any, *, secret: bool = False) -> FieldChange:
    return FieldChange(path, before, after, secret=secret)


UPDATE = change(
    Action.UPDATE,
    API,
    field(
        "metadata.description", "one\ntwo\nthree\nfour\nfive\nsix", "one\n2\nthree\nfour\nfive\nsix"
    ),
    field("spec.repository.run_on", ["branches"], ["branches", "tags"]),
    field("spec.visibility", "public", "private"),
    reason="differs from the manifest",
    place=Place("projects/api.yml", 14, 3),
)
CREATE = change(
    Action.CREATE,
    TARGET,
    field("metadata.url", None, "https://api.acme.test"),
    field("spec.env_vars.KEY.value", None, "<secret from env KEY>", secret=True),
    field("spec.subject_rules", None, [{"type": "ROLE", "subject_id": "Admin"}]),
    reason="new",
    place=Place("targets/prod.yml", 3, 1),
)
REPLACE = change(
    Action.REPLACE,
    SECRET,
    field("data.env_vars.A.value", "<secret from server>", "<secret from env A>", secret=True),
    field("data.env_vars.B", None, {"value": "<secret from manifest>"}, secret=True),
    reason="the server hides its values and refuses to update it",
    place=Place("secrets/prod.yml", 9, 1),
)
DELETE = change(
    Action.DELETE, OLD, reason="declared absent", place=Place("notifications.yml", 1, 1)
)

BUSY = Plan(
    changes=(UPDATE, CREATE, REPLACE, DELETE),
    unchanged=(NIGHTLY, Address("Project", "", "web"), Address("Project", "", "docs")),
    unmanaged=(Address("Dashboard", "", "main"), Address("Secret", "", "legacy")),
    hidden=(HiddenValue(Address("Secret", "", "ci"), "data.env_vars.X.value", ValueState.UNKNOWN),),
    notes=(Problem(Place("secrets/prod.yml", 9, 1), "is not honoured here", Severity.WARNING),),
    refusals=(Refusal(SECRET, "it has to be deleted and created again: --allow-replace"),),
    excluded=(Address("Dashboard", "", "ops"),),
)
EMPTY = Plan(changes=(), unchanged=(API, NIGHTLY))

OUTCOMES = (
    Outcome(UPDATE, Result.DONE, seconds=0.62),
    Outcome(CREATE, Result.FAILED, "POST /x: 409 taken", "nothing was created", 1.25),
    Outcome(DELETE, Result.SKIPPED, "it needs DeploymentTarget/api/production, which failed"),
)

WHERE = "https://acme.semaphoreci.com"


def told(decided: Plan, subject: Subject = Subject.PLAN, **known: Any) -> Report:
    """Return the report of a plan in which only what is ``known`` is around it."""
    return Report(subject=subject, organization=WHERE, plan=decided, **known)


PROBLEMS = (
    Problem(Place("b.yml", 4, 7), "unknown key 'nmae'; did you mean 'name'?"),
    Problem(Place("a.yml", 12, 1), "`run` has no effect", Severity.WARNING),
    Problem(Place("b.yml"), "the file is larger than 4 MiB"),
    Problem(Place("b.yml", 4, 7), "unknown key 'nmae'; did you mean 'name'?"),
)
