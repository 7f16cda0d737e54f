"""Watching what runs on a server, and what becomes of it when the answer or the watcher is lost."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from reconciler.cli.flows.runs.watched_runs import results
from reconciler.remote.client import Pipeline
from tests.cli.conftest import Ran
from tests.cli.past import DATABASE, ORG, past, promotable
from tests.cli.semaphores import Held, held
from tests.cli.test_signals import Terminal, started
from tests.embedded.pipeline_runs import definition
from tests.embedded.servers import ADMIN, Server, served

Program = Callable[..., Ran]
WORKFLOWS = "/api/v1alpha/plumber-workflows"
RUN = ("workflow", "run", "api", "--reference", "main")


@pytest.fixture
def done(place: Path) -> str:
    """A pipeline of project ``api`` that passed and can be promoted to Ship."""
    with past(place) as runs:
        runs.file(definition("false", name="Shipping"), ".semaphore/ship.yml")
        return runs.done(promotable())


@pytest.fixture
def server(place: Path, done: str) -> Iterator[Server]:  # noqa: ARG001 — there before it starts
    """That organization on a socket, at a standstill."""
    with served(place, "--db", DATABASE) as found:
        clock(found, running=False)
        yield found


@pytest.fixture
def program(server: Server, reconciler: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program in this process, on that server."""
    monkeypatch.setenv("SEMAPHORE_API_TOKEN", "test")
    return lambda *arguments: reconciler("--org", server.url, *arguments)


def clock(server: Server, **change: Any) -> None:
    response = server.request("POST", f"{ADMIN}/clock", json=change)
    assert response.status_code == 200, response.text


def asked(server: Server, method: str, path: str) -> None:
    """Wait until the server has answered such a request."""
    while True:
        entries = server.get(f"{ADMIN}/journal").json()["entries"]
        if any((entry["method"], entry["path"]) == (method, path) for entry in entries):
            return
        time.sleep(0.02)


def lines_until(process: "subprocess.Popen[str]", words: str) -> str:
    """Read standard error up to the line with these words."""
    stream: IO[str] | None = process.stderr
    assert stream is not None
    said = ""
    while words not in said:
        line = stream.readline()
        assert line, said
        said += line
    return said


def test_run_and_watch(place: Path, server: Server) -> None:
    """Each state is told as it comes; the table and the exit code tell the end."""
    with started(place, "--org", server.url, *RUN, "--watch") as process:
        said = lines_until(process, ": initializing\n")
        for state in ("pending", "queuing", "running"):
            clock(server, advance=1)
            said += lines_until(process, f": {state}\n")
        clock(server, advance=100)
        out, rest = process.communicate()
    ids = re.match(r"workflow  (\S+)\npipeline  (\S+)\n", said)
    assert ids
    assert (process.returncode, rest) == (0, "Build: passed\n")
    assert [ids[2] in line for line in out.splitlines()] == [False, True]
    assert " passed " in out


def test_promote_and_watch(place: Path, server: Server, done: str) -> None:
    """The promoted pipeline is found and followed to its bad end."""
    arguments = ("promotion", "trigger", done, "Ship", "--watch")
    with started(place, "--org", server.url, *arguments) as process:
        asked(server, "POST", "/api/v1alpha/promotions")
        clock(server, advance=1)  # until it is processed
        lines_until(process, "pipeline  ")
        clock(server, advance=100)
        out, err = process.communicate()
    assert (process.returncode, err.splitlines()[-1]) == (3, "Shipping: failed (test)")
    assert f"\npromotion of  {done}\n" in out


def test_stop_and_watch(place: Path, server: Server, program: Program) -> None:
    """Who stops a run gets what was asked for: 0, though the run was stopped."""
    workflow = program(*RUN).out.split()[1]
    clock(server, advance=3.5)
    with started(place, "--org", server.url, "workflow", "stop", workflow, "--watch") as process:
        lines_until(process, ": running\n")  # it takes a second until the request is noticed
        clock(server, advance=10)
        out, _ = process.communicate()
    assert process.returncode == 0
    assert " stopped (user) " in out


def test_not_watching_any_more(place: Path, server: Server, program: Program) -> None:
    """Ctrl-C leaves the run alone, and says how to stop it."""
    with started(place, "--org", server.url, *RUN, "--watch", "--format", "json") as process:
        lines_until(process, ": initializing\n")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    told = re.search(r"it goes on\. To stop it: reconciler --org \S+ (.+)\n+Interrupted\.\n", err)
    assert told
    assert program(*told[1].split()).out == "Stopping 1 pipeline.\n"


