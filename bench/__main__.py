"""All costs: ``make bench``, or ``python -m bench start http_plan`` for some of them."""

import argparse
import importlib
import tempfile
from pathlib import Path

from bench.figure import Figure, table
from bench.installed import compile_modules

_PARTS = (
    "start",
    "http_plan",
    "noop_plan",
    "ledger_cost",
    "saved_values",
    "renames",
    "large_plan",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], help="all, if none is named")
    asked = parser.parse_args()
    compile_modules()
    seen: list[Figure] = []
    for part in asked.parts or _PARTS:
        print(part, flush=True)
        with tempfile.TemporaryDirectory() as name:
            place = Path(name).resolve()
            measured = importlib.import_module(f"bench.{part}")
            for figure in measured.figures(place, asked.rounds):
                print(f"  {figure.what}: {figure.seen:.2f} ({figure.target}); {figure.told}")
                seen.append(figure)
    print(f"\n{table(seen)}")


if __name__ == "__main__":
    main()
