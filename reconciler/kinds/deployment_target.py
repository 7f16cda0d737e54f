"""DeploymentTarget: who may promote what to where, with secrets of its own (C 1)."""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from reconciler.kinds.api import Api, Body, Item, Switch, allowed_by, plain
from reconciler.kinds.fields import AnyOrder, ByKey, Omitted, OneOf, Ref
from reconciler.kinds.git_names import not_a_ref
from reconciler.kinds.kind import Kind, NameRule
from reconciler.kinds.patterns import check_regex
from reconciler.kinds.secret_data import EnvVars, Files, oversize
from reconciler.model import Sealed, Spec
from reconciler.model.literal import UUID

_EVERYBODY = ("ANY", "AUTO")
# how the state message of a failed target begins; what follows is Elixir, of anything (C 1.4)
_CODE = re.compile(
    r"%\{code: :(INVALID_ARGUMENT|FAILED_PRECONDITION|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED"
    r"|PERMISSION_DENIED|NOT_FOUND|INTERNAL|UNAVAILABLE|UNKNOWN)\b"
)
_GROUP = (
    "Semaphore keeps a rule for a GROUP and never looks at it, so nobody in the group may deploy: "
    "name a ROLE that they have, or each USER"
)
_REGEX = "; a pattern has match_mode REGEX, like {}"
_BOOKMARK = Field(default="", max_length=255)


class Metadata(Spec):
    name: str
    description: str = ""
    url: str = ""


class SubjectRule(Spec):
    type: Annotated[
        str, OneOf("ANY", "AUTO", "USER", "ROLE", fold=str.upper, without={"GROUP": _GROUP})
    ]
    subject_id: Annotated[str, Ref("Role", when=("type", "ROLE"), resolved=True)] = Field(
        default="",
        description="needed by ROLE: its name or id; by USER: the id, unless there is a git_login",
    )
    git_login: Annotated[str, Omitted()] = Field(
        default="", description="needed by USER where there is no id; case-sensitive"
    )

    def check(self) -> None:
        if self.type == "USER" and not (self.subject_id or self.git_login):
            raise ValueError("a USER rule needs a subject_id or a git_login")
        if self.type == "USER" and self.subject_id and not UUID.fullmatch(self.subject_id):
            raise ValueError(
                f"{self.subject_id!r} is the id of no user, which is a UUID; a login is git_login"
            )
        if self.type == "ROLE" and not self.subject_id:
            raise ValueError("a ROLE rule needs a subject_id")
        if self.type != "USER" and self.git_login:
            raise ValueError(f"git_login names a USER, and this rule is for {self.type}")

    def canonical(self) -> "Spec":
        """Only a user has a login, and everybody has no id."""
        changes: dict[str, Any] = {}
        if self.type in _EVERYBODY and self.subject_id:
            changes["subject_id"] = ""
        if self.type != "USER" and self.git_login:
            changes["git_login"] = ""
        return self.having(changes) if changes else self

    def same_as(self, live: "SubjectRule") -> bool:
        """Whether both name the same subject.

        The server looks at no login beside an id, and shows the one that the id has (C 1.5): one
        that says another name is about somebody else, and can't be kept.
        """
        if self.type != live.type:
            return False
        if self.type == "USER" and self.git_login and (live.git_login or not self.subject_id):
            same = self.git_login == live.git_login
            return same and self.subject_id.casefold() in ("", live.subject_id.casefold())
        return self.subject_id.casefold() == live.subject_id.casefold()


class ObjectRule(Spec):
    type: Annotated[str, OneOf("BRANCH", "TAG", "PR", fold=str.upper)]
    match_mode: Annotated[str, OneOf("ALL", "EXACT", "REGEX", fold=str.upper)] = "ALL"
    pattern: str = Field(default="", description="needed by EXACT and REGEX, which is PCRE's")

    def check(self) -> None:
        if self.match_mode in ("EXACT", "REGEX") and not self.pattern.strip():
            raise ValueError(f"match_mode {self.match_mode} needs a pattern")
        if self.match_mode == "REGEX":
            check_regex(self.pattern)

    def doubts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        named = self.match_mode == "EXACT" and self.type in ("BRANCH", "TAG")
        if named and (wrong := not_a_ref(self.pattern, _REGEX)):
            yield ("pattern",), f"{self.pattern!r} matches nothing: {wrong}"


def _from_source(data: Any) -> Any:
    """Read ``source: local-file``, which ``sem`` encodes where content is empty (C 5.1)."""
    if not isinstance(data, list):
        return data
    return [_one_from_source(entry) if isinstance(entry, dict) else entry for entry in data]


def _one_from_source(entry: Body) -> Body:
    if "content_from" in entry:
        return entry
    rest = {key: value for key, value in entry.items() if key != "source"}
    if entry.get("source") and not entry.get("content"):
        rest.pop("content", None)
        return rest | {"content_from": {"file": entry["source"]}}
    return rest


