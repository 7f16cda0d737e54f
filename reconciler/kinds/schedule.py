"""Schedule: a task of a project, run by time or by hand (A 9-15)."""

import json
import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import Field

from reconciler.kinds.api import Api, Body, Item, Paging, allowed_by, plain
from reconciler.kinds.cron import check_cron
from reconciler.kinds.cron_days import is_never, needs_both_days
from reconciler.kinds.fields import UniqueKeys, declared_only
from reconciler.kinds.kind import Form, Kind, NameRule
from reconciler.kinds.patterns import check_regex, matches
from reconciler.kinds.reference import (
    NO_BRANCH,
    Reference,
    read_reference,
    with_branch,
    with_reference,
)
from reconciler.kinds.secret_data import ENV_NAME
from reconciler.model import Keyed, Sealed, Spec
from reconciler.model.beyond import unknown_keys

_VERSION, _NO_REFERENCE = "v1.2", "v1.1"
_FORMS = {
    "v1.0": Form(
        ("spec.branch", "spec.at"), ("spec.recurring", "spec.reference", "spec.parameters")
    ),
    _NO_REFERENCE: Form(("spec.recurring",), ("spec.reference",)),
    _VERSION: Form(("spec.recurring", "spec.reference"), ("spec.branch",)),
}
"""What else differs between them is what is said of one that is made (A 10)."""
_BEYOND_ASCII = re.compile(r"[^ -~]")
_LONGEST_REGEX = 512
_LONGEST_DEFAULT = 4096
_WIDTH = 255
"""Of the scheduler's columns (A 11)."""
_NO_VARIABLE = (
    "can't be the name of a variable, so no job can read its value: "
    "letters, digits and underscores, not starting with a digit"
)
_BOTH_DAYS = (
    "is only when day of the month and day of the week both fit, as Semaphore reads it; "
    "elsewhere one of them is enough"
)


def _check_at(at: str) -> None:
    if at:
        _check_short(at)
        check_cron(at)


def _check_not_blank(value: str) -> None:
    if not value.strip():
        raise ValueError("must not be blank")


def _check_short(value: str) -> None:
    _check_not_blank(value)
    if len(value) > _WIDTH:
        raise ValueError(f"is longer than {_WIDTH} characters")


class Metadata(Spec):
    name: Annotated[str, declared_only(_check_not_blank)]
    description: str = ""


class Parameter(Keyed):
    name: Annotated[str, declared_only(_check_not_blank)]
    required: bool = False
    description: str = ""
    default_value: str = ""
    options: tuple[str, ...] = ()
    regex_pattern: str = Field(
        default="", description="needed with validate_input_format, and only there"
    )
    validate_input_format: bool = Field(default=False, description="needed with a regex_pattern")

    def check(self) -> None:
        if not self.validate_input_format:
            if self.regex_pattern:
                raise ValueError(
                    "regex_pattern is kept only with `validate_input_format: true`; write that, too"
                )
            return
        if not self.regex_pattern.strip():
            raise ValueError("validate_input_format needs a regex_pattern")
        if len(self.regex_pattern.encode()) > _LONGEST_REGEX:
            raise ValueError(f"regex_pattern is longer than {_LONGEST_REGEX} bytes")
        if len(self.default_value.encode()) > _LONGEST_DEFAULT:
            raise ValueError(f"default_value is longer than {_LONGEST_DEFAULT} bytes")
        check_regex(self.regex_pattern)
        if self.default_value and not matches(self.regex_pattern, self.default_value):
            raise ValueError(f"default_value does not match regex_pattern {self.regex_pattern!r}")

    def doubts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        if not ENV_NAME.fullmatch(self.name):
            yield ("name",), f"{self.name!r} {_NO_VARIABLE}"
        if self.options and self.default_value and self.default_value not in self.options:
            yield ("default_value",), f"{self.default_value!r} is none of the options"
        for option in sorted({each for each in self.options if self.options.count(each) > 1}):
            yield ("options",), f"{option!r} is there twice"
        for option in sorted(set(self.options)):
            if self.validate_input_format and not matches(self.regex_pattern, option):
                yield (
                    ("options",),
                    f"{option!r} does not match regex_pattern, so it can't be chosen",
                )

    def canonical(self) -> "Spec":
        """The server erases a pattern that is not used (A 2.2)."""
        if self.regex_pattern and not self.validate_input_format:
            return self.having({"regex_pattern": ""})
        return self


class ScheduleSpec(Spec):
    recurring: bool = True
    reference: Reference = Field(
        default=Reference(type="BRANCH", name="master"), description="what it runs on"
    )
    at: Annotated[str, declared_only(_check_at)] = Field(
        default="", description="cron expression, UTC; needed when recurring"
    )
    pipeline_file: Annotated[str, declared_only(_check_short)]
    paused: bool = False
    parameters: Annotated[tuple[Parameter, ...], UniqueKeys] = ()

    def check(self) -> None:
        if "recurring" in self.model_fields_set and self.recurring and not self.at:
            raise ValueError("a recurring schedule needs `at`, a cron expression")

    def doubts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """What starts by itself needs a day, and values that nobody is there to give."""
        if not self.recurring or not self.at:
            return
        if is_never(self.at):
            yield ("at",), f"{self.at!r} is never: no day fits it, so nothing is ever started"
        elif needs_both_days(self.at):
            yield ("at",), f"{self.at!r} {_BOTH_DAYS}"
        for number, parameter in enumerate(self.parameters):
            if parameter.required and not parameter.default_value:
                yield (
                    ("parameters", number, "required"),
                    "there is no default_value, and nobody to give one when this starts by itself",
                )


