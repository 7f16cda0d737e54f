"""Jobs, their logs and artifacts, and the agents that run them."""

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reconciler.embedded.agents import storage as agents
from reconciler.embedded.artifacts import storage as artifacts
from reconciler.embedded.artifacts import tokens
from reconciler.embedded.runs import find_job
from tests.cli.conftest import Ran, environment
from tests.cli.past import MISSING, ORG, past
from tests.cli.run_commands.conftest import CANARY, Program, parsed, table
from tests.embedded.pipeline_runs import Runs, definition


def test_jobs(runs: Runs, program: Program) -> None:
    """Unfinished ones unless asked for others, with the names of their projects."""
    job = runs.jobs(runs.done(definition("make", name="Build")))[0]
    other = runs.semaphore.project("web")["metadata"]["id"]
    assert len(program("job", "list").out.splitlines()) == 1
    shown = table(program("job", "list", "--state", "finished").out).splitlines()
    assert shown[0] == "JOB  NAME  STATE  PROJECT  MACHINE  CREATED  DURATION"
    assert shown[1].endswith("Job  passed  api  e1-standard-2  2023-11-14T22:13:23Z  1s")
    for project, count in (("api", 1), (other, 0)):
        words = ("job", "list", "--state", "finished", "--project", project, "--format", "json")
        assert len(parsed(program(*words))["jobs"]) == count
    assert program("job", "stop", job) == Ran(0, "Stopping it.\n", "")
    assert program("job", "stop", job, "--watch").code == 0


def test_a_job_hides_its_values(runs: Runs, program: Program) -> None:
    """Variables are named, never told."""
    variables = [{"name": "TOKEN", "value": CANARY}]
    tree = definition().replace("jobs:", f"env_vars: {json.dumps(variables)}\n    jobs:")
    job = runs.jobs(runs.done(tree))[0]
    shown = program("job", "show", job).out
    document = parsed(program("job", "show", job, "--format", "json"))
    assert "TOKEN" in shown
    assert "TOKEN" in [each["name"] for each in document["job"]["spec"]["env_vars"]]
    assert CANARY not in shown + json.dumps(document)


def test_logs(runs: Runs, program: Program) -> None:
    """Once as text or events; followed, with the exit code of the job."""
    job = runs.jobs(runs.done(definition("echo one", "echo two; false")))[0]
    text = "echo one\none\necho two; false\ntwo\n"
    assert program("job", "logs", job) == Ran(0, text, "")
    assert program("job", "logs", job, "--follow") == Ran(3, text, "")
    lines = [
        json.loads(line)
        for line in program("job", "logs", job, "--format", "json").out.splitlines()
    ]
    assert {line["format_version"] for line in lines} == {1}
    assert lines[-1]["result"] == "failed"
    assert program("job", "logs", MISSING).code == 1


def test_a_terminal_obeys_no_log(place: Path) -> None:
    """Colours are let through, and nothing else; in a file a log is as it is."""
    with past(place) as runs:
        job = runs.jobs(runs.done(definition("echo \x1b[31mred\x1b[0m \x1b]owned\x07")))[0]
    command = [sys.executable, "-m", "reconciler", *ORG, "job", "logs", job]
    master, terminal = pty.openpty()
    for stdout in (terminal, subprocess.PIPE):
        ran = subprocess.run(  # noqa: S603 — the program under test
            command, env=environment(place), cwd=place, stdout=stdout, check=True
        )
        shown = (ran.stdout or os.read(master, 4096)).decode().splitlines()[-1]
        mark = r"\u001b]owned\u0007" if stdout == terminal else "\x1b]owned\x07"
        assert shown == f"\x1b[31mred\x1b[0m {mark}"
    for side in (master, terminal):
        os.close(side)


def test_artifacts(runs: Runs, program: Program) -> None:
    """Listed by directory; a signed address opens its file."""
    world = runs.semaphore.embedded.world
    for path, content in (("docs/a.txt", b"aaaa"), ("b.txt", b"b")):
        artifacts.put(world, f"{artifacts.root('projects', runs.project)}{path}", content)
    world.db.commit()
    rows = program("artifact", "list", "project", "api").out.splitlines()
    assert [row.split() for row in rows] == [["PATH", "BYTES"], ["b.txt", "1"], ["docs/", "-"]]
    document = parsed(
        program("artifact", "list", "project", runs.project, "docs", "--format", "json")
    )
    assert [each["path"] for each in document["artifacts"]] == ["docs/a.txt"]
    url = program("artifact", "url", "project", "api", "docs/a.txt").out.strip()
    assert runs.semaphore.get(url, token=None).text == "aaaa"
    head = parsed(
        program("artifact", "url", "project", "api", "b.txt", "--head", "--format", "json")
    )
    assert head["urls"][0]["method"] == "HEAD"
    assert program("artifact", "url", "project", "api", "docs").code == 1


def test_addresses_for_a_job(runs: Runs, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job's own token opens them; without one nothing is asked."""
    job = runs.jobs(runs.done(definition()))[0]
    sign = ("artifact", "sign", "job", job, "a.txt")
    assert "SEMAPHORE_ARTIFACT_TOKEN is not set" in program(*sign).err
    runs.clock.now = time.time()  # they last a day
    world = runs.semaphore.embedded.world
    row = find_job(world, job)
    assert row is not None
    token = tokens.of_job(world, row)
    monkeypatch.setenv("SEMAPHORE_ARTIFACT_TOKEN", token)
    pushed = program(*sign, "--access", "push").out
    assert [line.split()[0] for line in pushed.splitlines()] == ["HEAD", "PUT"]
    assert token not in pushed
    runs.semaphore.request("PUT", pushed.split()[-1], content=b"news", token=None)
    pulled = parsed(program(*sign, "--format", "json"))["urls"]
    assert runs.semaphore.get(pulled[0]["url"], token=None).text == "news"


def test_agents(runs: Runs, program: Program) -> None:
    """Listed by type, shown by name, made to leave together; their token is not shown."""
    body = {"metadata": {"name": "s1-linux"}, "spec": {}}
    written = runs.semaphore.post("/api/v1alpha/self_hosted_agent_types", json=body)
    assert written.status_code == 200, written.text
    token = written.json()["status"]["registration_token"]
    world = runs.semaphore.embedded.world
    agents.register(world, "idle", "s1-linux")
    agents.register(world, "busy", "s1-linux", MISSING)
    world.db.commit()
    rows = [
        line.split()[:3] for line in program("agent", "list", "--type", "s1-linux").out.splitlines()
    ]
    assert rows == [
        ["AGENT", "TYPE", "STATE"],
        ["idle", "s1-linux", "waiting_for_job"],
        ["busy", "s1-linux", "running_job"],
    ]
    assert "connected  2023-11-14T22:13:20Z\n" in program("agent", "show", "busy").out
    disable = ("agent", "disable", "s1-linux")
    assert program(*disable).out == "2 agents connected; those that are idle will leave.\n"
    every = parsed(program(*disable, "--all", "--format", "json"))
    assert (every["only_idle"], every["agent_type"]) == (False, "s1-linux")
    assert token not in json.dumps(every) + program("agent", "list", "--format", "json").out
    for words in (("list", "--type", "s1-x"), ("disable", "s1-x"), ("show", "nobody")):
        assert program("agent", *words).code == 1
