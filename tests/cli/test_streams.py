"""Output that nobody reads, can't be written, or has characters no terminal knows."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, dashboard, environment


def shell(place: Path, line: str) -> Ran:
    """Run a shell command line in which ``$RECONCILER`` is the program."""
    done = subprocess.run(  # noqa: S603 — the program under test
        ["/bin/sh", "-c", line],
        env=environment(place) | {"RECONCILER": f"{sys.executable} -m reconciler"},
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("arguments", ["schema", "--help", "--version", "apply --help"])
def test_reader_that_goes_away(place: Path, arguments: str) -> None:
    """A closed pipe is no error and makes no noise."""
    assert shell(place, f"$RECONCILER {arguments} | true").err == ""


def test_apply_goes_on_without_a_reader(place: Path, reconciler: Callable[..., Ran]) -> None:
    """Writing to Semaphore does not stop because nobody reads about it."""
    (place / "m.yml").write_text(dashboard())
    line = "($RECONCILER --org embedded:x.db -q apply --auto-approve m.yml; echo $? >code) | true"
    assert shell(place, line).err == ""
    assert (place / "code").read_text() == "0\n"
    assert "Nothing to do" in reconciler("--org", "embedded:x.db", "plan", "m.yml").out


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
