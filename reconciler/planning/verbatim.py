"""What to send: what stays as it is goes back byte for byte, not in the form we compare by."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds.kind import settle
from reconciler.kinds.twins import carried
from reconciler.model import Keyed, Live, Spec
from reconciler.model.items import by_key


def as_shown(live: Live) -> Live:
    """Return what is live in the server's own spelling."""
    return live if live.verbatim is None else replace(live, spec=live.verbatim)


def to_send(wanted: Spec, live: Live) -> Spec:
    """Return ``wanted`` with all that is the same live in the server's own spelling.

    Unless that would mean something else beside what changes: a status for just the pipeline
    file follows that file (A 7.7). What is beyond this version goes with the part it is in.
    """
    if live.verbatim is None:
        return carried(wanted, live.spec)
    return carried(_spelled(wanted, live.spec, live.verbatim), live.verbatim)


def _spelled(wanted: Spec, live: Spec, verbatim: Spec) -> Spec:
    if wanted == live:
        return verbatim
    result = wanted
    for name, value in wanted:
        there, shown = getattr(live, name), getattr(verbatim, name)
        if isinstance(value, Spec) and isinstance(there, Spec) and isinstance(shown, Spec):
            shown = _spelled(value, there, shown)
        elif isinstance(value, tuple) and value != there:
            shown = _spelled_items(value, by_key(there or ()), by_key(shown or ()))
        elif value != there:
            continue
        spelled = result.having({name: shown})
        if settle(spelled) == wanted:
            result = spelled
    return result


def _spelled_items(
    wanted: tuple[Any, ...], live: Mapping[str, Any], verbatim: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Return the items that a key identifies with what stays the same in each as it is shown."""
    return tuple(
        _spelled(item, live[item.key], verbatim[item.key])
        if isinstance(item, Keyed) and item.key in live and item.key in verbatim
        else item
        for item in wanted
    )
