"""What is said of requests: each of them with -vv, waits with -v, and on a terminal in any case."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, dashboard, environment

APPLY = ("--org", "embedded:x.db", "apply", "--auto-approve", "m.yml")
FAULT = {"action": "answer", "status": 503, "nth": 3, "times": 1, "retry_after": "1"}
WAIT = "waiting 1.0 s for GET /api/v1alpha/dashboards (503), attempt 2"


@pytest.fixture(autouse=True)
def trouble(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One dashboard to be made, and a read that the server wants to be repeated later."""
    (place / "m.yml").write_text(dashboard())
    lost = {"action": "answer", "when": "after", "status": 500, "method": "POST"}
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", json.dumps([lost, FAULT]))


def test_each_request(reconciler: Callable[..., Ran]) -> None:
    """Method, path, status, duration and attempt, in the order of their ends."""
    ran = reconciler("-vv", *APPLY)
    assert ran.code == 0
    said = [re.sub(r"\d+ ms", "N ms", line) for line in ran.err.splitlines()]
    listing = "/api/v1alpha/dashboards"
    first = said.index(f"GET {listing} 200, N ms")
    assert said[first + 1 : first + 6] == [
        "Applying 1 change",
        f"POST {listing} 500, N ms",
        f"GET {listing} 503, N ms",
        WAIT,
        f"GET {listing} 200, N ms, attempt 2",
    ]
    assert re.fullmatch(rf"GET {listing}/[0-9a-f-]+ 200, N ms", said[first + 6])
    sent = sum(" N ms" in line for line in said)
    assert f"{sent} requests" in said


@pytest.mark.parametrize("flag", ["-v", "-q", ""])
def test_waits(flag: str, reconciler: Callable[..., Ran]) -> None:
    """With -v in lines of their own; without a terminal, to nobody else."""
    ran = reconciler(*filter(None, [flag]), *APPLY)
    assert ran.code == 0
    assert (WAIT in ran.err.splitlines()) is (flag == "-v")
    assert " ms" not in ran.err


def test_waits_on_a_terminal(place: Path) -> None:
    """The line of progress says what is waited for, and then goes on."""
    ours, theirs = pty.openpty()
    lost = os.environ["RECONCILER_EMBEDDED_FAULTS"]
    process = subprocess.Popen(  # noqa: S603 — the program under test
        [sys.executable, "-m", "reconciler", *APPLY],
        cwd=place,
        env=environment(place) | {"RECONCILER_EMBEDDED_FAULTS": lost, "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
    )
    os.close(theirs)
    seen = b""
    try:
        while more := os.read(ours, 1000):
            seen += more
    except OSError:  # the terminal is gone with the program
        pass
    os.close(ours)
    assert process.wait() == 0
    lines = seen.decode().split("\r\x1b[K")
    at = lines.index(WAIT)
    assert lines[at + 1].startswith("0 of 1 done; in flight: Dashboard/main")
