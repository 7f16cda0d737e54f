"""The operations on notifications, v1alpha (B 4.2)."""

from dataclasses import replace

from reconciler.embedded.gateway import operations, paging
from reconciler.embedded.gateway.errors import part, permission_denied
from reconciler.embedded.gateway.operations import Call, Handlers
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.gateway.times import seconds
from reconciler.embedded.notifications import records, rules, storage
from reconciler.embedded.notifications.shapes import NOTIFICATION, PAGE, QUERY
from reconciler.embedded.notifications.storage import Notification

_LIMIT = 300


def list_notifications(call: Call) -> Message:
    """One poisoned row takes the whole answer down (B 4.1)."""
    world, query = call.world, call.message
    size = paging.page_size(query["page_size"], _LIMIT)
    if not rules.may_view(world):
        raise permission_denied("Can't list notifications in organization")
    notifications, token = paging.read(
        query["page_token"],
        size,
        start=("", ""),
        rows_after=lambda after, count: storage.by_name(world, after, count),
        position_of=lambda notification: (paging.name_key(notification.name), notification.id),
    )
    return {
        "notifications": [records.shown(notification) for notification in notifications],
        "next_page_token": token,
    }


def get(call: Call) -> Message:
    id_or_name = call.path["id_or_name"]
    if not rules.may_view(call.world):
        raise rules.missing(id_or_name)
    return records.shown(rules.found(call.world, id_or_name))


def create(call: Call) -> Message:
    world, sent = call.world, call.message
    name: str = part(sent, "metadata")["name"]
    if not rules.may_manage(world):
        raise permission_denied("You are not authorized to create notifications")
    rules.check(sent, world.user_id)
    now = seconds(world)
    notification = Notification(
        id=world.uuid(),
        name=name,
        creator_id=world.user_id,
        spec=records.encoded(sent["spec"]),
        inserted_at=now,
        updated_at=now,
    )
    records.save(world, notification)
    return records.shown(notification)


def update(call: Call) -> Message:
    """The body is validated before the notification is looked for; the caller becomes its owner."""
    world, sent = call.world, call.message
    id_or_name = call.path["id_or_name"]
    if not rules.may_manage(world):
        raise rules.missing(id_or_name)
    rules.check(sent, world.user_id)
    notification = rules.found(world, id_or_name)
    changed = replace(
        notification,
        name=part(sent, "metadata")["name"],
        creator_id=world.user_id,
        spec=records.encoded(sent["spec"]),
    )
    if changed != notification:
        changed = replace(changed, updated_at=seconds(world))
    records.save(world, changed)
    return records.shown(changed)


def delete(call: Call) -> Message:
    """Shows nothing, so that it works on a poisoned notification too."""
    id_or_name = call.path["id_or_name"]
    if not rules.may_manage(call.world):
        raise rules.missing(id_or_name)
    storage.delete(call.world, rules.found(call.world, id_or_name))
    return {}


ROUTES = operations.routes(
    operations.crud(
        "/api/v1alpha/notifications",
        resource=NOTIFICATION,
        page=PAGE,
        query=QUERY,
        handlers=Handlers(
            list=list_notifications, create=create, get=get, update=update, delete=delete
        ),
    )
)
