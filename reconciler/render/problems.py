"""The problems of manifests as text."""

from collections.abc import Sequence

from reconciler.model import Problem, Severity
from reconciler.render.palette import Palette, plain
from reconciler.render.remarks import problem
from reconciler.render.words import count


def problems(found: Sequence[Problem], *, palette: Palette = plain) -> str:
    """Return a line for each problem in order of place, then how many there are."""
    if not found:
        return ""
    lines = [problem(each, palette) for each in sorted(set(found))]
    return "\n".join([*lines, "", _totals(found)]) + "\n"


def _totals(found: Sequence[Problem]) -> str:
    distinct = set(found)
    errors = sum(each.severity is Severity.ERROR for each in distinct)
    warnings = len(distinct) - errors
    parts = [count(errors, "error")] if errors else []
    parts += [count(warnings, "warning")] if warnings else []
    return f"{' and '.join(parts)} in {count(len({p.place.file for p in distinct}), 'file')}."
