"""What the service of notifications refuses with words, in its order (B 4.2)."""

import re
from collections.abc import Iterable

from reconciler.embedded.gateway.errors import invalid_argument, not_found, part
from reconciler.embedded.gateway.identifiers import is_uuid
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.notifications import storage
from reconciler.embedded.notifications.storage import Notification
from reconciler.embedded.regular import compiles
from reconciler.embedded.replies import Crash, Refused
from reconciler.embedded.store import World

PATTERNS = ("projects", "branches", "pipelines", "blocks", "results", "tags")
_REGEX = re.compile(r"^/.*/$")
_RESULTS = ("passed", "failed", "stopped", "canceled")


def may_view(world: World) -> bool:
    return world.allowed("organization.notifications.view")


def may_manage(world: World) -> bool:
    return world.allowed("organization.notifications.manage")


def missing(id_or_name: str) -> Refused:
    return not_found(f"Notification {id_or_name} not found")


def found(world: World, id_or_name: str) -> Notification:
    if is_uuid(id_or_name):
        notification = storage.find(world, id_or_name.lower())
    else:
        notification = storage.find_by_name(world, id_or_name)
    if notification is None:
        raise missing(id_or_name)
    return notification


def check(sent: Message, user_id: str) -> None:
    rules: list[Message] = part(sent, "spec")["rules"]
    filters = [part(rule, "filter") for rule in rules]
    _check_regexes([term for each in filters for kind in PATTERNS for term in each[kind]])
    _check_results([term for each in filters for term in each["results"]])
    _check_targets(rules)
    if not is_uuid(user_id):
        raise invalid_argument("Invalid user_id: expected a valid UUID")


def regex(term: str) -> str | None:
    """What is between the slashes, None if the term is taken literally."""
    return term[1:-1] if _REGEX.search(term) else None


def _check_regexes(terms: Iterable[str]) -> None:
    wrong = [term for term in terms if (text := regex(term)) is not None and not compiles(text)]
    if len(wrong) == 1:
        raise invalid_argument(f"Pattern {wrong[0]} is not a valid regex statement")
    if wrong:
        raise invalid_argument(f"Patterns [{', '.join(wrong)}] are not valid regex statements")


def _check_results(results: Iterable[str]) -> None:
    wrong = [term for term in results if regex(term) is None and term not in _RESULTS]
    if len(wrong) > 1:
        raise Crash("two or more wrong results")
    if wrong:
        raise invalid_argument(
            f"Value {wrong[0]} is not a valid result entry."
            " Valid values are: passed, failed, canceled, stopped."
        )


def _check_targets(rules: Iterable[Message]) -> None:
    for rule in rules:
        notify: Message | None = rule["notify"]
        if notify is None:
            raise invalid_argument("A notification rule must have a notify field.")
        slack, email, webhook = (notify[kind] or {} for kind in ("slack", "email", "webhook"))
        if not (email.get("cc") or slack.get("endpoint") or webhook.get("endpoint")):
            raise invalid_argument(
                "A notification rule must have at least one notification target configured."
            )
