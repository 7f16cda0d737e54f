"""Signals, full disks, files that can't be written: clear words, exit codes, nothing broken."""

import ctypes
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.servers import served
from tests.reliability.killing import Stage, begun, differences
from tests.reliability.program import LEDGER, ORGANIZATION, command, environment, run
from tests.reliability.world import journal, world

APPLY = ("apply", "after.yml", "--auto-approve", "--allow-replace", "--parallelism", "1")


@pytest.fixture
def place(stages: Callable[[str], Stage], tmp_path: Path) -> Path:
    """A copy of the organization before the change."""
    place = tmp_path / "copy"
    shutil.copytree(stages(LEDGER).template, place)
    return place


def finished(place: Path, on: Stage) -> None:
    """Apply again, and see that all is as it should be."""
    again = run(place, *APPLY)
    assert again.code == 0, again
    assert list(differences(on, world(place / ORGANIZATION))) == []
    verified = run(place, "ledger", "verify")
    assert verified.code == 0, verified


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_finishes_what_is_under_way(
    number: signal.Signals, place: Path, stages: Callable[[str], Stage]
) -> None:
    """The call in flight is finished and recorded, the rest is not begun, the lease is free."""
    slow = {"action": "delay", "when": "after", "method": "POST", "seconds": 2}
    process = begun(place, *APPLY, fault=slow)
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == 130
    assert "Stopping: calls in flight finish first." in err
    assert "Project/web                      created" in out
    assert "the run was stopped before it" in out
    assert "Failed" not in out
    exported = run(place, "ledger", "export").out
    assert '"sort": "end"' in exported.splitlines()[-1]
    assert "nobody" not in run(place, "ledger", "show").out
    assert run(place, "ledger", "break-lease").out == "Nobody held the lease.\n"
    finished(place, stages(LEDGER))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("method", "waits"),
    [
        (
            "POST",
            {"action": "deny", "method": "GET", "path": "/api/v1alpha/projects/web", "nth": 2},
        ),
        ("PATCH", {"action": "answer", "when": "after", "status": 503, "retry_after": "60"}),
    ],
    ids=["permission", "retry-after"],
)
def test_one_signal_ends_all_waiting(
    number: signal.Signals,
    method: str,
    waits: dict[str, Any],
    place: Path,
    stages: Callable[[str], Stage],
) -> None:
    """Nobody who stops a run waits minutes for what the server does in its own time."""
    fault = {"method": method, "times": None} | waits
    process = begun(place, *APPLY, fault=fault, method=method)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the run was stopped before it" in out
    finished(place, stages(LEDGER))


def full(most: int) -> Callable[[], None]:
    """Let no file of a process grow beyond so many bytes, as on a disk that is full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return limit


@contextmanager
def elsewhere(place: Path) -> Iterator[tuple[str, str]]:
    """Serve the organization by a process that has disk enough; yield the option that names it."""
    with served(place, "--db", str(place / ORGANIZATION)) as server:
        yield "--org", server.url


def test_a_disk_that_becomes_full(place: Path, stages: Callable[[str], Stage]) -> None:
    """The ledger can't grow: no further step is begun, and what was done is told as done."""
    number = len(journal(place / ORGANIZATION))
    (place / LEDGER).unlink()
    with elsewhere(place) as served:
        most = full(300_000)
        ran = run(place, *APPLY, *served, preexec_fn=most, token="t")
    written = sum(method != "GET" for method, *_ in journal(place / ORGANIZATION)[number:])
    assert ran.code == 1, ran
    assert f"{LEDGER}: " in ran.out
    assert f"{LEDGER}: " in ran.err.splitlines()[-1]
    assert "Traceback" not in ran.err
    assert "the run was stopped before it" in ran.out
    told = ran.out.count(" created ") + ran.out.count(" updated ")
    assert 0 < told <= written
    (place / LEDGER).unlink()
    finished(place, stages(LEDGER))


def test_a_plan_that_does_not_fit_on_the_disk(place: Path) -> None:
    """Half a plan is taken away again, and the next one can have its name."""
    arguments = ("plan", "after.yml", "--allow-replace", "--out", "plan.json")
    with elsewhere(place) as served:
        ran = run(place, *arguments, *served, preexec_fn=full(2000), token="t")
    assert ran.code == 1, ran
    assert "--out plan.json: File too large" in ran.err
    assert not (place / "plan.json").exists()
    assert run(place, *arguments).code == 0


def test_a_ledger_that_can_not_be_made(place: Path, stages: Callable[[str], Stage]) -> None:
    """Said before anything is written to Semaphore, with what to do."""
    before = world(place / ORGANIZATION)
    for where in ("/proc/nowhere/ledger.db", str(place / "after.yml" / "ledger.db")):
        ran = run(place, *APPLY, ledger=where)
        assert ran.code == 1, ran
        assert "name another by --ledger, or --ledger none" in ran.err
    assert world(place / ORGANIZATION).bodies() == before.bodies()
    finished(place, stages(LEDGER))


def without_power() -> None:
    """Have the rights of files count for root, too."""
    drop_from_bounding_set, overriding_rights = 24, 1
    ctypes.CDLL(None).prctl(drop_from_bounding_set, overriding_rights, 0, 0, 0)


def test_a_ledger_that_can_only_be_read(place: Path, stages: Callable[[str], Stage]) -> None:
    """A plan can be made from it; an apply is refused before its first write."""
    before = world(place / ORGANIZATION)
    (place / LEDGER).chmod(0o444)
    looked = run(place, "plan", "after.yml", "--allow-replace", preexec_fn=without_power)
    assert looked.code == 0, looked
    assert "changed here" in looked.out
    ran = run(place, *APPLY, preexec_fn=without_power)
    assert ran.code == 1, ran
    assert f"{LEDGER}: Permission denied; name another by --ledger" in ran.err
    assert world(place / ORGANIZATION).bodies() == before.bodies()
    (place / LEDGER).chmod(0o600)
    finished(place, stages(LEDGER))


def test_an_output_that_can_not_be_written(place: Path, stages: Callable[[str], Stage]) -> None:
    """Who can't be shown the plan has not seen it: nothing is applied."""
    before = world(place / ORGANIZATION)
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(  # noqa: S603 — the program under test
            command(*APPLY),
            cwd=place,
            env=environment(place),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    why = "error: can't write to standard output: No space left on device\nNothing was changed.\n"
    assert ran.stderr.endswith(why)
    assert world(place / ORGANIZATION).bodies() == before.bodies()
    finished(place, stages(LEDGER))


def test_a_closed_output(place: Path, stages: Callable[[str], Stage]) -> None:
    """Who could be shown nothing has not seen the plan either: nothing is applied."""
    before = world(place / ORGANIZATION)
    closing_both = 'exec "$@" >&- 2>&-'
    ran = subprocess.run(  # noqa: S603 — the program under test
        ["/bin/sh", "-c", closing_both, "sh", *command(*APPLY)],
        cwd=place,
        env=environment(place),
        check=False,
    )
    assert ran.returncode == 1
    assert world(place / ORGANIZATION).bodies() == before.bodies()
    finished(place, stages(LEDGER))
