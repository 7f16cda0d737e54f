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


def _doubts(spec: Spec, above: Path) -> Iterator[tuple[Path, str]]:
    for path, text in spec.doubts():
        yield (*above, *path), text
    for name, value in spec:
        if isinstance(value, Spec):
            yield from _doubts(value, (*above, name))
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Spec):
                    yield from _doubts(item, (*above, name, number))
