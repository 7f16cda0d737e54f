"""Ctrl-C, SIGTERM and the question at a terminal."""

import contextlib
import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, dashboard, environment
from tests.cli.semaphores import Held, held

CTRL_C = "\x03"
END = "\x04"
ORG = ("--org", "embedded:semaphore.db")


@pytest.fixture
def semaphore(place: Path) -> Iterator[Held]:
    """A Semaphore that holds its first write."""
    with held(place / "semaphore.db") as found:
        yield found


@contextmanager
def started(
    place: Path, *arguments: str, out: int = subprocess.PIPE
) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603 — the program under test
        [sys.executable, "-m", "reconciler", *arguments],
        env=environment(place) | {"SEMAPHORE_API_TOKEN": "test"},
        cwd=place,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    """Let the hang-up of a terminal mean what it means, also in tests that ``nohup`` started."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a child inherits it
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_first_interruption_lets_calls_finish(place: Path, semaphore: Held, number: int) -> None:
    """What is in flight is finished and reported, the rest is not begun, the exit code is 130."""
    (place / "m.yml").write_text(dashboard("a") + dashboard("b") + dashboard("c"))
    arguments = ("apply", "m.yml", "--auto-approve", "--parallelism", "1")
    with started(place, "--org", semaphore.url, *arguments) as process:
        semaphore.arrived.wait()
        process.send_signal(number)
        assert process.stderr is not None
        while "Stopping" not in process.stderr.readline():
            pass
        semaphore.go.set()
        out, _ = process.communicate()
    assert process.returncode == 130
    assert "Done: 1 of 3 changes (1 created). Skipped: 2." in out
    assert "2 were skipped: the run was stopped before it" in out
    assert len(semaphore.writes) == 1


def test_what_is_ignored_stays_so(place: Path, semaphore: Held) -> None:
    """As with nohup: a terminal that goes is no reason to stop then."""
    (place / "m.yml").write_text(dashboard("a") + dashboard("b"))
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the child inherits it
    try:
        arguments = ("apply", "m.yml", "--auto-approve")
        with started(place, "--org", semaphore.url, *arguments) as process:
            semaphore.arrived.wait()
            process.send_signal(signal.SIGHUP)
            semaphore.go.set()
            out, _ = process.communicate()
    finally:
        signal.signal(signal.SIGHUP, before)
    assert process.returncode == 0
    assert "Done: 2 of 2 changes (2 created)." in out


def test_terminal_that_goes_under_way(
    place: Path, semaphore: Held, reconciler: Callable[..., Ran]
) -> None:
    """Its calls in flight are finished and recorded, though there is nobody to tell any more."""
    (place / "m.yml").write_text(dashboard("a") + dashboard("b") + dashboard("c"))
    arguments = ("apply", "m.yml", "--auto-approve", "--parallelism", "1")
    master, slave = pty.openpty()
    # who leads a session gets the terminal that it opens first as its own
    command = ("/bin/sh", "-c", 'exec <"$0" >"$0" 2>&1; exec "$@"', os.ttyname(slave))
    process = subprocess.Popen(  # noqa: S603 — the program under test
        [*command, sys.executable, "-m", "reconciler", "--org", semaphore.url, *arguments],
        env=environment(place) | {"SEMAPHORE_API_TOKEN": "test"},
        cwd=place,
        start_new_session=True,
    )
    semaphore.arrived.wait()
    os.close(slave)
    os.close(master)
    semaphore.go.set()
    assert process.wait() == 130
    (run,) = _shown(reconciler, semaphore)["runs"]
    assert (run["done"], run["skipped"], run["failed"]) == (1, 2, 0)
    assert _shown(reconciler, semaphore)["lease"] is None


def _shown(reconciler: Callable[..., Ran], semaphore: Held) -> Any:
    return json.loads(reconciler("--org", semaphore.url, "ledger", "show", "--format", "json").out)


@pytest.mark.parametrize("form", ["text", "json"])
def test_reader_that_goes_under_way(
    place: Path, semaphore: Held, reconciler: Callable[..., Ran], form: str
) -> None:
    """Once something is written, all is, and is recorded; the exit code says what became of it."""
    (place / "m.yml").write_text(dashboard("a") + dashboard("b"))
    arguments = ("apply", "m.yml", "--auto-approve", "--format", form)
    with started(place, "--org", semaphore.url, *arguments) as process:
        semaphore.arrived.wait()
        assert process.stdout is not None
        process.stdout.close()
        semaphore.go.set()
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait() == 0
    assert "error" not in said
    recorded = _shown(reconciler, semaphore)
    assert recorded["runs"][0]["done"] == 2
    assert recorded["lease"] is None


@pytest.mark.parametrize("fails", [False, True])
def test_output_that_breaks_under_way(
    place: Path, semaphore: Held, reconciler: Callable[..., Ran], *, fails: bool
) -> None:
    """A report that can't be written is told, and changes nothing about what became of the run."""
    (place / "m.yml").write_text(dashboard("a") + dashboard("b"))
    master, slave = pty.openpty()
    arguments = ("apply", "m.yml", "--auto-approve", "--parallelism", "1", "--color", "never")
    with started(place, "--org", semaphore.url, *arguments, out=slave) as process:
        os.close(slave)
        semaphore.arrived.wait()
        os.close(master)  # and what is written to a terminal that has gone is an error
        semaphore.breaks = fails
        semaphore.go.set()
        assert process.stderr is not None
        err = process.stderr.read()
        assert process.wait() == (3 if fails else 1)
    assert err.endswith("error: can't write to standard output: Input/output error\n")
    recorded = _shown(reconciler, semaphore)
    assert recorded["runs"][0]["done"] == (0 if fails else 2)
    assert recorded["lease"] is None


