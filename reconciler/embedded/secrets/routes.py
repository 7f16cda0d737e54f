"""The operations on organization secrets, v1beta (B 2)."""

from dataclasses import replace
from enum import IntEnum

from reconciler.embedded.gateway import operations, paging
from reconciler.embedded.gateway.errors import failed_precondition, part, permission_denied
from reconciler.embedded.gateway.operations import Call, Handlers
from reconciler.embedded.gateway.shapes import BOOL, INT32, INT64, STRING, Message, Repeated, shape
from reconciler.embedded.gateway.times import in_seconds, microseconds
from reconciler.embedded.secrets import rules, storage
from reconciler.embedded.secrets.content import DATA, Content
from reconciler.embedded.secrets.policy import ORG_CONFIG, Policy
from reconciler.embedded.secrets.storage import Secret
from reconciler.embedded.store import World


class Order(IntEnum):
    BY_NAME_ASC = 0
    BY_CREATE_TIME_ASC = 1


SECRET = shape(
    metadata=shape(
        name=STRING,
        id=STRING,
        create_time=INT64,
        update_time=INT64,
        checkout_at=INT64,
        content_included=BOOL,
    ),
    data=DATA,
    org_config=ORG_CONFIG,
)
PAGE = shape(secrets=Repeated(SECRET), next_page_token=STRING)
QUERY = shape(page_size=INT32, page_token=STRING, order=Order)
_LIMIT = 100


def list_secrets(call: Call) -> Message:
    """The size is checked before the permission (B 1.5)."""
    world, query = call.world, call.message
    size = paging.page_size(query["page_size"], _LIMIT)
    if not rules.allowed(world):
        raise permission_denied("Can't list secrets in organization")
    if query["order"] == Order.BY_NAME_ASC:
        secrets, token = paging.read(
            query["page_token"],
            size,
            start=("", ""),
            rows_after=lambda after, count: storage.by_name(world, after, count),
            position_of=lambda secret: (paging.name_key(secret.name), secret.id),
        )
    else:
        secrets, token = paging.read(
            query["page_token"],
            size,
            start=(-1, ""),
            rows_after=lambda after, count: storage.by_creation(world, after, count),
            position_of=lambda secret: (secret.inserted_at, secret.id),
        )
    return {"secrets": [_shown(world, secret) for secret in secrets], "next_page_token": token}


def get(call: Call) -> Message:
    return _shown(call.world, rules.found(call.world, call.path["id_or_name"]))


def create(call: Call) -> Message:
    world, sent = call.world, call.message
    name: str = part(sent, "metadata")["name"]
    if not rules.allowed(world):
        raise permission_denied("You are not authorized to create secrets")
    content = Content.of(part(sent, "data"))
    rules.check(name, content)
    now = microseconds(world)
    secret = Secret(
        id=world.uuid(),
        name=name,
        content=content,
        policy=rules.policy(world, sent["org_config"], Policy()),
        inserted_at=now,
        updated_at=now,
        used_at=0,
    )
    rules.save(world, secret)
    return _shown(world, secret)


def update(call: Call) -> Message:
    """Where values are hidden this is refused before anything is looked up (B 2.5)."""
    world, sent = call.world, call.message
    name: str = part(sent, "metadata")["name"]
    if not world.settings.secrets_exposed_content:
        raise failed_precondition("Secret can not be updated with API")
    secret = rules.found(world, call.path["id_or_name"])
    content = Content.of(part(sent, "data"))
    rules.check(name, content, secret)
    changed = replace(
        secret,
        name=name,
        content=content,
        policy=rules.policy(world, sent["org_config"], secret.policy),
        updated_at=microseconds(world),
    )
    rules.save(world, changed)
    return _shown(world, changed)


def delete(call: Call) -> Message:
    storage.delete(call.world, rules.found(call.world, call.path["id_or_name"]))
    return {}


def _shown(world: World, secret: Secret) -> Message:
    exposed = world.settings.secrets_exposed_content
    return {
        "metadata": {
            "name": secret.name,
            "id": secret.id,
            "create_time": in_seconds(secret.inserted_at),
            "update_time": in_seconds(secret.updated_at),
            "checkout_at": secret.used_at,
            "content_included": exposed,
        },
        "data": secret.content.shown(values=exposed),
        "org_config": secret.policy.shown() if world.settings.secrets_access_policy else None,
    }


ROUTES = operations.routes(
    operations.crud(
        "/api/v1beta/secrets",
        resource=SECRET,
        page=PAGE,
        query=QUERY,
        handlers=Handlers(list=list_secrets, create=create, get=get, update=update, delete=delete),
    )
)
