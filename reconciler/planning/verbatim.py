"""What to send: what stays as it is goes back byte for byte, not in the form we compare by."""

from dataclasses import replace

from reconciler.kinds.kind import settle
from reconciler.model import Live, Spec


def as_shown(live: Live) -> Live:
    """Return what is live in the server's own spelling."""
    return live if live.verbatim is None else replace(live, spec=live.verbatim)


def to_send(wanted: Spec, live: Live) -> Spec:
    """Return ``wanted`` with all that is the same live in the server's own spelling.

    Unless that would mean something else beside what changes: a status for just the pipeline
    file follows that file (A 7.7).
    """
    return wanted if live.verbatim is None else _spelled(wanted, live.spec, live.verbatim)


def _spelled(wanted: Spec, live: Spec, verbatim: Spec) -> Spec:
    if wanted == live:
        return verbatim
    result = wanted
    for name, value in wanted:
        there, shown = getattr(live, name), getattr(verbatim, name)
        if isinstance(value, Spec) and isinstance(there, Spec) and isinstance(shown, Spec):
            shown = _spelled(value, there, shown)
        elif value != there:
            continue
        spelled = result.having({name: shown})
        if settle(spelled) == wanted:
            result = spelled
    return result
