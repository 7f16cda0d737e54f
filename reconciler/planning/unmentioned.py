"""What stays as it is since a manifest says it no longer, or ignores it: told if it surprises."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from reconciler.model import Desired, FieldChange, Live, Problem, Record, Sealed, Severity, Spec
from reconciler.model.mentioned import left_alone
from reconciler.model.paths import parts
from reconciler.planning.diff import visible

_LONGEST: Final = 60


def unmentioned(
    desired: Desired, live: Live | None, record: Record | None, written: Iterable[FieldChange]
) -> Iterator[Problem]:
    """Yield a note for each field that was declared, is no longer, and keeps its live value.

    What is ``written`` does not: the server clears it, as all that a changed mode leaves unused.
    """
    if live is None or record is None or not record.is_of(live):
        return
    for path, value in left_alone(desired.spec, live.spec, record.mentioned):
        cleared = any(f"{field.path}.".startswith(f"{path}.") for field in written)
        if not (cleared or desired.rules.ignores(path)):
            text = f"{path} is declared no longer, and keeps its live value{_shown(value)}"
            yield Problem(desired.place, f"{desired.address}: {text}", Severity.WARNING)


def ignored_nowhere(desired: Desired, live: Live | None) -> Iterator[Problem]:
    """Yield a note for each ignored item that there is not: a slip of the pen ignores nothing."""
    for path in desired.rules.ignore if live else ():
        if not any(_leads(spec, path) for spec in (desired.spec, live and live.spec)):
            text = f"`ignore` names {path}, which is neither in the manifest nor in Semaphore"
            yield Problem(desired.place, f"{desired.address}: {text}", Severity.WARNING)


def _leads(value: Any, path: str, above: str = "") -> bool:
    """Whether a path leads to something, as far as items of lists are concerned."""
    if not isinstance(value, Spec | tuple):
        return True
    return any(
        path == here or (path.startswith(f"{here}.") and _leads(part, path, here))
        for here, part in parts(value, above)
    )


def _shown(value: Any) -> str:
    """Return a value that is short and no list of things, after a blank."""
    if value is None or any(isinstance(part, Spec | Sealed) for part in (value, *_parts(value))):
        return ""
    text = json.dumps(visible(value), ensure_ascii=False)
    return f" {text}" if len(text) <= _LONGEST else ""


def _parts(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()
