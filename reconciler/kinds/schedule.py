"""Schedule: a task of a project, run by time or by hand (A 9-15)."""

import json
import re
from typing import Annotated, Any

from pydantic import Field

from reconciler.kinds.api import Api, Body, Item, Paging, allowed_by, plain
from reconciler.kinds.cron import check_cron
from reconciler.kinds.fields import (
    Keyed,
    OneOf,
    UniqueKeys,
    check_regex,
    declared_only,
    may_match,
)
from reconciler.kinds.kind import Kind, NameRule
from reconciler.model import Spec

_VERSION = "v1.2"
_REQUIRED = {"v1.0": (), "v1.1": ("recurring",), _VERSION: ("recurring", "reference")}
_REFERENCE = re.compile(r"refs/(?:(heads|tags)/(.*)|pull/(.+)/head)", re.DOTALL)
_TYPES = {"heads": "BRANCH", "tags": "TAG"}
_BEYOND_ASCII = re.compile(r"[^ -~]")
_LONGEST_REGEX = 512
_LONGEST_DEFAULT = 4096
_WIDTH = 255
"""Of the scheduler's columns (A 11)."""


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


def _check_reference(name: str) -> None:
    _check_not_blank(name)
    if len(f"refs/heads/{name}") > _WIDTH:
        raise ValueError(f"is longer than {_WIDTH} characters, refs/heads/ included")


class Metadata(Spec):
    name: Annotated[str, declared_only(_check_not_blank)]
    description: str = ""


class Reference(Spec):
    type: Annotated[str, OneOf("BRANCH", "TAG", "PR", fold=str.upper)]
    name: Annotated[str, declared_only(_check_reference)]


_NO_BRANCH = Reference(type="BRANCH", name="")


class Parameter(Keyed):
    name: Annotated[str, declared_only(_check_not_blank)]
    required: bool = False
    description: str = ""
    default_value: str = ""
    options: tuple[str, ...] = ()
    regex_pattern: str = Field(default="", description="kept with validate_input_format only")
    validate_input_format: bool = False

    def check(self) -> None:
        if not self.validate_input_format:
            return
        if not self.regex_pattern.strip():
            raise ValueError("validate_input_format needs a regex_pattern")
        if len(self.regex_pattern.encode()) > _LONGEST_REGEX:
            raise ValueError(f"regex_pattern is longer than {_LONGEST_REGEX} bytes")
        if len(self.default_value.encode()) > _LONGEST_DEFAULT:
            raise ValueError(f"default_value is longer than {_LONGEST_DEFAULT} bytes")
        check_regex(self.regex_pattern)
        if self.default_value and not may_match(self.regex_pattern, self.default_value):
            raise ValueError(f"default_value does not match regex_pattern {self.regex_pattern!r}")

    def canonical(self) -> "Spec":
        """The server erases a pattern that is not used (A 2.2)."""
        if self.regex_pattern and not self.validate_input_format:
            return self.having({"regex_pattern": ""})
        return self


class ScheduleSpec(Spec):
    recurring: bool = True
    reference: Reference = Reference(type="BRANCH", name="master")
    at: Annotated[str, declared_only(_check_at)] = Field(
        default="", description="cron expression, UTC; needed when recurring"
    )
    pipeline_file: Annotated[str, declared_only(_check_short)]
    paused: bool = False
    parameters: Annotated[tuple[Parameter, ...], UniqueKeys] = ()

    def check(self) -> None:
        if "recurring" in self.model_fields_set and self.recurring and not self.at:
            raise ValueError("a recurring schedule needs `at`, a cron expression")


class Schedule(Spec):
    metadata: Metadata
    spec: ScheduleSpec


def read_reference(full: str) -> Body:
    """Turn ``refs/tags/v1`` into ``{type: TAG, name: v1}``; a bare name is a branch."""
    found = _REFERENCE.fullmatch(full)
    if not found:
        return {"type": "BRANCH", "name": full}
    if found[1]:
        return {"type": _TYPES[found[1]], "name": found[2]}
    return {"type": "PR", "name": found[3]}


def write_reference(reference: Any) -> str:
    """Return what a project's task wants as ``branch``: bare name, or a full ref (A 2.2)."""
    if reference.type == "BRANCH":
        return str(reference.name)
    if reference.type == "TAG":
        return f"refs/tags/{reference.name}"
    return f"refs/pull/{reference.name}/head"


