"""What a version of a kind's format must have, and what it has not."""

from collections.abc import Iterator
from typing import Any

from reconciler.kinds import Kind
from reconciler.manifest.places import Path
from reconciler.manifest.sections import has
from reconciler.model.paths import split


def misfits(
    kind: Kind, version: str, section: dict[str, Any], *, absent: bool
) -> Iterator[tuple[Path, str]]:
    """Yield the keys of other versions, and what is missing of an object that is to exist."""
    form = kind.forms.get(version)
    if form is None or "spec" not in section:
        return
    for dotted in form.lacks:
        if has(section, split(dotted)):
            others = [other for other, its in kind.forms.items() if dotted not in its.lacks]
            today = f"; write {kind.older[dotted]}" if dotted in kind.older else ""
            of = " and ".join(sorted(others))
            yield split(dotted), f"{dotted} is of {of}, not of {version}{today}"
    missing = [dotted for dotted in form.required if not has(section, split(dotted))]
    if missing and not absent:
        yield split(missing[0])[:-1], f"{version} needs {' and '.join(missing)}"
