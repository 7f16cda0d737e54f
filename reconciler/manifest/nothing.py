"""Keys with nothing under them, where entries belong: whoever comments those out deletes none."""

from collections.abc import Iterator
from typing import Any

from reconciler.manifest.places import Path
from reconciler.manifest.report import Report
from reconciler.manifest.shape import model_under
from reconciler.model import Spec

KEPT = "there is nothing under it, so it counts as not mentioned: what there is stays"


def warn_of_nothing(model: type[Spec], section: dict[str, Any], report: Report) -> None:
    """Say of every list of entries that is null, or is in a section that is, that it is kept."""
    for path, inner in _empty(model, section, ()):
        spelled = report.spell(path, section)
        if inner:
            lists = " and ".join(inner)
            text = f"there is nothing under it, so what there is of {lists} stays"
            none = f"{inner[0]}: []"
        else:
            text, none = KEPT, f"{path[-1]}: []"
        report.warning(path, f"{spelled}: {text}; for none write `{none}`")


def _empty(model: type[Spec], data: Any, above: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield the path of each such list, or of a section and the lists that belong there."""
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, str):
            continue
        inner = model_under(model, key)
        if inner is None:
            continue
        path = (*above, key)
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from _empty(inner, item, (*path, number))
        elif value is not None:
            yield from _empty(inner, value, path)
        elif model.has_entries(key):
            yield path, ()
        elif not model.model_fields[key].is_required() and (lists := tuple(_lists(inner))):
            yield path, lists


def _lists(model: type[Spec]) -> Iterator[str]:
    return (key for key in model.model_fields if model.has_entries(key))
