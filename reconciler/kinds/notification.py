"""Notification: who is told about which results, by Slack or webhook (B 4)."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from reconciler.kinds.api import Api, Body, Item, Paging, allowed_by
from reconciler.kinds.fields import (
    Normal,
    Omitted,
    OneOf,
    Ref,
    Unordered,
    declared_only,
    nearest,
)
from reconciler.kinds.gateway import encode_whole, item_of
from reconciler.kinds.git_names import SLASHED, not_a_ref
from reconciler.kinds.kind import Kind, NameRule
from reconciler.kinds.patterns import check_slashed, is_slashed
from reconciler.kinds.sealing import Secretive, take_sources
from reconciler.model import Keyed, Sealed, Spec

_RESULTS = ("passed", "failed", "stopped", "canceled")
_STATES = ("STARTED", "FINISHED")


def _check_patterns(values: tuple[str, ...]) -> None:
    for value in values:
        check_slashed(value)
        if len(value) > 255:  # noqa: PLR2004 — the column's width
            raise ValueError(f"{value[:20]!r}… is longer than 255 characters")


def _check_results(values: tuple[str, ...]) -> None:
    _check_patterns(values)
    for value in values:
        if value not in _RESULTS and not is_slashed(value):
            raise ValueError(
                f"{value!r} is not one of {', '.join(_RESULTS)}, nor a /pattern/"
                f"{nearest(value, _RESULTS)}"
            )


def _refuse_states(values: tuple[str, ...]) -> None:
    """Only words that the gateway knows come as far as to what crashes on them (B 4.1)."""
    if known := [value for value in values if value in _STATES]:
        raise ValueError(f"remove {known[0]!r}: Semaphore crashes on it and never looks at states")


def _no_states(_: tuple[str, ...]) -> tuple[str, ...]:
    """The gateway drops all words that may be written."""
    return ()


Patterns = Annotated[tuple[str, ...], Unordered, declared_only(_check_patterns)]
_Status = Annotated[str, OneOf("ACTIVE", "INACTIVE")]


class Metadata(Spec):
    name: str


class Filter(Spec):
    projects: Patterns = Field(
        default=(), description="names or /patterns/; without any the rule never fires"
    )
    branches: Patterns = ()
    tags: Annotated[Patterns, Omitted()] = ()
    pipelines: Patterns = ()
    blocks: Patterns = ()
    states: Annotated[tuple[str, ...], declared_only(_refuse_states), Normal(_no_states)] = Field(
        default=(), description="Semaphore never looks at it"
    )
    results: Annotated[tuple[str, ...], Unordered, declared_only(_check_results)] = ()

    def doubts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for key in ("branches", "tags"):
            for value in getattr(self, key):
                if not is_slashed(value) and (wrong := not_a_ref(value, SLASHED)):
                    yield (key,), f"{value!r} matches nothing: {wrong}"
        for value in self.states:
            yield ("states",), f"Semaphore drops {value!r}, and never looks at states; remove it"


def _endpoint() -> Any:
    """Who has the address can write to it: it is the password, too (B 4.1)."""
    sources = "env, file, sops, vault, or live: keep"
    return Field(default=Sealed(""), description=f"or `endpoint_from`: {sources}")


class Slack(Spec):
    endpoint: Secretive = _endpoint()
    channels: tuple[str, ...] = ()
    message: str = ""
    status: _Status = "ACTIVE"

    _sources = take_sources()


class Email(Spec):
    subject: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    content: str = ""
    status: _Status = "ACTIVE"


class Webhook(Spec):
    endpoint: Secretive = _endpoint()
    timeout: int = Field(default=0, ge=-(2**31), lt=2**31)
    action: str = ""
    retries: int = Field(default=0, ge=-(2**31), lt=2**31)
    status: _Status = "ACTIVE"
    secret: Annotated[str, Ref("Secret", soft=True)] = Field(
        default="", description="name of the organization secret that signs the request"
    )

    _sources = take_sources()


class Notify(Spec):
    """All three are always sent: a missing one poisons the organization's list (B 4.1)."""

    slack: Slack = Slack()
    email: Email = Email()
    webhook: Webhook = Webhook()


class Rule(Keyed):
    UNIQUE: ClassVar[bool] = False

    name: str = ""
    filter: Filter = Filter()
    notify: Notify

    def check(self) -> None:
        notify = self.notify
        endpoints = (notify.slack.endpoint, notify.webhook.endpoint)
        if all(endpoint.is_empty for endpoint in endpoints) and not notify.email.cc:
            raise ValueError(
                "notify needs a slack endpoint, a webhook endpoint or an email cc; "
                "one that is there stays with `endpoint_from: {live: keep}`"
            )


class Rules(Spec):
    rules: tuple[Rule, ...] = ()


class Notification(Spec):
    metadata: Metadata
    spec: Rules = Rules()


def _decode(body: Body) -> Item:
    return item_of(body, KIND.observed(body))


KIND = Kind(
    name="Notification",
    title="Notifications",
    folder="notifications",
    model=Notification,
    versions=("v1alpha",),
    name_rule=NameRule(re.compile(r"(?s:.+)"), "any text that is not blank", no_uuid="whole"),
    read_only=(
        "metadata.id",
        "metadata.create_time",
        "metadata.update_time",
        "metadata.creator_id",
        "status",
    ),
    api=Api(
        path="/api/v1alpha/notifications",
        permissions=allowed_by(
            "organization.notifications.view", "organization.notifications.manage"
        ),
        paging=Paging.TOKENS,
        list_key="notifications",
        page_size=300,
        crash=(  # B 4.1
            "if it stays, a notification that was made without a `slack` or a `webhook` is the "
            "cause, and the list comes back when that is deleted"
        ),
    ),
    encode=encode_whole,
    decode=_decode,
)
