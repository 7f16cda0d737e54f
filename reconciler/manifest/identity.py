"""Which object a section is about: its name and its project."""

import re
from typing import Any

from reconciler.kinds import Kind
from reconciler.kinds.kind import NameRule
from reconciler.manifest.places import Path
from reconciler.manifest.report import Report
from reconciler.manifest.sections import has, without
from reconciler.model.paths import at, split

NAME: Path = ("metadata", "name")
_LOWER_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUID = re.compile(_LOWER_UUID.pattern, re.IGNORECASE)


def find_name(kind: Kind, section: dict[str, Any], report: Report) -> str:
    """Return the name, "" for a singleton or where it is wrong, which is reported."""
    if kind.singleton:
        return ""
    name = at(section, NAME)
    if not isinstance(name, str):
        return ""  # the model says what is wrong
    wrong = _wrong(name, kind.name_rule) if kind.name_rule else ""
    if wrong:
        report.error(NAME, f"{report.spell(NAME, section)} {wrong}")
        return ""
    return name


def _wrong(name: str, rule: NameRule) -> str:
    if not name.strip():
        return "must not be blank"
    if rule.no_uuid == "whole" and _UUID.fullmatch(name):
        return f"{name!r} must not be a UUID: Semaphore would take it for an id"
    if rule.no_uuid == "part" and _LOWER_UUID.search(name):
        return f"{name!r} must not have a UUID in it: Semaphore would take it for an id"
    if len(name) > rule.longest:
        return f"is longer than {rule.longest} characters"
    if not rule.pattern.fullmatch(name):
        return f"{name!r} is not a valid name: {rule.words}"
    return ""


def find_id(section: dict[str, Any]) -> str:
    """Return the id that an answer has shown, "" if there is none."""
    found = at(section, ("metadata", "id"))
    return found if isinstance(found, str) else ""


def find_projects(kind: Kind, section: dict[str, Any], report: Report) -> dict[str, str]:
    """Return what names the project, by key and names first; {} where that is wrong.

    Whether a name and an id are of one project shows in an organization only.
    """
    found: dict[str, str] = {}
    for dotted in kind.project_at:
        path = split(dotted)
        value = at(section, path)
        if isinstance(value, str) and value.strip():
            found[dotted] = value
        elif has(section, path):
            wrong = "must be the name of a project" if value else "must not be empty"
            report.error(path, f"{dotted} {wrong}")
            return {}
    if not found and kind.project_at:
        path = split(kind.project_at[0])
        report.error(path[:-1], f"{kind.project_at[0]} is missing: which project is it for?")
    ids = {dotted: text for dotted, text in found.items() if _UUID.fullmatch(text)}
    names = {dotted: text for dotted, text in found.items() if dotted not in ids}
    for sort in (ids, names):
        if len(set(sort.values())) > 1:
            said = " and ".join(f"{dotted} {text!r}" for dotted, text in sort.items())
            report.error(split(next(iter(sort))), f"{said} name two different projects")
    return names | ids


def without_project(kind: Kind, section: dict[str, Any]) -> dict[str, Any]:
    """Take out the keys that name the project: they are no part of the model."""
    for dotted in kind.project_at:
        section = without(section, split(dotted), keep=tuple(kind.model.model_fields))
    return section
