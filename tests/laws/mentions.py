"""Which fields of an object, as the API shows it, a manifest says something about."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.laws.strategies.basics import Doc

Path = tuple[str, ...]

_MOVING: Mapping[str, tuple[str, ...]] = {
    "ArtifactsRetentionPolicy": (),
    "Dashboard": ("metadata.update_time",),
    "DeploymentTarget": ("state", "state_message", "updated_at", "updated_by"),
    "Notification": ("metadata.update_time",),
    "Project": (),
    "ProjectSecret": ("metadata.update_time",),
    "Schedule": ("updated_at", "pause_toggled_at", "pause_toggled_by"),
    "Secret": ("metadata.update_time",),
    "SelfHostedAgentType": ("metadata.update_time",),
}
"""What the server moves on its own with every write."""

_OF_A_TARGET = ("name", "description", "url")
_OF_A_SCHEDULE = ("name", "description")
_ITEMS = ("parameters", "rules", "widgets")
"""Lists whose items are known by their names, where no other has the same."""


def unmentioned(kind: str, doc: Doc, before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """Return every field there was that a manifest does not speak of, then and now."""
    then, now = dict(_leaves(_alike(kind, before))), dict(_leaves(_alike(kind, after)))
    moving = (*_MOVING[kind], *_IMPLIED.get(kind, _nothing)(doc, before, after))
    return {
        ".".join(path): (then.get(path), now.get(path))
        for path in sorted(then)
        if not _is_in(path, moving) and not any(mentions(doc, p) for p in _written(kind, path))
    }


def _alike(kind: str, shown: Any) -> Any:
    """Every update of a target sorts its variables and files, the last of a name wins (C 1.4)."""
    if kind != "DeploymentTarget":
        return shown
    keyed = {"env_vars": "name", "files": "path"}
    return shown | {
        field: [{item[key]: item for item in shown[field]}] for field, key in keyed.items()
    }


def mentions(doc: Any, path: Path) -> bool:
    """Whether a manifest has a key, or resets what it is in, or lists others in its place."""
    for part in path:
        if isinstance(doc, list):
            found = [item for item in doc if item.get("name") == part]
            if len(found) != 1:
                return True
            doc = found[0]
        elif not isinstance(doc, dict):
            return True
        elif part not in doc:
            return False
        else:
            doc = doc[part]
    return True


def _leaves(value: Any, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, inner in value.items():
        path = (*above, key)
        if isinstance(inner, dict):
            yield from _leaves(inner, path)
            continue
        yield path, inner
        for name, item in _named(inner) if key in _ITEMS else ():
            yield from _leaves(item, (*path, name))


def _named(items: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    names = [item["name"] for item in items]
    for name, item in zip(names, items, strict=True):
        if name and names.count(name) == 1:
            yield name, item


def _is_in(path: Path, dotted: tuple[str, ...]) -> bool:
    return any(".".join(path).startswith(each) for each in dotted)


def _written(kind: str, path: Path) -> list[Path]:
    """Return where in a manifest a field of the API may be written."""
    match kind, path:
        case "DeploymentTarget", (first, *_) if first in _OF_A_TARGET:
            return [("metadata", *path)]
        case "Schedule", (first, *_) if first in _OF_A_SCHEDULE:
            return [("metadata", *path)]
        case "Schedule", ("reference" | "branch",):
            return [("spec", "reference"), ("spec", "branch")]
        case "Notification", (*above, "endpoint"):
            return [path, (*above, "endpoint_from")]
        case "DeploymentTarget" | "Schedule" | "ArtifactsRetentionPolicy", _:
            return [("spec", *path)]
        case _:
            return [path]


def _nothing(_doc: Doc, _before: Any, _after: Any) -> Iterator[str]:
    """Most fields do not depend on others."""
    yield from ()


def _of_a_project(doc: Doc, before: Any, after: Any) -> Iterator[str]:
    """The url has parts; a status says nothing as long as it is that of the pipeline file."""
    yield from ("spec.repository.name", "spec.repository.owner")
    repository = before["spec"]["repository"]
    implied = [{"path": repository["pipeline_file"], "level": "pipeline"}]
    if repository["status"]["pipeline_files"] == implied:
        yield "spec.repository.status"
    if mentions(doc, ("spec", "custom_permissions")) and not after["spec"]["custom_permissions"]:
        yield from ("spec.debug_permissions", "spec.attach_permissions")


def _of_a_secret(doc: Doc, _before: Any, after: Any) -> Iterator[str]:
    """Nobody's projects are none, and a list of none is nobody's (B 2.5)."""
    if mentions(doc, ("org_config", "project_ids")):
        yield "org_config.projects_access"
    if after["org_config"]["projects_access"] == "NONE":
        yield "org_config.project_ids"


def _of_an_agent_type(doc: Doc, _before: Any, _after: Any) -> Iterator[str]:
    """Only names that AWS gives have to do with it."""
    if mentions(doc, ("spec", "agent_name_settings", "assignment_origin")):
        yield "spec.agent_name_settings.aws"


def _of_a_schedule(doc: Doc, _before: Any, after: Any) -> Iterator[str]:
    """The first version means a recurring one; a pattern that is not used is not kept (A 2.2)."""
    if doc["apiVersion"] == "v1.0":
        yield "recurring"
    for item in after["parameters"]:
        if mentions(doc, ("spec", "parameters", item["name"], "validate_input_format")):
            yield f"parameters.{item['name']}.regex_pattern"


def _of_a_dashboard(doc: Doc, _before: Any, _after: Any) -> Iterator[str]:
    """A widget of another type has other filters."""
    for item in (doc.get("spec") or {}).get("widgets") or ():
        other = "pipeline_file" if item["type"] == "list_workflows" else "github_uid"
        yield f"spec.widgets.{item.get('name')}.filters.{other}"


_IMPLIED: Mapping[str, Callable[[Doc, Any, Any], Iterator[str]]] = {
    "Dashboard": _of_a_dashboard,
    "Project": _of_a_project,
    "Schedule": _of_a_schedule,
    "Secret": _of_a_secret,
    "SelfHostedAgentType": _of_an_agent_type,
}