def test_second_interruption_cuts_off(place: Path, semaphore: Held) -> None:
    """Who insists gets out at once, and is told what is not known."""
    (place / "m.yml").write_text(dashboard("a") + dashboard("b"))
    arguments = ("apply", "m.yml", "--auto-approve", "--parallelism", "1")
    with started(place, "--org", semaphore.url, *arguments) as process:
        semaphore.arrived.wait()
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.4)
        out, err = process.communicate()
    assert process.returncode == 130
    assert "cut off while under way" in out
    assert "it may or may not have happened; plan again to see" in out
    assert "Done: 0 of 2 changes. Failed: 1. Skipped: 1." in out
    assert err.endswith("Interrupted.\n")


def test_interrupted_reading_ends_at_once(place: Path) -> None:
    """Nothing is lost by not reading on: an organization that never answers can be left."""
    (place / "m.yml").write_text(dashboard())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with started(place, "--org", url, "plan", "m.yml") as process:
            connection, _ = silent.accept()
            connection.recv(1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate()
            connection.close()
    assert (process.returncode, out) == (130, "")
    assert err.endswith("Interrupted.\n")


_LOADING = """
import builtins, os, sys, weakref
from reconciler.__main__ import program
class Thing: pass
def signalled(*_): os.kill(os.getpid(), {number})
def dropped():
    thing = Thing()
    kept = weakref.ref(thing, signalled)
    del thing
load = builtins.__import__
def loads(name, *rest):
    if name == "reconciler.cli.program": {how}()
    return load(name, *rest)
builtins.__import__ = loads
sys.argv = ["reconciler", *{arguments}]
program()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("how", ["signalled", "dropped"])
def test_interrupted_while_it_begins(place: Path, number: int, how: str) -> None:
    """Also while modules are imported: no traceback, and not where Python drops what was raised."""
    (place / "m.yml").write_text(dashboard("a"))
    arguments = [*ORG, "apply", "--auto-approve", "m.yml"]
    program = _LOADING.format(number=int(number), how=how, arguments=arguments)
    ran = subprocess.run(  # noqa: S603 — the program under test
        [sys.executable, "-c", program],
        env=environment(place),
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (130, "")
    assert ran.stderr.splitlines()[-1] == "Interrupted."
    assert "Traceback" not in ran.stderr
    with started(place, *ORG, "list", "--format", "json") as process:
        assert json.loads(process.communicate()[0])["objects"] == []


class Terminal:
    """The program at a terminal, with its standard output elsewhere."""

    def __init__(self, place: Path, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(  # noqa: S603 — the program under test
            [sys.executable, "-m", "reconciler", *arguments],
            env=environment(place) | {"TERM": "xterm"},
            cwd=place,
            stdin=slave,
            stdout=subprocess.PIPE,
            stderr=slave,
            text=True,
        )
        os.close(slave)
        self.said = ""

    def wait_for(self, words: str) -> None:
        while words not in self.said:
            self.said += os.read(self._master, 4096).decode()

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def end(self) -> Ran:
        out, _ = self.process.communicate()
        while True:
            try:
                said = os.read(self._master, 4096).decode()
            except OSError:  # how Linux says that the other side is gone
                break
            if not said:
                break
            self.said += said
        os.close(self._master)
        return Ran(self.process.returncode, out, self.said)


def answered(place: Path, command: str, keys: str, question: str = "is accepted: ") -> Ran:
    """Run a command at a terminal and answer its question."""
    (place / "m.yml").write_text(dashboard())
    terminal = Terminal(place, *ORG, command, "m.yml")
    terminal.wait_for(question)
    if keys == CTRL_C:  # the terminal controls no process here
        terminal.process.send_signal(signal.SIGINT)
    else:
        terminal.type(keys)
    return terminal.end()


def test_yes_applies(place: Path, reconciler: Callable[..., Ran]) -> None:
    """The question is asked on standard error, the plan is on standard output."""
    ran = answered(place, "apply", "yes\n")
    assert ran.code == 0
    asked = 'Apply 1 change to embedded:semaphore.db? Only "yes" is accepted: '
    assert asked in ran.err
    assert asked not in ran.out
    assert "Done: 1 of 1 change (1 created)." in ran.out
    assert "1 of 1 done" in ran.err
    assert "Nothing to do" in reconciler(*ORG, "plan", "m.yml").out


@pytest.mark.parametrize(("code", "keys"), [(4, "no\n"), (4, "y\n"), (4, END), (130, CTRL_C)])
def test_anything_else_does_not(
    place: Path, reconciler: Callable[..., Ran], code: int, keys: str
) -> None:
    """No, a short yes, the end of input and Ctrl-C change nothing."""
    ran = answered(place, "apply", keys)
    assert ran.code == code
    assert "Done" not in ran.out
    assert "Summary: 1 to create." in reconciler(*ORG, "plan", "m.yml").out


def test_destroy_wants_the_name(place: Path, reconciler: Callable[..., Ran]) -> None:
    """Yes is not enough to delete; the organization's name is."""
    (place / "m.yml").write_text(dashboard())
    reconciler(*ORG, "apply", "m.yml", "--auto-approve")
    question = "Type embedded to go on: "
    assert answered(place, "destroy", "yes\n", question).code == 4
    assert answered(place, "destroy", "embedded\n", question).code == 0
