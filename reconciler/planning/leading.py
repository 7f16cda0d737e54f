"""Which projects a manifest leads an object to, by what is to be written of it."""

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.kind import refs
from reconciler.model import Desired, Live
from reconciler.planning.diff import compare
from reconciler.planning.overlay import overlay


def led_to(desired: Desired, there: Live | None) -> set[str]:
    """Return the names of the projects that an object will refer to, and does not yet.

    What is left as it is leads nowhere, whatever it refers to. ``there``: None for what is new.
    """
    names = {name for ref, name in refs(desired.spec) if ref.kind == "Project"}
    if there is None or not names:
        return names
    laid = overlay(there.spec, desired.spec, desired.rules.ignore).spec
    written = [field.after for field in compare(there.spec, laid)]
    return {name for name in names if any(_holds(after, name) for after in written)}


def _holds(value: Any, name: str) -> bool:
    """Whether a name is anywhere in plain data."""
    if isinstance(value, Mapping):
        value = [*value.values()]
    return any(_holds(each, name) for each in value) if isinstance(value, list) else value == name
