"""The problems of manifests as text."""

from collections.abc import Collection

from reconciler.model import Problem, Severity
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.values import printable
from reconciler.render.words import count


def problems(found: Collection[Problem], *, palette: Palette = plain) -> str:
    """Return a line for each problem in order of place, then how many there are."""
    if not found:
        return ""
    lines = [problem(each, palette) for each in sorted(set(found))]
    return "\n".join([*lines, "", totals(found)]) + "\n"


def problem(found: Problem, palette: Palette) -> str:
    """Return one problem in the form compilers use."""
    tone = Tone.LOUD if found.severity is Severity.ERROR else Tone.CHANGED
    place = palette(printable(str(found.place)), Tone.STRONG)
    text = "\n    ".join(printable(line) for line in found.text.split("\n"))
    return f"{place}: {palette(str(found.severity), tone)}: {text}"


def totals(found: Collection[Problem]) -> str:
    distinct = set(found)
    errors = sum(each.severity is Severity.ERROR for each in distinct)
    warnings = len(distinct) - errors
    parts = [count(errors, "error")] if errors else []
    parts += [count(warnings, "warning")] if warnings else []
    return f"{' and '.join(parts)} in {count(len({p.place.file for p in distinct}), 'file')}."
