"""Project: a repository that Semaphore builds (A 1-7). Its tasks are Schedules of their own."""

import re
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import Field

from reconciler.kinds.api import Api, Body, Echo, Item, Paging, plain
from reconciler.kinds.fields import (
    Immutable,
    Normal,
    OneOf,
    Unordered,
    declared_only,
    sorted_set,
)
from reconciler.kinds.git_names import SLASHED, not_a_ref
from reconciler.kinds.kind import Embedded, Kind, NameRule
from reconciler.kinds.patterns import check_slashed, is_slashed
from reconciler.kinds.repository_url import (
    HOSTS,
    canonical_url,
    has_password,
    homeless,
    misplaced,
    misread,
)
from reconciler.kinds.schedule import is_branchless
from reconciler.kinds.task import (
    TASK_KEYS,
    entry_of_section,
    key_of_task,
    section_of_task,
    shown_task,
    task_of,
)
from reconciler.model import Keyed, Spec

PIPELINE_FILE = ".semaphore/semaphore.yml"
_RUN_ON = ("tags", "branches", "pull_requests", "forked_pull_requests", "draft_pull_requests")
_REFS = ("default_branch", "non_default_branch", "pull_request", "forked_pull_request", "tag")


def _split_commas(values: tuple[str, ...]) -> tuple[str, ...]:
    """The server joins by comma and splits again (A 2.1)."""
    return sorted_set(tuple(part for value in values for part in value.split(",") if part))


def _check_whitelisted(values: tuple[str, ...]) -> None:
    """A pattern that can't be compiled is kept, and breaks every push from then on (A 2.1)."""
    for value in values:
        check_slashed(value)
        if not is_slashed(value) and (wrong := not_a_ref(value, SLASHED)):
            raise ValueError(f"{value!r} would never match: {wrong}")


Names = Annotated[tuple[str, ...], Normal(_split_commas)]
Whitelisted = Annotated[tuple[str, ...], Unordered, declared_only(_check_whitelisted)]


class Metadata(Spec):
    name: str
    description: str = ""


class PipelineFile(Keyed):
    KEY: ClassVar[str] = "path"
    UNIQUE: ClassVar[bool] = False

    path: str
    level: Annotated[str, OneOf("block", "pipeline", fold=str.lower)]


class Status(Spec):
    pipeline_files: tuple[PipelineFile, ...] = Field(
        default=(), description="empty: one status for the pipeline file"
    )


class Whitelist(Spec):
    branches: Whitelisted = Field(default=(), description="names or /patterns/; empty: all")
    tags: Whitelisted = Field(default=(), description="names or /patterns/; empty: all")


class ForkedPullRequests(Spec):
    allowed_secrets: Names = ()
    allowed_contributors: Names = ()


class Repository(Spec):
    url: str
    run_on: Annotated[tuple[Annotated[str, OneOf(*_RUN_ON, fold=str.lower)], ...], Unordered] = (
        Field(default=(), description="empty: the project builds nothing")
    )
    forked_pull_requests: ForkedPullRequests = ForkedPullRequests()
    pipeline_file: str = PIPELINE_FILE
    status: Status = Status()
    whitelist: Whitelist = Whitelist()
    integration_type: Annotated[str, OneOf(*HOSTS, "git"), Immutable()] = "github_token"

    def check(self) -> None:
        if has_password(self.url):
            raise ValueError(
                "url has a password in it, which Semaphore never uses to clone: leave it out, and "
                "change it, for it is known to whoever has this file"
            )
        typed = "integration_type" in self.model_fields_set
        wrong = misplaced(self.url, self.integration_type) if typed else homeless(self.url)
        wrong = wrong or misread(self.url)
        if wrong:
            raise ValueError(wrong)
        if typed and self.integration_type == "git" and self.status.pipeline_files:
            raise ValueError("Semaphore keeps no status for integration_type git; remove it")

    def canonical(self) -> "Spec":
        """A status for just the pipeline file is what no status means; git has none (A 2.1)."""
        changes: dict[str, Any] = {}
        url = canonical_url(self.url, self.integration_type)
        if url != self.url:
            changes["url"] = url
        if not self.pipeline_file:
            changes["pipeline_file"] = PIPELINE_FILE
        implied = ((self.pipeline_file or PIPELINE_FILE, "pipeline"),)
        files = tuple((f.path, f.level) for f in self.status.pipeline_files)
        if files == implied or (files and self.integration_type == "git"):
            changes["status"] = Status().beside(self.status.beyond)
        return self.having(changes) if changes else self


