"""What a manifest said when it was applied last and says no longer: that stays, and is told."""

import json
from collections.abc import Iterator
from typing import Any, Final

from reconciler.model import Desired, Live, Problem, Record, Sealed, Severity, Spec
from reconciler.model.mentioned import left_alone
from reconciler.planning.diff import visible

_LONGEST: Final = 60


def unmentioned(desired: Desired, live: Live | None, record: Record | None) -> Iterator[Problem]:
    """Yield a note for each field that was declared, is no longer, and keeps its live value."""
    if live is None or record is None or record.id != live.id:
        return
    for path, value in left_alone(desired.spec, live.spec, record.mentioned):
        if not desired.rules.ignores(path):
            text = f"{path} is declared no longer, and keeps its live value{_shown(value)}"
            yield Problem(desired.place, f"{desired.address}: {text}", Severity.WARNING)


def _shown(value: Any) -> str:
    """Return a value that is short and no list of things, after a blank."""
    if value is None or any(isinstance(part, Spec | Sealed) for part in (value, *_parts(value))):
        return ""
    text = json.dumps(visible(value), ensure_ascii=False)
    return f" {text}" if len(text) <= _LONGEST else ""


def _parts(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()
