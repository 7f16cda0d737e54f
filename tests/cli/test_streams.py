"""Output that nobody reads, can't be written, or has characters no terminal knows."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, dashboard, environment


def shell(place: Path, line: str, out: int = subprocess.PIPE) -> Ran:
    """Run a shell command line in which ``$RECONCILER`` is the program."""
    done = subprocess.run(  # noqa: S603 — the program under test
        ["/bin/sh", "-c", line],
        env=environment(place) | {"RECONCILER": f"{sys.executable} -m reconciler"},
        cwd=place,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ran(done.returncode, done.stdout or "", done.stderr)


@pytest.mark.parametrize("arguments", ["schema", "--help", "--version", "apply --help"])
def test_reader_that_goes_away(place: Path, arguments: str) -> None:
    """A closed pipe is no error and makes no noise."""
    assert shell(place, f"$RECONCILER {arguments} | true").err == ""


CLOSED, GONE = "it is closed", "its reader has gone"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", ["apply", "destroy"])
@pytest.mark.parametrize("why", [CLOSED, GONE])
def test_nothing_is_written_that_nobody_reads_about(
    place: Path, reconciler: Callable[..., Ran], *, form: str, command: str, why: str
) -> None:
    """A plan that can't be shown is not carried out, also for those who approved all."""
    (place / "m.yml").write_text(dashboard())
    org = ("--org", "embedded:x.db")
    if command == "destroy":
        assert reconciler(*org, "apply", "--auto-approve", "m.yml").code == 0
    before = reconciler(*org, "plan", "m.yml").out
    line = f"$RECONCILER --org embedded:x.db -q {command} --format {form} --auto-approve m.yml"
    reader, writer = os.pipe()
    os.close(reader)
    ran = shell(place, f"{line}{' >&-' if why == CLOSED else ''}", writer)
    os.close(writer)
    assert ran.err == f"error: can't write to standard output: {why}\nNothing was changed.\n"
    assert ran.code == 1
    assert reconciler(*org, "plan", "m.yml").out == before


def test_runs_are_not_started_that_nobody_could_find(place: Path) -> None:
    """The id of a run is told nowhere else."""
    ran = shell(
        place, "$RECONCILER --org embedded:x.db job stop $(cat /proc/sys/kernel/random/uuid) >&-"
    )
    assert ran == Ran(1, "", "error: can't write to standard output: it is closed\n")


def test_closed_output(place: Path) -> None:
    """Who closes standard output wants none; nothing else lands in its place."""
    (place / "m.yml").write_text(dashboard())
    assert shell(place, "$RECONCILER schema >&-") == Ran(0, "", "")
    ran = shell(
        place, "$RECONCILER --org embedded:x.db plan m.yml >&- 2>&- <&-; cat x.db | head -c 6"
    )
    assert ran == Ran(0, "SQLite", "")


def test_full_disk(place: Path) -> None:
    """A product that can't be written is an error."""
    ran = shell(place, "$RECONCILER schema >/dev/full")
    assert ran == Ran(1, "", "error: can't write to standard output: No space left on device\n")


def test_terminal_without_unicode(child: Callable[..., Ran], place: Path) -> None:
    """Characters the encoding lacks are written out instead of crashing."""
    (place / "m.yml").write_text(dashboard("main") + dashboard("ops"))
    ran = child("--org", "embedded:x.db", "plan", "m.yml", PYTHONIOENCODING="latin-1")
    assert ran.code == 0
    assert "\\u2013" in ran.out