class ProjectSpec(Spec):
    visibility: Annotated[str, OneOf("public", "private")] = "private"
    repository: Repository
    custom_permissions: bool = Field(
        default=False, description="needed, as true, for the permissions below to count"
    )
    debug_permissions: Annotated[tuple[Annotated[str, OneOf("empty", *_REFS)], ...], Unordered] = ()
    attach_permissions: Annotated[
        tuple[Annotated[str, OneOf("empty", *_REFS)], ...], Unordered
    ] = ()

    def check(self) -> None:
        if (self.debug_permissions or self.attach_permissions) and not self.custom_permissions:
            raise ValueError(
                "debug_permissions and attach_permissions count only with "
                "`custom_permissions: true`; write that, too"
            )

    def canonical(self) -> "Spec":
        """Permissions mean nothing unless custom, and `empty` can't be attached to (A 2.1)."""
        if not self.custom_permissions:
            if self.debug_permissions or self.attach_permissions:
                return self.having({"debug_permissions": (), "attach_permissions": ()})
        elif "empty" in self.attach_permissions:
            kept = tuple(ref for ref in self.attach_permissions if ref != "empty")
            return self.having({"attach_permissions": kept})
        return self


class Project(Spec):
    metadata: Metadata
    spec: ProjectSpec


def _unwritable(project: Any) -> str:
    repository = project.spec.repository
    return misplaced(repository.url, repository.integration_type)


def _encode(item: Item, before: Item | None) -> Body:
    body: Body = plain(item.spec)
    repository = body["spec"]["repository"]
    if not repository["status"]["pipeline_files"]:
        path = repository["pipeline_file"]
        shown: Any = before.spec if before else None
        files = shown.spec.repository.status.pipeline_files if shown else ()
        same: Body = next((plain(file) for file in files if file.path == path), {})
        repository["status"]["pipeline_files"] = [{**same, "path": path, "level": "pipeline"}]
    return body


def _decode(body: Body) -> Item:
    metadata, spec = body["metadata"], body["spec"]
    tasks = (*(spec.get("tasks") or ()), *(spec.get("schedulers") or ()))
    return Item(
        spec=KIND.observed(body),
        id=metadata["id"],
        name=metadata["name"],
        children={task["id"]: shown_task(task) for task in tasks},
    )


KIND = Kind(
    name="Project",
    title="Projects",
    folder="projects",
    model=Project,
    versions=("v1alpha",),
    name_rule=NameRule(
        # as a path, "." and ".." would lead elsewhere
        re.compile(r"(?!\.{1,2}$)[\w\-.]+", re.ASCII),
        "letters, digits, underscores, dashes and dots, no spaces",
    ),
    read_only=(
        "metadata.id",
        "metadata.org_id",
        "metadata.owner_id",
        "spec.repository.name",
        "spec.repository.owner",
    ),
    legacy={
        "spec.repository.run": (
            "`run` has no effect: what is built is said by spec.repository.run_on; remove it"
        ),
    },
    contains=Embedded(
        kind="Schedule",
        paths=("spec.tasks", "spec.schedulers"),
        keys=TASK_KEYS,
        read=section_of_task,
        write=entry_of_section,
        spell=key_of_task,
    ),
    api=Api(
        path="/api/v1alpha/projects",
        admits_after=330.0,
        permissions={
            "GET": ("project.view",),
            "POST": ("organization.projects.create",),
            "PATCH": ("project.general_settings.manage", "project.repository_info.manage"),
            "DELETE": ("project.delete",),
        },
        paging=Paging.HAS_MORE,
        item="name",
        update_by="id",
        echo=Echo(kind="Schedule", path="spec.tasks", render=task_of, bent=is_branchless),
        later=MappingProxyType({"metadata.description": "", "spec.visibility": "private"}),  # A 2.1
    ),
    encode=_encode,
    decode=_decode,
    unwritable=_unwritable,
)
