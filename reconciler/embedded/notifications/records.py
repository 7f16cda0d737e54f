"""Notifications to rows and back, with the crashes on both ways (B 4.1)."""

from reconciler.embedded.gateway.errors import failed_precondition, part
from reconciler.embedded.gateway.identifiers import check_width, is_uuid
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.notifications import storage
from reconciler.embedded.notifications.rules import PATTERNS, regex
from reconciler.embedded.notifications.shapes import EMAIL, Status
from reconciler.embedded.notifications.storage import Notification
from reconciler.embedded.replies import Crash
from reconciler.embedded.store import World


def encoded(spec: Message) -> Message:
    """The spec as it is stored: as sent, unless it holds what cannot be encoded."""
    for rule in spec["rules"]:
        if rule["filter"]["states"]:
            raise Crash("states")
        for target in rule["notify"].values():
            if target is not None and target["status"] not in set(Status):
                raise Crash("undefined status")
    return spec


def save(world: World, notification: Notification) -> None:
    """Write all of it or nothing; the name's refusals have no words, except one."""
    name = notification.name
    if not name.strip() or is_uuid(name):
        raise Crash("blank name or UUID as a name")
    check_width(name)
    with world.transaction():
        try:
            storage.save(world, notification)
        except storage.NameTaken:
            raise failed_precondition(f"name '{name}' has already been taken") from None
        for rule in notification.spec["rules"]:
            terms = [term for kind in PATTERNS for term in rule["filter"][kind]]
            check_width(rule["name"], *(regex(term) or term for term in terms))


def shown(notification: Notification) -> Message:
    """Crashes where a rule lacks its slack or its webhook: such a row is there to stay."""
    return {
        "metadata": {
            "name": notification.name,
            "id": notification.id,
            "create_time": notification.inserted_at,
            "update_time": notification.updated_at,
            "creator_id": notification.creator_id,
        },
        "spec": {"rules": [_rule(rule) for rule in notification.spec["rules"]]},
        "status": {},
    }


def _rule(rule: Message) -> Message:
    notify = rule["notify"]
    targets = {
        "slack": part(notify, "slack"),
        "email": notify["email"] or EMAIL.empty(),
        "webhook": part(notify, "webhook"),
    }
    return {**rule, "notify": targets}
