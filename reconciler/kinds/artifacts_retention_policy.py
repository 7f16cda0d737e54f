"""ArtifactsRetentionPolicy: how long a project's artifacts are kept (C 4)."""

import re
from typing import Annotated, Any

from pydantic import Field

from reconciler.kinds.api import Api, Body, Item, allowed_by, plain
from reconciler.kinds.fields import Normal, declared_only
from reconciler.kinds.kind import Kind
from reconciler.model import Spec

_AGE = re.compile(r"([1-9]|1[0-2]) (day|week|month|year)s?")
_DAYS = {"year": 365, "month": 30, "week": 7, "day": 1}
_LONGEST_SELECTOR = 100
_MOST_RULES = 10


def _check_age(age: str) -> None:
    if not _AGE.fullmatch(age):
        raise ValueError(
            f"{age!r} is not an age: 1 to 12, one space, then days, weeks, months or years"
        )


def canonical_age(age: str) -> str:
    """Return the age as the server shows it: 7 days is ``1 week``, ``2 week`` is ``2 weeks``."""
    found = re.fullmatch(r"(\d+)\s(day|week|month|year)s?", age)
    if not found:
        return age
    days = int(found[1]) * _DAYS[found[2]]
    unit, length = next((u, d) for u, d in _DAYS.items() if days % d == 0)
    count = days // length
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _check_selector(selector: str) -> None:
    if not selector:
        raise ValueError("must not be empty")
    if len(selector.encode()) > _LONGEST_SELECTOR:
        raise ValueError(f"is longer than {_LONGEST_SELECTOR} bytes")


def _check_count(rules: tuple[Any, ...]) -> None:
    if len(rules) > _MOST_RULES:
        raise ValueError(f"has {len(rules)} rules, a level holds at most {_MOST_RULES}")


class Rule(Spec):
    selector: Annotated[str, declared_only(_check_selector)]
    age: Annotated[str, declared_only(_check_age), Normal(canonical_age)]


Level = Annotated[tuple[Rule, ...], declared_only(_check_count)]


class Levels(Spec):
    project_level_retention_policies: Level = Field(
        default=(), description="the first rule that matches counts"
    )
    workflow_level_retention_policies: Level = ()
    job_level_retention_policies: Level = ()


class ArtifactsRetentionPolicy(Spec):
    spec: Levels = Levels()


def _unwritable(policy: Any) -> str:
    rules = [rule for _, level in policy.spec for rule in level]
    if not rules:
        return (
            "Semaphore's API can't return a project to no retention policy; "
            "do it in the web interface, or keep one rule"
        )
    odd = [rule.age for rule in rules if not _AGE.fullmatch(rule.age)]
    if odd:
        return (
            f"the live age {odd[0]!r} can't be sent back, and every level is written at once; "
            "declare that level too"
        )
    return ""


def _encode(item: Item, before: Item | None) -> Body:  # noqa: ARG001 — POST replaces (C 4.2)
    body: Body = plain(item.spec)
    return {"project_id": item.project, **body["spec"]}


def _decode(body: Body) -> Item:
    return Item(spec=KIND.observed({"spec": body}))


KIND = Kind(
    name="ArtifactsRetentionPolicy",
    title="Artifact retention policies",
    folder="artifacts",
    model=ArtifactsRetentionPolicy,
    versions=("v1alpha",),
    project_at=("metadata.project_id_or_name",),
    singleton=True,
    renamable=False,
    api=Api(
        path="/api/v1alpha/artifacts_retention_policies",
        permissions=allowed_by("project.general_settings.view", "project.general_settings.manage"),
        item="project",
        has_id=False,
        update_by="",
        not_ready="artifact bucket ID is malformed",
    ),
    encode=_encode,
    decode=_decode,
    unwritable=_unwritable,
)
