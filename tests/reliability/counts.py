"""What the tests tried, counted while they ran, for docs/reliability.md."""

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "RECONCILER_TEST_COUNTS"
"""Names the directory in which every process leaves its counts."""


class Counts:
    """The numbers of one part of a test run."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.numbers: Counter[str] = Counter()

    def add(self, what: str, number: int = 1) -> None:
        self.numbers[what] += number

    def write(self, directory: Path) -> None:
        """Leave the numbers in a file of this process's own."""
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / f"{self.part.replace(' ', '-')}-{os.getpid()}.json"
        file.write_text(json.dumps({"part": self.part, "numbers": self.numbers}, sort_keys=True))


@dataclass(frozen=True)
class Tried:
    """What came of one trial: whether it came to what was to be tried, and all that is wrong."""

    hit: bool
    duplicates: int
    lost: int
    canaries: int
    wrong: tuple[str, ...]

    def count(self, counts: Counts, what: str) -> None:
        """Add it to the numbers; ``what`` is what was tried."""
        counts.add(what, int(self.hit))
        counts.add("duplicates", self.duplicates)
        counts.add("losses", self.lost)
        counts.add("canary hits", self.canaries)
        counts.add("anything wrong", int(bool(self.wrong)))


def collected(directory: Path) -> dict[str, Counter[str]]:
    """Return the sums of all processes, by part."""
    parts: dict[str, Counter[str]] = {}
    for file in sorted(directory.glob("*.json")):
        found = json.loads(file.read_text())
        parts.setdefault(found["part"], Counter()).update(found["numbers"])
    return parts
