"""What the service of secrets accepts, refuses and silently changes (B 2.3, 2.5)."""

import re

from reconciler.embedded.gateway.errors import invalid_argument, not_found, unknown
from reconciler.embedded.gateway.identifiers import check_width, contains_uuid, dumped
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.secrets import content, storage
from reconciler.embedded.secrets.content import Content
from reconciler.embedded.secrets.policy import Policy
from reconciler.embedded.secrets.storage import Secret
from reconciler.embedded.store import World

# " -." is a range, so that most ASCII punctuation is legal; a trailing newline slips through.
_NAME = re.compile(r"^[@: -._a-zA-Z0-9]+$")


def allowed(world: World) -> bool:
    """Even reading asks for the right to manage (B 1.6)."""
    return world.allowed("organization.secrets.manage")


def found(world: World, id_or_name: str) -> Secret:
    """Whatever the caller may not see does not exist."""
    if contains_uuid(id_or_name):
        secret = storage.find(world, dumped(id_or_name))
    else:
        secret = storage.find_by_name(world, id_or_name)
    if secret is None or not allowed(world):
        raise not_found(f"Secret {id_or_name} not found")
    return secret


def policy(world: World, config: Message | None, previous: Policy) -> Policy:
    """Without the flag or the permission the request's policy is ignored, not refused."""
    honoured = world.settings.secrets_access_policy and world.allowed(
        "organization.secrets_policy_settings.manage"
    )
    return Policy.of(config, previous) if config is not None and honoured else previous


def check(name: str, new_content: Content, previous: Secret | None = None) -> None:
    if problem := content.problem(new_content):
        raise invalid_argument(problem)
    if content.is_blank(name):
        raise unknown("Unknown error")
    if previous is None or _NAME.search(previous.name):
        _check_name_format(name)
    check_width(name)


def _check_name_format(name: str) -> None:
    if contains_uuid(name):
        raise invalid_argument("name should not be in uuid format")
    if not _NAME.search(name):
        raise invalid_argument(
            "name can only include alpha-numeric characters, dashes, underscores and dots"
        )


def save(world: World, secret: Secret) -> None:
    try:
        storage.save(world, secret)
    except storage.NameTaken:
        raise invalid_argument("name has already been taken") from None
