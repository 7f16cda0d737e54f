"""The different ways in which the services tell an id from a name (B 2.4)."""

import re

from reconciler.embedded.replies import Crash

_LOWER_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_BINARY_UUID_SIZE = 16
_COLUMN_WIDTH = 255


def contains_uuid(text: str) -> bool:
    """Org secrets and dashboards: a lower-case UUID anywhere in the text."""
    return _LOWER_UUID.search(text) is not None


def is_uuid(text: str) -> bool:
    """Notifications: exactly one UUID, in any case."""
    return _LOWER_UUID.fullmatch(text.lower()) is not None


def is_castable(text: str) -> bool:
    """Project secrets: a UUID in any case, or any text of 16 bytes."""
    return is_uuid(text) or len(text.encode()) == _BINARY_UUID_SIZE


def dumped(text: str) -> str:
    """The id as the database wants it; what is no UUID crashes on the way there."""
    if not is_uuid(text):
        raise Crash("not a UUID")
    return text.lower()


def check_width(*texts: str) -> None:
    """Text columns hold 255 characters and no NUL; the database's refusal is not handled."""
    if any(len(text) > _COLUMN_WIDTH or "\0" in text for text in texts):
        raise Crash("does not fit into its column")
