"""Writes the numbers of docs/reliability.md from what a test run counted.

``python -m docs.measured DIRECTORY``: the directory in which the run left its counts.
"""

import re
import sqlite3
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from reconciler import __version__
from tests.reliability.counts import collected

PAGE = Path(__file__).parent / "reliability.md"
_PART = re.compile(r"(<!-- measured -->\n).*?(<!-- /measured -->)", re.DOTALL)
_TRIED = {
    "sweep of kills": "boundaries killed",
    "sweep of moments": "moments of killing",
    "sweep of faults": "faults tried",
    "effects": "faults tried",
    "two applies": "pairs of applies at once",
    "bad manifests": "bad manifests tried",
}
_WORDS = {
    "sweep of kills": "apply killed, at every boundary of every call",
    "sweep of moments": "apply killed, at moments between",
    "sweep of faults": "one fault, at every call of an apply",
    "effects": "one wire fault on one write, of each verb and kind",
    "two applies": "two applies at once, without a common ledger",
    "bad manifests": "broken or hostile manifests",
}
_BAD = ("duplicates", "losses", "canary hits", "anything wrong")


def table(parts: dict[str, Counter[str]]) -> str:
    """Return a row for each part, and the sum; "–" for what a part did not look for."""
    lines = [
        "| what | tried | duplicates | losses | secret values seen | trials with anything wrong |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    total: Counter[str] = Counter()
    for part, tried in _TRIED.items():
        numbers = parts[part]
        lines.append(_row(_WORDS[part], numbers[tried], numbers))
        total.update(numbers)
        total["tried"] += numbers[tried]
    return "\n".join([*lines, _row("**together**", total["tried"], total)])


def _row(what: str, tried: int, numbers: Counter[str]) -> str:
    bad = " | ".join(str(numbers[name]) if name in numbers else "–" for name in _BAD)
    return f"| {what} | {tried} | {bad} |"


def how() -> str:
    """Say when and with what the numbers were made."""
    today, python = f"{datetime.now(UTC):%Y-%m-%d}", ".".join(map(str, sys.version_info[:3]))
    return (
        f"Made by `make crash-sweep` on {today} with reconciler {__version__}, "
        f"Python {python} and SQLite {sqlite3.sqlite_version}."
    )


def main(arguments: list[str]) -> int:
    """Write the page; return the exit code."""
    parts = collected(Path(arguments[0]))
    missing = sorted(_TRIED.keys() - parts.keys())
    if missing:
        sys.stderr.write(f"not counted: {', '.join(missing)}\n")
        return 1
    said = f"\n{table(parts)}\n\n{how()}\n\n"
    text = PAGE.read_text()
    PAGE.write_text(_PART.sub(lambda found: f"{found[1]}{said}{found[2]}", text))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