SubjectRules = Annotated[tuple[SubjectRule, ...], AnyOrder()]
ObjectRules = Annotated[tuple[ObjectRule, ...], AnyOrder()]


class TargetSpec(Spec):
    subject_rules: SubjectRules = Field(
        default=(SubjectRule(type="ANY"),), description="empty: nobody may promote"
    )
    object_rules: ObjectRules = Field(
        default=tuple(ObjectRule(type=sort) for sort in ("BRANCH", "PR", "TAG")),
        description="empty: nothing can be deployed",
    )
    active: bool = True
    bookmark_parameter1: str = _BOOKMARK
    bookmark_parameter2: str = _BOOKMARK
    bookmark_parameter3: str = _BOOKMARK
    env_vars: Annotated[EnvVars | None, ByKey] = None
    files: Annotated[Files | None, BeforeValidator(_from_source), ByKey] = None


class DeploymentTarget(Spec):
    metadata: Metadata
    spec: TargetSpec = TargetSpec()


def _unwritable(target: Any) -> str:
    too_much = oversize(target.spec.env_vars, target.spec.files)
    return f"env_vars and files are {too_much}" if too_much else ""


def _encode(item: Item, before: Item | None) -> Body:
    target: Any = item.spec
    spec = plain(target.spec)
    spec.pop("active")
    spec["subject_rules"] = [_rule_body(rule) for rule in spec["subject_rules"]]
    # env_vars and files are one unit; unsent both stay, and there is no SYNCING phase (C 1.4)
    values = _values(target)
    if before and (
        values == (None, None) or (values == _values(before.spec) and not before.broken)
    ):
        spec.pop("env_vars", None)
        spec.pop("files", None)
    else:
        spec["env_vars"] = spec.get("env_vars") or []
        spec["files"] = spec.get("files") or []
    return {**plain(target.metadata), **spec, "project_id": item.project}


def _values(target: Any) -> tuple[Any, Any]:
    return target.spec.env_vars, target.spec.files


_BY = ("subject_id", "git_login")


def _rule_body(rule: Body) -> Body:
    """Leave out what is empty: an empty subject_id beside a login is refused (C 1.5)."""
    return {key: value for key, value in rule.items() if value or key not in _BY}


_METADATA = (
    *("name", "description", "url", "id", "project_id", "organization_id"),
    *("created_by", "created_at", "updated_by", "updated_at"),
)
"""What of an answer, in which all is at the top, manifests have in ``metadata``."""


def _decode(body: Body) -> Item:
    metadata = {key: value for key, value in body.items() if key in _METADATA}
    spec = {key: value for key, value in body.items() if key not in _METADATA}
    for key, value in (("env_vars", "value"), ("files", "content")):
        if spec.get(key) is not None:
            spec[key] = [v | {value: Sealed(md5=v[value], live=True)} for v in spec[key]]
    return Item(
        spec=KIND.observed({"metadata": metadata, "spec": spec}),
        id=body["id"],
        name=body["name"],
        project=body["project_id"],
        broken=_trouble(body.get("state") or "", body.get("state_message") or ""),
        revision=str(body.get("updated_at") or ""),
    )


def _trouble(state: str, message: str) -> str:
    """Say what keeps a target from use, without the server's words: they may quote its values."""
    if state != "UNUSABLE" and not (state == "CORDONED" and message):
        return ""
    code = _CODE.search(message)
    return f"UNUSABLE, its values could not be stored{f': {code[1]}' if code else ''}"


KIND = Kind(
    name="DeploymentTarget",
    title="Deployment targets",
    folder="targets",
    model=DeploymentTarget,
    versions=("v1alpha",),
    name_rule=NameRule(
        re.compile(r"[A-Za-z0-9_.\-]+"), "letters, digits, underscores, dots and dashes"
    ),
    project_at=("metadata.project_id_or_name", "metadata.project_id"),
    read_only=(
        "metadata.id",
        "metadata.organization_id",
        "metadata.created_by",
        "metadata.updated_by",
        "metadata.created_at",
        "metadata.updated_at",
        "spec.state",
        "spec.state_message",
        "spec.last_deployment",
    ),
    api=Api(
        path="/api/v1alpha/deployment_targets",
        permissions=allowed_by(
            "project.deployment_targets.view", "project.deployment_targets.manage"
        ),
        params={"project_id": "{project}"},
        no_feature="deployment targets feature is not enabled",  # C 1.5
        detail=("spec.env_vars", "spec.files"),
        detail_params={"include_secrets": "true"},
        tokens=True,
        not_ready="Invalid state: SYNCING",
        busy=lambda body: body.get("state") == "SYNCING",
        switch=Switch(field="spec.active", on="activate", off="deactivate"),
        later=MappingProxyType({"spec.active": True}),
    ),
    encode=_encode,
    decode=_decode,
    unwritable=_unwritable,
)
