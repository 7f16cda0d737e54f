"""Reading a project's JSON as the server does: null is nothing, another type is a crash (A 2.1)."""

from dataclasses import dataclass
from typing import Any

from reconciler.embedded.replies import Crash

RUN_ON = ("tags", "branches", "pull_requests", "forked_pull_requests", "draft_pull_requests")
DEBUG = ("empty", "default_branch", "non_default_branch", "pull_request", "forked_pull_request")
DEBUG_PERMISSIONS = (*DEBUG, "tag")
ATTACH_PERMISSIONS = DEBUG_PERMISSIONS[1:]
INTEGRATION_TYPES = ("github_token", "github_app", "bitbucket", "gitlab", "git")
LEVELS = ("block", "pipeline")

PipelineFile = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Repository:
    """`""` and an empty list of pipeline files mean: not said."""

    url: str
    integration_type: str
    run_on: list[str]
    pipeline_file: str
    pipeline_files: list[PipelineFile]
    branches: list[str]
    tags: list[str]
    allowed_secrets: list[str]
    allowed_contributors: list[str]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A project as asked for."""

    name: str
    description: str
    visibility: str
    custom_permissions: bool
    debug_permissions: list[str]
    attach_permissions: list[str]
    repository: Repository
    raw_tasks: list[Any]
    raw_schedulers: list[Any]


def wish(body: Any) -> Wish:
    metadata, spec = member(body, "metadata"), member(body, "spec")
    custom_word = member(spec, "custom_permissions")
    custom = custom_word is True or custom_word == "true"
    debug = _known(member(spec, "debug_permissions"), DEBUG_PERMISSIONS)
    attach = _known(member(spec, "attach_permissions"), DEBUG_PERMISSIONS)
    return Wish(
        name=string(member(metadata, "name")),
        description=string_or_blank(member(metadata, "description")),
        visibility="public" if member(spec, "visibility") == "public" else "private",
        custom_permissions=custom,
        debug_permissions=debug if custom else [],
        attach_permissions=[word for word in attach if word != "empty"] if custom else [],
        repository=_repository(member(spec, "repository")),
        raw_tasks=elements(member(spec, "tasks")),
        raw_schedulers=elements(member(spec, "schedulers")),
    )


def _repository(value: Any) -> Repository:
    kind = member(value, "integration_type")
    forked = member(value, "forked_pull_requests")
    whitelist = member(value, "whitelist")
    return Repository(
        url=string(member(value, "url")),
        integration_type=kind if kind in INTEGRATION_TYPES else INTEGRATION_TYPES[0],
        run_on=_known(member(value, "run_on"), RUN_ON),
        pipeline_file=string_or_blank(member(value, "pipeline_file")),
        pipeline_files=_pipeline_files(member(value, "status")),
        branches=strings(member(whitelist, "branches")),
        tags=strings(member(whitelist, "tags")),
        allowed_secrets=_rejoined(member(forked, "allowed_secrets")),
        allowed_contributors=_rejoined(member(forked, "allowed_contributors")),
    )


def _pipeline_files(status: Any) -> list[PipelineFile]:
    """A missing level crashes, an unknown one loses the entry (A 2.1)."""
    files: list[PipelineFile] = []
    for entry in elements(member(status, "pipeline_files")):
        level, path = member(entry, "level"), string(member(entry, "path"))
        if not isinstance(level, str):
            raise Crash("a level that is no string")
        if level.lower() in LEVELS:
            files.append({"path": path, "level": level.lower()})
    return files


def member(value: Any, key: str) -> Any:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Crash("an object was needed")
    return value.get(key)


def string(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:  # no column of the database holds a NUL
        raise Crash("a string was needed")
    return value


def string_or_blank(value: Any) -> str:
    """Where the server writes `value || ""`, false is nothing, too."""
    return "" if value is False else string(value)


def boolean(value: Any, default: bool) -> bool:
    if value is None:
        return default
    if not isinstance(value, bool):
        raise Crash("a boolean was needed")
    return value


def elements(value: Any) -> list[Any]:
    """Null, false and an empty object are an empty list to Elixir, too."""
    if value is None or value is False or value == {}:
        return []
    if not isinstance(value, list):
        raise Crash("a list was needed")
    return value


def strings(value: Any) -> list[str]:
    found = elements(value)
    if not all(isinstance(item, str) and "\0" not in item for item in found):
        raise Crash("a list of strings was needed")
    return found


def _known(value: Any, words: tuple[str, ...]) -> list[str]:
    """Stored as one boolean per word: unknown and repeated ones vanish, the order is fixed."""
    wanted = {word.lower() for word in strings(value)}
    return [word for word in words if word in wanted]


def _rejoined(value: Any) -> list[str]:
    """Stored joined by commas (A 2.1)."""
    return [part for part in ",".join(strings(value)).split(",") if part]
