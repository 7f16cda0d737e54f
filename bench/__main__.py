"""All costs: ``make bench``, or ``python -m bench start renames`` for some of them.

``--write`` puts what was seen into docs/performance.md, where each part has its place.
"""

import argparse
import importlib
import os
import platform
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure, table
from bench.installed import ROOT, compile_modules
from reconciler import __version__

_PARTS = (
    "start",
    "http_plan",
    "http_export",
    "ledger_plan",
    "ledger_apply",
    "saved_values",
    "reports",
    "renames",
    "absorb",
    "large_plan",
    "terraform",
)
_PAGE = ROOT / "docs" / "performance.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    parser.add_argument("parts", nargs="*", help=f"all, if none is named: {', '.join(_PARTS)}")
    asked = parser.parse_args()
    compile_modules()
    for part in asked.parts or _PARTS:
        print(part, flush=True)
        seen = table(_told(part, asked.rounds))
        print(f"\n{seen}\n", flush=True)
        if asked.write:
            _write(part, seen)


def _told(part: str, rounds: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        measured = importlib.import_module(f"bench.{part}")
        for figure in measured.figures(Path(name).resolve(), rounds):
            print(f"  {figure.what}: {figure.seen:.2f} ({figure.target}); {figure.told}")
            yield figure


def _write(part: str, seen: str) -> None:
    """Exchange the part's table, and say when and with what it was made."""
    version = __version__.partition("+")[0]  # a commit may be called otherwise later
    made = (
        f"Seen on {datetime.now(UTC):%Y-%m-%d} with reconciler {version} and "
        f"Python {platform.python_version()}; {os.getloadavg()[2]:.0f} processes wanted the "
        f"{os.cpu_count()} processors in the quarter of an hour before."
    )
    place = re.compile(rf"(<!-- measured: {part} -->\n).*?(<!-- /measured -->)", re.DOTALL)
    text = _PAGE.read_text()
    _PAGE.write_text(place.sub(lambda found: f"{found[1]}\n{seen}\n\n{made}\n\n{found[2]}", text))


if __name__ == "__main__":
    main()
