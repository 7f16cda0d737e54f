"""Which things the names in a step stand for: what others made by one of them is another thing."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.kinds.kind import refs
from reconciler.model import Action, Change
from reconciler.planning.draft import Draft


def identify(draft: Draft) -> None:
    """Note of each step the ids of what it is in, what it refers to, and what goes with it."""
    draft.changes = [replace(each, ids=dict(sorted(_ids(each, draft)))) for each in draft.changes]


def _ids(change: Change, draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield each name and its id, of what is there already."""
    named = {("Project", change.address.project)}
    if change.desired and change.action is not Action.DELETE:
        named |= {(ref.kind, name) for ref, name in refs(change.desired.spec)}
    for kind, name in named:
        if id_ := draft.live.directory.id(kind, name):
            yield f"{kind}/{name}", id_
    for address in change.takes:
        if id_ := draft.live.contents[address].id:
            yield str(address), id_