def test_not_following_any_more(place: Path, server: Server, program: Program) -> None:
    """A log that is followed is watched, too: Ctrl-C says how to stop its job."""
    assert program(*RUN).code == 0
    clock(server, advance=5.5)
    job = json.loads(program("job", "list", "--format", "json").out)["jobs"][0]["id"]
    with started(place, "--org", server.url, "job", "logs", job, "--follow") as process:
        assert process.stdout
        assert process.stdout.readline() == "make\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert f"it goes on. To stop it: reconciler --org {server.url} job stop {job}\n" in err


def test_a_time_limit_ends_the_watching(program: Program) -> None:
    """The run goes on, too."""
    ran = program(*RUN, "--watch", "--timeout", "3")
    assert ran.code == 1
    assert "Not watching any more; it goes on." in ran.err
    assert "the limit for the whole run was 3 s" in ran.err


def test_a_lost_answer_starts_nothing_twice(server: Server, program: Program) -> None:
    """A run has no token: it is not repeated, and one is told where to look."""
    server.fault(action="close", method="POST", path=WORKFLOWS, when="after")
    ran = program(*RUN)
    assert (ran.code, ran.out) == (1, "")
    look = f"look before running it again: reconciler --org {server.url} workflow list api"
    assert f"it may have been done all the same; {look}" in ran.err
    server.request("DELETE", f"{ADMIN}/faults")
    assert len(program("workflow", "list", "api").out.splitlines()) == 1 + 2


def test_a_lost_answer_to_a_token_is_asked_for_again(
    server: Server, program: Program, done: str
) -> None:
    """A rerun has one: its second answer tells what the first attempt started."""
    workflow = server.get(f"/api/v1alpha/pipelines/{done}").json()["pipeline"]["wf_id"]
    path = f"{WORKFLOWS}/{workflow}/reschedule"
    server.fault(action="close", method="POST", path=path, when="after", times=1)
    assert program("workflow", "rerun", workflow).code == 0
    assert len(program("workflow", "list", "api").out.splitlines()) == 1 + 2


@pytest.fixture
def semaphore(place: Path, done: str) -> Iterator[Held]:  # noqa: ARG001 — there before it starts
    """That organization again, which holds its first write."""
    with held(place / DATABASE) as found:
        yield found


def test_interrupted_while_starting(place: Path, semaphore: Held) -> None:
    """The request is not cut off: what it started is told, and not watched."""
    with started(place, "--org", semaphore.url, *RUN, "--watch") as process:
        semaphore.arrived.wait()
        process.send_signal(signal.SIGINT)
        lines_until(process, "Stopping")
        semaphore.go.set()
        out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert re.search(r"workflow  \S+\npipeline  \S+\nNot watching any more; it goes on\.", err)


def test_cut_off_while_starting(place: Path, semaphore: Held) -> None:
    """Who insists is told what is not known."""
    with started(place, "--org", semaphore.url, *RUN) as process:
        semaphore.arrived.wait()
        process.send_signal(signal.SIGINT)
        lines_until(process, "Stopping")
        time.sleep(0.4)  # two in one moment are one
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert "Cut off: it may have been done all the same; look before running it again" in err


def test_a_terminal_shows_what_is_now(place: Path) -> None:
    """A line that goes away again, under those that stay."""
    with past(place, time.time() - 60) as runs:
        runs.file(definition("sleep 3600", name="Build"))
        pipeline = runs.start()
    terminal = Terminal(place, *ORG, "pipeline", "show", pipeline, "--watch")
    terminal.wait_for("  Build running …")
    terminal.process.send_signal(signal.SIGINT)
    ran = terminal.end()
    assert ran.code == 130
    assert "\r\x1b[KBuild: running\r\n" in ran.err
    assert "\r\x1b[KNot watching any more; it goes on." in ran.err


def test_a_rebuild_counts_for_what_it_rebuilds() -> None:
    """A workflow whose failed pipeline passed in the end has passed."""
    pipelines = [
        Pipeline(id="1", state="done", result="failed"),
        Pipeline(id="2", state="done", result="passed", partial_rerun_of="1"),
    ]
    assert results(pipelines) == ["passed"]
    assert results(pipelines[:1]) == ["failed"]
