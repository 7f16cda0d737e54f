"""Two at once: with a common ledger one waits its turn, without one both come to the same end."""

import asyncio
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from reconciler.errors import ReconcilerError
from tests.reliability.counts import Counts
from tests.reliability.killing import Stage, begun, differences
from tests.reliability.lab import Lab
from tests.reliability.program import LEDGER, forked
from tests.reliability.world import journal


class Shuffled(httpx.AsyncBaseTransport):
    """A way in on which every request and every answer takes its own time."""

    def __init__(self, inner: httpx.AsyncBaseTransport, seed: int) -> None:
        self._inner = inner
        self._random = random.Random(seed)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._some_time()
        response = await self._inner.handle_async_request(request)
        await self._some_time()
        return response

    async def _some_time(self) -> None:
        for _ in range(self._random.randrange(12)):
            await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(12))
def test_without_a_common_ledger_both_come_to_the_same_end(
    seed: int, stages: Callable[[str], Stage], counts: Callable[[str], Counts], tmp_path: Path
) -> None:
    """Neither duplicates nor undoes what the other does; who comes second is told to plan again."""
    on = stages("none")
    place = tmp_path / "copy"
    shutil.copytree(on.template, place)
    with Lab(place, "none") as lab:

        async def one(number: int) -> None:
            transport = Shuffled(lab.embedded.transport(), seed * 2 + number)
            with suppress(ReconcilerError):
                await lab.applying(transport=transport, parallelism=seed % 3 * 3 + 1)

        async def both() -> None:
            await asyncio.gather(one(0), one(1))

        asyncio.run(both())
        between = lab.world()
        counts("two applies").add("pairs of applies at once")
        counts("two applies").add("duplicates", len(between.duplicates()))
        assert between.duplicates() == []
        for _ in range(2):
            lab.apply()
        assert list(differences(on, lab.world())) == []
        assert lab.plan().changes == ()


def test_with_a_common_ledger_the_second_is_refused(
    stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """Before it reads or asks anything, naming who holds it; it goes through once that one died."""
    place = tmp_path / "copy"
    shutil.copytree(stages(LEDGER).template, place)
    hang = {"action": "hang", "when": "after", "method": "POST", "nth": 1}
    arguments = ("apply", "after.yml", "--auto-approve", "--allow-replace", "--parallelism", "1")
    first = begun(place, *arguments, fault=hang)
    try:
        asked = len(journal(place / "semaphore.db"))
        second = forked(place, *arguments)
        assert second.code == 4
        assert f"process {first.pid}, since " in second.err
        assert "another apply works on embedded:semaphore.db: " in second.err
        assert "reconciler ledger break-lease" in second.err
        assert len(journal(place / "semaphore.db")) == asked
        planned = forked(place, "plan", "after.yml", "--allow-replace")
        assert planned.code == 0
        assert "an apply is under way" in planned.out
        assert "cut off" not in planned.out
        shown = forked(place, "ledger", "show")
        assert f"process {first.pid}, since " in shown.out
        assert "  under way\n" in shown.out
        assert "cut off" not in shown.out
    finally:
        first.kill()
        first.communicate()
    assert "  cut off\n" in forked(place, "ledger", "show").out
    third = forked(place, *arguments)
    assert third.code == 0, third
    assert "an earlier run was cut off during" in third.out
    assert "taken_over_from" in forked(place, "ledger", "export").out
    assert forked(place, "ledger", "verify").code == 0


def test_a_broken_lease_stops_the_run_that_held_it(
    stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """What is under way is finished, nothing else is begun, and the report says why."""
    place = tmp_path / "copy"
    shutil.copytree(stages(LEDGER).template, place)
    slow = {"action": "delay", "when": "after", "method": "POST", "seconds": 15}
    arguments = ("apply", "after.yml", "--auto-approve", "--allow-replace", "--parallelism", "1")
    first = begun(place, *arguments, fault=slow)
    refused = forked(place, "ledger", "break-lease")
    assert refused.code == 4
    assert f"process {first.pid} of this machine works on embedded:semaphore.db" in refused.err
    broken = forked(place, "ledger", "break-lease", "--force")
    assert (broken.code, broken.out.partition(":")[0]) == (0, "Broken")
    out, err = first.communicate()
    assert first.returncode == 1
    assert "was taken over; this run stops" in out
    assert "was taken over; this run stops" in err.splitlines()[-1]
    assert "created" in out
    assert "the run was stopped before it" in out
    assert forked(place, *arguments).code == 0
    assert forked(place, "ledger", "verify").code == 0
