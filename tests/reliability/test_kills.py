"""A sample of the sweep: SIGKILL at boundaries of an apply that touches all nine kinds.

``make crash-sweep`` does the same at every boundary of every call.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.counts import Counts
from tests.reliability.killing import Kill, Stage, kill
from tests.reliability.program import LEDGER

SAMPLE = [
    *[(LEDGER, "after", share / 14) for share in range(14)],
    *[(LEDGER, "before", share / 3) for share in range(3)],
    *[(LEDGER, "answered", share / 3) for share in range(3)],
    *[("none", "after", share / 6) for share in range(6)],
]
"""Ledger, position, and which of the writing calls, from the first on."""


@pytest.mark.parametrize("sample", SAMPLE, ids=lambda sample: "-".join(map(str, sample))[:24])
def test_a_killed_apply_is_finished_by_the_next(
    sample: tuple[str, str, float],
    stages: Callable[[str], Stage],
    counts: Callable[[str], Counts],
    tmp_path: Path,
) -> None:
    """The second run converges, nothing is twice or lost, the third writes nothing."""
    ledger, when, share = sample
    on = stages(ledger)
    call = on.writing[int(share * len(on.writing))]
    tried = kill(on, Kill(ledger, 1, call, when), tmp_path / "copy")
    tried.count(counts("kills"), "boundaries killed")
    assert tried.hit
    assert tried.wrong == ()
