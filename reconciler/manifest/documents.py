"""What a document is: a manifest of a known kind, or something else that is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any

from reconciler.kinds import Kind
from reconciler.kinds.fields import nearest
from reconciler.manifest.foreign import about_editor, kindless, left_by_editor, otherwise
from reconciler.manifest.report import Report
from reconciler.manifest.rules import BLOCK
from reconciler.manifest.shape import ENVELOPE

_DEFAULTS = {field.name: field.default for field in dataclass_fields(Kind)}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A manifest taken apart: ``section`` is what is left for the kind's model.

    ``version`` is "" where it can't be told in which form the section is written.
    """

    kind: Kind
    version: str
    section: dict[str, Any]
    rules: Any


def open_envelope(data: Any, kinds: Mapping[str, Kind], report: Report) -> Envelope | None:
    """Recognise a document; None where it is no manifest, which is reported."""
    if not isinstance(data, dict):
        what = "a list" if isinstance(data, list) else "a text"
        report.error((), f"a manifest is a mapping with apiVersion and kind, this is {what}")
        return None
    if "kind" not in data:
        foreign = kindless(data, report.place(()).file)
        report.error((), foreign or f"kind is missing{_miswritten(data, 'kind')}")
        return None
    name, version = data["kind"], data.get("apiVersion")
    if not isinstance(name, str) or not name:
        report.error(("kind",), "kind must be the name of a kind")
        return None
    foreign = otherwise(data, name, version if isinstance(version, str) else "")
    if foreign or name not in kinds:
        known = f"unknown kind {name!r}{_nearest_kind(name, kinds)}"
        report.error(("kind",), foreign or known)
        return None
    kind = kinds[name]
    known_version = _check_version(kind, data, report)
    section = _section(kind, data, report)
    return Envelope(kind, known_version, section, data.get(BLOCK))


def _miswritten(data: dict[str, Any], key: str) -> str:
    found = next((other for other in data if other.lower() == key.lower()), None)
    return f"; {found!r} must be spelled {key!r}" if found else ""


def _nearest_kind(name: str, kinds: Mapping[str, Kind]) -> str:
    folded = {kind.lower(): kind for kind in kinds}
    if name.lower() in folded:
        return f"; did you mean {folded[name.lower()]!r}?"
    return nearest(name, kinds) or f"; known are {', '.join(kinds)}"


def _check_version(kind: Kind, data: dict[str, Any], report: Report) -> str:
    """Return the version to read a section by. It only matters to kinds that upgrade (E 3)."""
    version = data.get("apiVersion")
    usual = kind.versions[0]
    matters = kind.upgrade is not _DEFAULTS["upgrade"]
    if version in kind.versions:
        return str(version)
    if "apiVersion" not in data:
        wrong = _miswritten(data, "apiVersion") or f"; write `apiVersion: {usual}`"
        report.error((), f"apiVersion is missing{wrong}")
    elif not isinstance(version, str) or not version:
        report.error(("apiVersion",), f"apiVersion must be text; write `apiVersion: {usual}`")
    elif matters:
        known = " or ".join(kind.versions)
        report.error(("apiVersion",), f"kind {kind.name} has apiVersion {known}, not {version!r}")
    else:
        text = f"kind {kind.name} has apiVersion {usual}; {version!r} is read as that"
        report.warning(("apiVersion",), text)
    return "" if matters else usual


def _section(kind: Kind, data: dict[str, Any], report: Report) -> dict[str, Any]:
    mangled: tuple[str, ...] = ()
    if "version" in data:
        own = (*kind.model.model_fields, *kind.read_only, *kind.legacy, *kind.project_at)
        mangled = left_by_editor(data, frozenset(path.split(".")[0] for path in own))
    if mangled:
        report.error((mangled[0],), about_editor(mangled))
    miswritten = {key for key in data if key.lower() == "apiversion"}
    taken = {*mangled, *ENVELOPE, *miswritten}
    return {key: value for key, value in data.items() if key not in taken}
