"""One fault at a time, at any call: exactly one effect, nothing lost, nothing twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.counts import Counts
from tests.reliability.faulting import READS, WIRE, at, trial
from tests.reliability.killing import Stage
from tests.reliability.program import LEDGER

NAMES = [*WIRE, *READS]
SPREAD = 4
"""How many calls of the apply each fault is tried at; `make crash-sweep` tries them at all."""

EARLIER = 8
"""By how many calls a fault is tried earlier if it was not met: who waits less reads less often."""


@pytest.mark.parametrize("share", range(SPREAD))
@pytest.mark.parametrize("name", NAMES)
def test_one_fault(
    name: str,
    share: int,
    stages: Callable[[str], Stage],
    counts: Callable[[str], Counts],
    tmp_path: Path,
) -> None:
    """Wire faults are survived by the run they hit; what misleads a reader, by the next one."""
    on = stages(LEDGER if share % 2 else "none")
    offset = NAMES.index(name) / len(NAMES)
    calls = on.writing if name in WIRE else on.reading
    last = int((share + offset) / SPREAD * len(calls))
    for call in calls[last::-EARLIER]:
        fault = at({**WIRE, **READS}[name], call)
        tried = trial(on, fault, tmp_path / f"copy-{call.number}", one_effect=name in WIRE)
        if tried.hit:
            break
    tried.count(counts("faults"), "faults tried")
    assert tried.hit
    assert tried.wrong == ()
