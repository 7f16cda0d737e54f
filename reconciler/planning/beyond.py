"""What Semaphore has beyond what this version knows: told, and never lost."""

from collections import defaultdict

from reconciler.kinds.twins import is_beyond, paths
from reconciler.model import Place, Problem, Severity
from reconciler.planning.draft import Draft


def tell_unknown(draft: Draft) -> None:
    """Note once for each kind that there are fields we don't know: where, never what."""
    if draft.policy.destroy:
        return
    by_kind: dict[str, set[str]] = defaultdict(set)
    for live in draft.live.objects.values():
        shown = live.verbatim or live.spec
        if is_beyond(shown):
            by_kind[live.address.kind].update(paths(shown))
    for kind, fields in sorted(by_kind.items()):
        text = (
            f"{kind}: Semaphore has fields that this version does not know: "
            f"{', '.join(sorted(fields))}; an update leaves them as they are"
        )
        draft.notes.append(Problem(Place("live"), text, Severity.WARNING))
