"""Secret: environment variables and files for jobs anywhere in the organization (B 2)."""

import re
from typing import Annotated, Any

from pydantic import Field

from reconciler.kinds.api import Api, Body, Contradiction, Item, Paging, allowed_by
from reconciler.kinds.fields import OneOf, Ref, Unordered, Unsupported, null_is
from reconciler.kinds.gateway import encode_whole, item_of
from reconciler.kinds.kind import Kind, NameRule
from reconciler.kinds.secret_data import EnvVars, Files, oversize
from reconciler.model import Sealed, Spec


class Metadata(Spec):
    name: str


class Data(Spec):
    env_vars: EnvVars = ()
    files: Files = ()


class OrgConfig(Spec):
    projects_access: Annotated[str, OneOf("ALL", "ALLOWED", "NONE")] = Field(
        default="ALL", description="needed with project_ids"
    )
    project_ids: Annotated[tuple[str, ...], Unordered, Ref("Project")] = Field(
        default=(),
        description="names of projects, or their ids; needed with ALLOWED, and only there",
    )
    debug_access: Annotated[str, OneOf("JOB_DEBUG_YES", "JOB_DEBUG_NO")] = "JOB_DEBUG_YES"
    attach_access: Annotated[str, OneOf("JOB_ATTACH_YES", "JOB_ATTACH_NO")] = "JOB_ATTACH_YES"

    def check(self) -> None:
        if self.projects_access == "ALLOWED" and not self.project_ids:
            raise ValueError("projects_access is ALLOWED, but project_ids names no project")
        if self.projects_access == "NONE" and self.project_ids:
            raise ValueError("projects_access is NONE, and forgets project_ids; write ALLOWED")
        if self.project_ids and "projects_access" not in self.model_fields_set:
            raise ValueError(
                "project_ids without projects_access leaves a new secret to ALL projects; "
                "write projects_access: ALLOWED"
            )

    def canonical(self) -> "Spec":
        """ALLOWED without projects reads back as NONE, and NONE forgets them (B 2.5)."""
        if self.projects_access == "ALLOWED" and not self.project_ids:
            return self.having({"projects_access": "NONE"})
        if self.projects_access == "NONE" and self.project_ids:
            return self.having({"project_ids": ()})
        return self


class Secret(Spec):
    metadata: Metadata
    data: Data = Data()
    org_config: Annotated[
        OrgConfig | None, null_is(lambda: OrgConfig().mentioned()), Unsupported()
    ] = Field(default=None, description="needs the organization's secrets access policies")


def observe(body: Body) -> Body:
    """Return the section of an answer with hidden values as such: "" is never a value.

    Raises Contradiction where values show that are said to be hidden.
    """
    if body["metadata"].get("content_included"):
        return body
    data: Body = body["data"] or {"env_vars": [], "files": []}
    shown = [v["value"] for v in data["env_vars"] or []]
    shown += [f["content"] for f in data["files"] or []]
    if any(shown):
        raise Contradiction("content_included is false, and its content is included")
    hidden = data | {
        "env_vars": [v | {"value": Sealed()} for v in data["env_vars"] or []],
        "files": [f | {"content": Sealed()} for f in data["files"] or []],
    }
    return body | {"data": hidden}


def _decode(body: Body) -> Item:
    spec = KIND.observed(observe(body))
    return item_of(body, spec, fixed=not body["metadata"].get("content_included"))


def unwritable(secret: Any) -> str:
    """What sources gave counts, too: a replacement must not be refused with the old one gone."""
    too_much = oversize(secret.data.env_vars, secret.data.files)
    return f"data is {too_much}" if too_much else ""


METADATA_READ_ONLY = (
    "metadata.id",
    "metadata.create_time",
    "metadata.update_time",
    "metadata.checkout_at",
    "metadata.content_included",
)

KIND = Kind(
    name="Secret",
    title="Organization secrets",
    folder="secrets",
    model=Secret,
    versions=("v1beta",),
    name_rule=NameRule(
        # the server's own class has a range from space to full stop (B 2.3)
        re.compile(r"[@: -._a-zA-Z0-9]+"),
        "letters, digits, spaces and @ : _ - . and the like, no slash",
        no_uuid="part",
    ),
    read_only=METADATA_READ_ONLY,
    api=Api(
        path="/api/v1beta/secrets",
        permissions=allowed_by("organization.secrets.manage", "organization.secrets.manage"),
        heeded_with={"org_config": "organization.secrets_policy_settings.manage"},
        paging=Paging.TOKENS,
        list_key="secrets",
        page_size=100,
    ),
    encode=encode_whole,
    decode=_decode,
    unwritable=unwritable,
)
