"""An organization in a database whose runs happened before the program looks at them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconciler.embedded import Edition, Embedded, Settings
from tests.embedded.conftest import Semaphore
from tests.embedded.pipeline_runs import START, Runs, definition
from tests.embedded.run_calls import Clock

DATABASE = "semaphore.db"
ORG = ("--org", f"embedded:{DATABASE}")
MISSING = "11111111-2222-4333-8444-555555555555"
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_SHA = re.compile(r"\b[0-9a-f]{8}\b(?!-)")


@contextmanager
def past(place: Path, seconds: float = START) -> Iterator[Runs]:
    """Open the organization at that time; it has a project ``api``."""
    clock = Clock(seconds - 1)
    database = str(place / DATABASE)
    with Embedded(database, Settings.of(Edition.CLOUD), clock) as embedded:
        semaphore = Semaphore(embedded)
        project = semaphore.project()["metadata"]["id"]
        clock.now += 1  # a new one is not listed at once
        yield Runs(semaphore, clock, project)


def workflow_of(runs: Runs, pipeline: str) -> str:
    return str(runs.pipeline(pipeline)["wf_id"])


def promotable(*commands: str, **promotion: Any) -> str:
    """A pipeline with a promotion called Ship."""
    known = {"name": "Ship", "pipeline_file": "ship.yml", **promotion}
    return definition(*commands, name="Build", promotions=[known])


def without_ids(text: str) -> str:
    """Return the text with its ids numbered in the order of their appearance, as wide as ever.

    Short commits, which are random, too, all become ``abcd1234``.
    """
    seen: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return seen.setdefault(found[0], f"<{len(seen) + 1}>".ljust(36, "-"))

    return _ID.sub(number, _SHA.sub("abcd1234", text))
