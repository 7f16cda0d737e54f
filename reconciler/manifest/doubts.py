"""What is right by every rule and yet hardly meant: warnings about values, each at its place."""

from collections.abc import Iterator
from typing import Any

from reconciler.manifest.places import Path
from reconciler.manifest.report import Report
from reconciler.manifest.validation import joint
from reconciler.model import Spec


def warn_of_doubts(spec: Spec, section: dict[str, Any], report: Report) -> None:
    """Report the doubts of all parts of a value, whose lists are in the order of the section."""
    for path, text in _doubts(spec, ()):
        report.warning(path, f"{report.spell(path, section)}{joint(text)}{text}")


def _doubts(value: object, above: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Spec):
        yield from (((*above, *path), text) for path, text in value.doubts())
        for name, inner in value:
            yield from _doubts(inner, (*above, name))
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _doubts(inner, (*above, number))
