"""Where a saved plan was made: the paths in it are from there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reconciler.errors import PlanStale
from reconciler.manifest.repository import Repository


def here() -> str:
    """Name the current directory from the top of its repository; by its whole path in none."""
    return Repository().name(".")


def elsewhere(saved: Mapping[str, Any]) -> str:
    """Say where a plan was made, "" if that was here, or nobody knows."""
    made = saved["made_in"]
    if made in ("", here()) or all(Path(path).is_absolute() for path in saved["paths"]):
        return ""
    if Path(made).is_absolute() and not Path(made).is_dir():  # on another machine
        return ""
    there = "at the top of the repository" if made == "." else f"in {made}"
    return f"the plan was made {there}, from where its paths are; apply it there"


def check(saved: Mapping[str, Any]) -> None:
    """Refuse a plan whose paths are not here, but where it was made; raises PlanStale."""
    missing = [path for path in saved["paths"] if not Path(path).exists()]
    if missing and (where := elsewhere(saved)):
        raise PlanStale(f"{missing[0]} is not here: {where}; nothing was changed")
