"""Values that a manifest leaves where they are, in what would have to be created again."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from reconciler.kinds.sealing import FROM
from reconciler.model import Live, Spec
from reconciler.model.address import typed
from reconciler.model.secrets import sealed_in


def lost(whole: Spec, live: Live) -> str:
    """Say which values would be lost if an object were replaced, and each way out; "" if none."""
    wanted = dict(sealed_in(whole))
    kept = [path for path, sealed in wanted.items() if sealed.is_kept]
    if not kept:
        return ""
    added = [path for path, _ in sealed_in(live.spec) if path not in wanted]
    *ways, last = [
        *_declaring(added),
        "make the change in Semaphore by hand and in the manifest as it is there",
        f"give {'it' if len(kept) == 1 else 'each'} a source instead of `live: keep`",
        f"leave the object out: --exclude {typed([live.address])}",
    ]
    return (
        f"its manifest keeps the live value of {', '.join(kept)}, and Semaphore takes this change "
        f"only as a new object, in which there would be none; {', '.join(ways)}, or {last}"
    )


def _declaring(added: Iterable[str]) -> Iterator[str]:
    """Yield what keeps entries that only the live object has."""
    entries = sorted(path.rpartition(".")[::-2] for path in added)
    for field, group in groupby(entries, key=lambda entry: entry[0]):
        items = ", ".join(item for _, item in group)
        yield (
            f"to keep what was added outside declare {items} with `{field}{FROM}: {{live: keep}}`"
        )
