"""What is seen of an apply while it goes on: a line on a terminal, a sign of life elsewhere."""

import asyncio
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli import progress
from reconciler.model import Action, Address, Change, Outcome, Result
from tests.cli.conftest import dashboard, environment
from tests.cli.semaphores import held

COMMAND = (sys.executable, "-m", "reconciler")
STEP = Change(Action.CREATE, Address("Dashboard", "", "main"), None, None)


def test_seconds_in_flight_on_a_terminal(place: Path) -> None:
    """What a server is slow with is named with its time, and leaves no line behind."""
    (place / "m.yml").write_text(dashboard())
    ours, theirs = pty.openpty()
    with held(place / "semaphore.db") as semaphore:
        process = subprocess.Popen(  # noqa: S603 — the program under test
            [*COMMAND, "--org", semaphore.url, "apply", "--auto-approve", "m.yml"],
            cwd=place,
            env=environment(place) | {"SEMAPHORE_API_TOKEN": "test", "TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=theirs,
            stdin=subprocess.DEVNULL,
        )
        seen = b""
        while not re.search(rb"\x1b\[K0 of 1 done; in flight: Dashboard/main \d s", seen):
            seen += os.read(ours, 1000)
        semaphore.go.set()
        out, _ = process.communicate()
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 0
    assert out.decode().count("Dashboard/main  created") == 1


def test_a_sign_of_life_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log of CI says that it goes on; who asked for more hears of each step, too."""
    monkeypatch.setattr(progress, "SELDOM", 1)
    said = ""

    async def work(shown: progress.Progress) -> None:
        nonlocal said
        with shown.ticking():
            shown.expect(1)
            shown.started(STEP)
            while " s\n" not in said:
                await asyncio.sleep(0.05)
                said += capsys.readouterr().err
            shown.finished(Outcome(STEP, Result.DONE))

    asyncio.run(work(progress.Progress(each=True)))
    assert re.fullmatch(
        "Applying 1 change\n(0 of 1 done; in flight: Dashboard/main( \\d+ s)?\n)+", said
    )
    assert capsys.readouterr().err == "[1/1] + Dashboard/main created\n"