class Schedule(Spec):
    metadata: Metadata
    spec: ScheduleSpec


def _upgrade(section: Body, version: str) -> Body:
    """Bring a v1.0 or v1.1 definition into the form of v1.2 (A 10)."""
    spec = section.get("spec")
    if not isinstance(spec, dict):
        return section
    always = {"recurring": "true"} if version == "v1.0" else {}
    return section | {"spec": with_reference(spec | always)}


def is_branchless(item: Item) -> bool:
    """Whether it runs on no branch, which as a project's task would mean master (A 2.2, A 10)."""
    schedule: Any = item.spec
    return bool(schedule.spec.reference == NO_BRANCH)


def _unwritable(schedule: Any) -> str:
    """What is only complete together with what is live may not fit together."""
    spec = schedule.spec
    for parameter in spec.parameters:
        try:
            parameter.check()
        except ValueError as error:
            return f"parameter {parameter.name!r}: {error}"
    return (
        "it is recurring, and needs `at`, a cron expression"
        if spec.recurring and not spec.at
        else ""
    )


def _encode(item: Item, before: Item | None) -> Body:
    """Write a definition: it says all that is known, for what it leaves out is kept (A 11).

    What is not known is best left out, since the server takes no key that it does not know (A 10);
    but a list that is said is replaced.
    """
    schedule: Any = item.spec
    known = {
        "metadata": schedule.metadata.beside(unknown_keys(schedule.metadata.beyond)),
        "spec": schedule.spec.beside(unknown_keys(schedule.spec.beyond)),
    }
    section: Body = {name: plain(part) for name, part in known.items()}
    if before and _parameters(before) == _parameters(item):
        del section["spec"]["parameters"]
    if item.id:
        section["metadata"]["id"] = item.id
    section["spec"]["project"] = item.project_name
    version = _VERSION
    if is_branchless(item):
        del section["spec"]["reference"]
        version = _NO_REFERENCE
    definition: Body = {"apiVersion": version, "kind": "Schedule", **section}
    return {"yml_definition": _as_yaml(definition)}


def _parameters(item: Item) -> Any:
    schedule: Any = item.spec
    return schedule.spec.parameters


def _as_yaml(definition: Body) -> str | Sealed:
    """Return JSON, which is YAML in which nothing can be mistaken for a date (A 15.10).

    Only what is no ASCII is escaped as YAML does: JSON's pairs of halves are none of it. A secret
    in it makes a secret of all of it.
    """
    secret = []

    def opened(value: Sealed) -> str:
        secret.append(value)
        return value.reveal()

    text = json.dumps(definition, ensure_ascii=False, default=opened)
    text = _BEYOND_ASCII.sub(lambda found: f"\\U{ord(found[0]):08x}", text)
    return Sealed(text, live=True) if secret else text


_ANSWERED = (
    *("id", "name", "description", "project_id", "organization_id", "requester_id"),
    *("recurring", "reference", "branch", "at", "pipeline_file", "paused", "suspended"),
    *("parameters", "pause_toggled_by", "pause_toggled_at", "inserted_at", "updated_at"),
    "triggers",
)
"""What an answer has, all at the top (A 12)."""


def _decode(body: Body) -> Item:
    section = {
        "metadata": {"name": body["name"], "description": body["description"]},
        "spec": {
            "recurring": body["recurring"],
            "reference": read_reference(body.get("reference") or body["branch"]),
            "at": body["at"],
            "pipeline_file": body["pipeline_file"],
            "paused": body["paused"],
            "parameters": body["parameters"] or [],
        },
    }
    section["spec"] |= {key: value for key, value in body.items() if key not in _ANSWERED}
    return Item(
        spec=KIND.observed(section),
        id=body["id"],
        name=body["name"],
        project=body["project_id"],
        revision=str(body.get("updated_at") or ""),
    )


KIND = Kind(
    name="Schedule",
    title="Schedules (tasks)",
    folder="schedules",
    model=Schedule,
    versions=(_VERSION, "v1.1", "v1.0"),
    name_rule=NameRule(re.compile(r"(?s:.+)"), "any text that is not blank"),
    project_at=("spec.project",),
    read_only=("metadata.id",),
    upgrade=_upgrade,
    forms=MappingProxyType(_FORMS),
    older=MappingProxyType({"spec.branch": "`reference: {type: BRANCH, name: …}`"}),
    with_older=with_branch,
    api=Api(
        path="/api/v1alpha/schedules",
        permissions=allowed_by("project.scheduler.view", "project.scheduler.manage"),
        paging=Paging.LINKS,
        params={"project_id": "{project}"},
        page_size=200,
        update_by="",
        inside="schedule",
    ),
    encode=_encode,
    decode=_decode,
    unwritable=_unwritable,
)
