"""SelfHostedAgentType: a pool of the user's own machines (C 2)."""

import re
from typing import Annotated, Any

from pydantic import Field

from reconciler.kinds.api import Api, Body, Item, allowed_by, plain
from reconciler.kinds.fields import Omitted, OneOf, declared_only
from reconciler.kinds.kind import Kind, NameRule
from reconciler.model import Spec

_AGENT, _STS = "assignment_origin_agent", "assignment_origin_aws_sts"
_SHORTEST = 60


def _check_release(seconds: int) -> None:
    if seconds and not _SHORTEST <= seconds < 2**31:
        raise ValueError(f"must be 0, or {_SHORTEST} to {2**31 - 1} seconds")


class Metadata(Spec):
    name: str


class Aws(Spec):
    account_id: str = Field(default="", description=f"needed with {_STS}")
    role_name_patterns: str = Field(
        default="", description=f"needed with {_STS}; comma-separated, kept verbatim"
    )


class AgentNameSettings(Spec):
    assignment_origin: Annotated[str, OneOf(_AGENT, _STS, fold=str.lower)] = Field(
        default=_AGENT, description="needed with aws"
    )
    release_after: Annotated[int, declared_only(_check_release)] = Field(
        default=0, description="seconds; 0 or at least 60"
    )
    aws: Annotated[Aws, Omitted()] = Aws()

    def check(self) -> None:
        aws = (self.aws.account_id, self.aws.role_name_patterns)
        if "assignment_origin" not in self.model_fields_set:
            if any(aws):
                raise ValueError(f"aws counts only with `assignment_origin: {_STS}`; write that")
            return
        if self.assignment_origin == _STS and not all(aws):
            raise ValueError(f"{_STS} needs aws.account_id and aws.role_name_patterns")
        if self.assignment_origin == _AGENT and any(aws):
            raise ValueError(f"aws belongs to {_STS}, not to {_AGENT}")

    def canonical(self) -> "Spec":
        """Names that agents choose themselves have nothing to do with AWS."""
        if self.assignment_origin == _AGENT and self.aws != Aws():
            return self.having({"aws": Aws()})
        return self


class AgentTypeSpec(Spec):
    agent_name_settings: AgentNameSettings = AgentNameSettings()


class SelfHostedAgentType(Spec):
    metadata: Metadata
    spec: AgentTypeSpec = AgentTypeSpec()


def _unwritable(agent_type: Any) -> str:
    """Which origin it is may be known only from what is live."""
    settings = agent_type.spec.agent_name_settings
    aws = (settings.aws.account_id, settings.aws.role_name_patterns)
    lacks = settings.assignment_origin == _STS and not all(aws)
    return f"{_STS} needs aws.account_id and aws.role_name_patterns" if lacks else ""


def _encode(item: Item, before: Item | None) -> Body:  # noqa: ARG001 — PATCH replaces (C 2.3)
    body: Body = plain(item.spec)
    return body


def _decode(body: Body) -> Item:
    metadata = body["metadata"]
    spec: Any = KIND.observed(body)
    # it has no id of its own, and a name can be taken anew by somebody else (C 2)
    id_ = f"{metadata['name']} of {metadata.get('create_time', '')}"
    revision = str(metadata.get("update_time", ""))
    return Item(spec=spec, id=id_, name=metadata["name"], revision=revision)


KIND = Kind(
    name="SelfHostedAgentType",
    title="Self-hosted agent types",
    folder="agent-types",
    model=SelfHostedAgentType,
    versions=("v1alpha",),
    name_rule=NameRule(
        re.compile(r"s1-[a-zA-Z0-9-_]+"),
        "s1- followed by letters, digits, dashes and underscores",
        longest=100,
    ),
    renamable=False,
    read_only=("metadata.create_time", "metadata.update_time", "status.total_agent_count"),
    legacy={
        "status.registration_token": (
            "a registration token in a file is a leaked secret: remove it, and reset the token"
        ),
        "status": "`status` is the server's to say; remove it",
    },
    api=Api(
        path="/api/v1alpha/self_hosted_agent_types",
        permissions=allowed_by(
            "organization.self_hosted_agents.view", "organization.self_hosted_agents.manage"
        ),
        list_key="agent_types",
        item="name",
        has_id=False,
        update_by="name",
        once="status.registration_token",
    ),
    encode=_encode,
    decode=_decode,
    unwritable=_unwritable,
)