def _upgrade(section: Body, version: str) -> Body:
    """Bring a v1.0 or v1.1 definition into the form of v1.2 (A 10)."""
    spec = section.get("spec")
    if not isinstance(spec, dict):
        return section
    spec = dict(spec)
    if version == "v1.0":
        if "recurring" in spec or "reference" in spec or "parameters" in spec:
            raise ValueError(
                "recurring, reference and parameters need apiVersion v1.1 or v1.2", "apiVersion"
            )
        spec["recurring"] = "true"
    if version == _VERSION and "branch" in spec:
        raise ValueError(
            "v1.2 has no `branch`; write `reference: {type: BRANCH, name: …}`", "spec.branch"
        )
    missing = [f"spec.{key}" for key in _REQUIRED[version] if key not in spec]
    if missing:
        raise ValueError(f"{version} needs {' and '.join(missing)}", "spec")
    return section | {"spec": _with_reference(spec)}


def _with_reference(spec: Body) -> Body:
    branch = spec.pop("branch", None)
    if isinstance(branch, str) and branch:
        named = read_reference(branch)
        written = spec.get("reference")
        if isinstance(written, dict) and _folded(written) != named:
            raise ValueError(
                f"branch {branch!r} and reference name different things; keep one of them"
            )
        spec["reference"] = named
    return spec


def _folded(reference: Body) -> Body:
    return {"type": str(reference.get("type", "")).upper(), "name": reference.get("name")}


TASK_KEYS = (
    *("name", "description", "scheduled", "branch", "at", "pipeline_file", "status"),
    "parameters",
)


def section_of_task(path: str, entry: Body) -> Body:
    """Turn one entry of a project's tasks or schedulers into a Schedule's section (A 12)."""
    entry = {key: value for key, value in entry.items() if key != "id"}
    metadata = {key: entry.pop(key) for key in ("name", "description") if key in entry}
    if path == "spec.schedulers":
        entry["recurring"] = "true"
    elif "scheduled" in entry:
        entry["recurring"] = entry.pop("scheduled")
    status = entry.pop("status", None)
    if status:
        if status not in ("ACTIVE", "INACTIVE"):
            raise ValueError(f"status {status!r} is not one of ACTIVE, INACTIVE")
        entry["paused"] = "true" if status == "INACTIVE" else "false"
    return {"metadata": metadata, "spec": _with_reference(entry)}


def task_of(item: Item) -> Body:
    """Return the entry that keeps a schedule as it is when its project is updated (A 3).

    Whether it is paused stays unsaid: said, it would be noted as a pause by us, and now.
    """
    schedule: Any = item.spec
    spec = schedule.spec
    return {
        "id": item.id,
        "name": item.name,
        "description": schedule.metadata.description,
        "scheduled": spec.recurring,
        "branch": write_reference(spec.reference),
        "at": spec.at,
        "pipeline_file": spec.pipeline_file,
        "parameters": plain(spec.parameters),
    }


def is_branchless(item: Item) -> bool:
    """Whether it runs on no branch, which as a project's task would mean master (A 2.2, A 10)."""
    schedule: Any = item.spec
    return bool(schedule.spec.reference == _NO_BRANCH)


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


def _encode(item: Item, before: Item | None) -> Body:  # noqa: ARG001 — omitted would mean keep
    section = plain(item.spec)
    if item.id:
        section["metadata"]["id"] = item.id
    section["spec"]["project"] = item.project_name
    version = _VERSION
    if is_branchless(item):
        del section["spec"]["reference"]
        version = "v1.1"
    definition = {"apiVersion": version, "kind": "Schedule", **section}
    return {"yml_definition": _as_yaml(definition)}


def _as_yaml(definition: Body) -> str:
    """Return JSON, which is YAML in which nothing can be mistaken for a date (A 15.10).

    Only what is no ASCII is escaped as YAML does: JSON's pairs of halves are none of it.
    """
    text = json.dumps(definition, ensure_ascii=False)
    return _BEYOND_ASCII.sub(lambda found: f"\\U{ord(found[0]):08x}", text)


def _decode(body: Body) -> Item:
    section = {
        "metadata": {"name": body["name"], "description": body.get("description", "")},
        "spec": {
            "recurring": body.get("recurring", True),
            "reference": read_reference(body.get("reference") or body.get("branch") or ""),
            "at": body.get("at", ""),
            "pipeline_file": body.get("pipeline_file", ""),
            "paused": body.get("paused", False),
            "parameters": body.get("parameters") or [],
        },
    }
    return Item(
        spec=KIND.model.model_validate(section, extra="ignore"),
        id=body["id"],
        name=body["name"],
        project=body.get("project_id", ""),
        revision=body.get("updated_at", ""),
    )


KIND = Kind(
    name="Schedule",
    title="Schedules (tasks)",
    model=Schedule,
    versions=(_VERSION, "v1.1", "v1.0"),
    name_rule=NameRule(re.compile(r"(?s:.+)"), "any text that is not blank"),
    project_at=("spec.project",),
    read_only=("metadata.id",),
    upgrade=_upgrade,
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
