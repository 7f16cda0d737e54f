"""What the commands with verbs show and do, on runs that are over."""

import io
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from reconciler.cli.program import program as main
from reconciler.embedded.agents import storage as agents
from reconciler.embedded.artifacts import storage as artifacts
from reconciler.embedded.artifacts import tokens
from reconciler.embedded.runs import find_job
from tests.cli.conftest import ROOT, Ran, environment
from tests.cli.past import MISSING, ORG, past, promotable, without_ids, workflow_of
from tests.cli.test_program import LIGHT, foreign, imported, ours
from tests.embedded.pipeline_runs import Runs, definition
from tests.embedded.target_calls import Calls

Program = Callable[..., Ran]
CANARY = "canary-value"
DAY = "2030-01-01"


@pytest.fixture
def runs(place: Path) -> Iterator[Runs]:
    """What is done in it is there when the program looks."""
    with past(place) as found:
        yield found


@pytest.fixture
def program(reconciler: Program) -> Program:
    """The program, on that organization."""
    return lambda *arguments: reconciler(*ORG, *arguments)


def parsed(ran: Ran, code: int = 0) -> Any:
    """The JSON of a document, which has sorted keys and its version."""
    assert (ran.code, ran.err) == (code, "")
    document = json.loads(ran.out)
    assert ran.out == json.dumps(document, indent=2, sort_keys=True) + "\n"
    assert document.pop("format_version") == 1
    return document


def table(text: str) -> str:
    """A table as it is written below: without what widens it."""
    return "\n".join("  ".join(line.split()) for line in without_ids(text).splitlines())


def test_pipeline_list_is_aligned(runs: Runs, program: Program) -> None:
    """One line each, newest first, with UTC and how long it ran."""
    runs.done(definition("sleep 100", name="Build"))
    runs.done(definition("false"), reference="refs/tags/v1")
    shown = program("pipeline", "list", "api").out
    assert without_ids(shown) == (
        "PIPELINE                              NAME      STATE          BRANCH        COMMIT"
        "    CREATED               DURATION\n"
        "<1>---------------------------------  Pipeline  failed (test)  refs/tags/v1  abcd1234"
        "  2023-11-14T23:13:20Z  3s\n"
        "<2>---------------------------------  Build     passed         main          abcd1234"
        "  2023-11-14T22:13:20Z  1m43s\n"
    )


def test_a_pipeline_that_could_not_run_says_why(runs: Runs, program: Program) -> None:
    """The server's words stand below the table."""
    pipeline = runs.done("version: v1.0\n")
    shown = program("pipeline", "list", "--workflow", workflow_of(runs, pipeline)).out
    assert "failed (malformed)" in shown
    assert f"\n{pipeline}:  Error: [" in shown


def test_a_listing_that_is_cut_says_so(runs: Runs, program: Program) -> None:
    """People read it on standard error, programs in the document."""
    for _ in range(3):
        runs.done(definition())
    cut = program("pipeline", "list", "api", "--limit", "2")
    assert cut.out.count("passed") == 2
    assert cut.err == "There are more than these 2; --limit 0 shows all.\n"
    json_ = ("--format", "json")
    assert parsed(program("-q", "pipeline", "list", "api", "--limit", "2", *json_))["more"]
    found = parsed(program("workflow", "list", "api", "--limit", "0", *json_))
    assert (len(found["workflows"]), found["more"]) == (3, False)


def test_listings_are_filtered(runs: Runs, program: Program) -> None:
    """By branch and by time; a day is its beginning in UTC."""
    runs.done(definition())
    runs.wait(86_400)
    late = runs.done(definition(), reference="dev")
    for words in (("--branch", "dev"), ("--after", "2023-11-15T12:00:00+01:00")):
        shown = program("workflow", "list", "api", *words).out
        assert [late in line for line in shown.splitlines()] == [False, True]
    assert late not in program("pipeline", "list", "api", "--before", "2023-11-15").out
    for side, seen in (("--done-after", True), ("--done-before", False)):
        ran = program("pipeline", "list", "api", side, "2023-11-15")
        assert (ran.code, late in ran.out) == (0, seen)


def test_workflow_show(runs: Runs, program: Program) -> None:
    """What is known of it, and its pipelines."""
    pipeline = runs.done(definition(name="Build"))
    workflow = workflow_of(runs, pipeline)
    shown = program("workflow", "show", workflow).out
    assert shown.startswith(f"workflow      {workflow}\n")
    assert "\ntriggered by  api\n" in shown
    assert shown.splitlines()[-1].startswith(f"{pipeline}  Build  passed  main ")
    document = parsed(program("workflow", "show", workflow, "--format", "json"))
    assert document["workflow"]["created_at"] == "2023-11-14T22:13:20.250000Z"
    assert [each["result"] for each in document["pipelines"]] == ["passed"]


def test_a_workflow_lasts_as_long_as_its_promotions(runs: Runs, program: Program) -> None:
    """What was promoted from it is shown and counts, too."""
    runs.file(definition("false", name="Shipping"), ".semaphore/ship.yml")
    pipeline = runs.done(promotable())
    workflow = workflow_of(runs, pipeline)
    assert program("workflow", "show", workflow, "--watch").code == 0
    body = {"pipeline_id": pipeline, "name": "Ship"}
    assert runs.semaphore.post("/api/v1alpha/promotions", json=body).status_code == 200
    ran = program("workflow", "show", workflow, "--watch")
    assert (ran.code, ran.err.splitlines()[-1]) == (3, "Shipping: failed (test)")
    rows = ran.out.partition("\n\n")[2].splitlines()[1:]
    assert [row.split()[1:3] for row in rows] == [["Build", "passed"], ["Shipping", "failed"]]


def test_pipeline_show(runs: Runs, program: Program) -> None:
    """With its blocks and jobs."""
    pipeline = runs.done(definition("false", name="Build"))
    shown = program("pipeline", "show", pipeline).out
    assert table(shown.partition("\n\n")[2]) == (
        "BLOCK  JOB  STATE  ID\n"
        "Block  -  failed  (test)  <1>---------------------------------\n"
        "Block  Job  failed  <2>---------------------------------"
    )
    assert "\nfile      .semaphore/semaphore.yml\n" in shown
    assert "\nduration  3s\n" in shown


@pytest.mark.parametrize(("command", "code"), [("make", 0), ("false", 3)])
@pytest.mark.parametrize("kind", ["workflow", "pipeline", "job"])
def test_watching_what_is_over(
    runs: Runs, program: Program, kind: str, command: str, code: int
) -> None:
    """It ends at once, with the exit code of the result."""
    pipeline = runs.done(definition(command))
    ids = {
        "workflow": workflow_of(runs, pipeline),
        "pipeline": pipeline,
        "job": runs.jobs(pipeline)[0],
    }
    watched = program(kind, "show", ids[kind], "--watch")
    name = "Job" if kind == "job" else "Pipeline"
    assert watched.code == code
    assert watched.err.startswith(f"{name}: {'failed' if code else 'passed'}")
    assert watched.out == program(kind, "show", ids[kind]).out
    parsed(program(kind, "show", ids[kind], "--watch", "-q", "--format", "json"), code)


def test_workflow_run_and_stop(runs: Runs, program: Program) -> None:
    """A project is named; what was started is told and can be stopped, more than once."""
    started = parsed(program("workflow", "run", "api", "--reference", "dev", "--format", "json"))
    shown = runs.pipeline(started["pipeline_id"])
    assert (shown["wf_id"], shown["branch_name"]) == (started["workflow_id"], "dev")
    stop = ("workflow", "stop", started["workflow_id"])
    assert program(*stop) == Ran(0, "Stopping 1 pipeline.\n", "")
    assert program(*stop, "--watch").code == 0
    assert parsed(program(*stop, "--format", "json"))["stopping"] == 0
    assert program("workflow", "show", started["workflow_id"], "--watch").code == 3


def test_parameters_are_sent_and_never_shown(runs: Runs, program: Program) -> None:
    """A run takes them; neither words nor JSON tell a value."""
    started = parsed(
        program(
            *("workflow", "run", "api", "--reference", "main", "--file", "x.yml"),
            *("--parameter", f"TO={CANARY}", "--parameter", "EMPTY=", "--format", "json"),
        )
    )
    pipeline = runs.pipeline(started["pipeline_id"])
    sent = {variable["name"]: variable["value"] for variable in pipeline["env_vars"]}
    assert sent == {"EMPTY": "", "TO": CANARY}
    assert pipeline["yaml_file_name"] == "x.yml"
    show = ("pipeline", "show", started["pipeline_id"])
    assert "\nparameters  EMPTY, TO\n" in program(*show).out
    for words in ((), ("--format", "json")):
        assert CANARY not in program(*show, *words).out


def test_rerun_with_a_token_starts_once(runs: Runs, program: Program) -> None:
    """The same token names the same run."""
    workflow = workflow_of(runs, runs.done(definition()))
    again = ("workflow", "rerun", workflow, "--request-token", "once", "--format", "json")
    first = parsed(program(*again))
    assert parsed(program(*again)) == first
    assert first["workflow_id"] != workflow
    assert parsed(program(*again[:3], "--format", "json")) != first


def test_rebuild(runs: Runs, program: Program) -> None:
    """What failed runs again as a new pipeline; what passed is refused."""
    failed = runs.done(definition("false"))
    assert program("pipeline", "rebuild", runs.done(definition())).code == 1
    new = parsed(program("pipeline", "rebuild", failed, "--format", "json"))["pipeline_id"]
    assert runs.pipeline(new)["partial_rerun_of"] == failed
    assert program("pipeline", "stop", new) == Ran(0, "Stopping it.\n", "")
    assert f"rebuild of  {failed}\n" in program("pipeline", "show", new).out


SCHEDULE = """
apiVersion: v1.2
kind: Schedule
metadata: {name: nightly}
spec:
  project: api
  recurring: false
  pipeline_file: nightly.yml
  reference: {type: BRANCH, name: main}
  parameters: [{name: TO, required: true}]
"""


def test_run_a_schedule_now(runs: Runs, program: Program) -> None:
    """By its name, its way or with another reference."""
    written = runs.semaphore.post("/api/v1alpha/schedules", json={"yml_definition": SCHEDULE})
    assert written.status_code == 200, written.text
    run = ("workflow", "run", "api", "--schedule", "nightly", "--parameter", "TO=x")
    plain = parsed(program(*run, "--format", "json"))
    tagged = parsed(program(*run, "--reference", "refs/tags/v1", "--format", "json"))
    shown = [runs.pipeline(started["pipeline_id"]) for started in (plain, tagged)]
    assert [each["branch_name"] for each in shown] == ["main", "refs/tags/v1"]
    assert {each["yaml_file_name"] for each in shown} == {"nightly.yml"}
    unknown = program("workflow", "run", "api", "--schedule", "nightli")
    assert unknown.err == (
        "error: there is no schedule 'nightli' to be seen in project api; did you mean 'nightly'?\n"
    )


@pytest.mark.usefixtures("runs")
def test_unknown_names(program: Program) -> None:
    """The nearest one is told, and nothing is started."""
    ran = program("workflow", "run", "apu", "--reference", "main")
    assert ran == Ran(1, "", "error: there is no project 'apu' to be seen; did you mean 'api'?\n")
    assert program("workflow", "show", MISSING).code == 1
    assert "no deployment target 'x' to be seen in project api" in (
        program("target", "history", "api/x").err
    )
    assert "give its id, or PROJECT/NAME" in program("target", "activate", "x").err


@pytest.mark.parametrize(
    ("about", "arguments"),
    [
        (f"workflow {MISSING}", ["pipeline", "list", "--workflow", MISSING]),
        (f"project {MISSING}", ["pipeline", "list", MISSING]),
        (f"project {MISSING}", ["workflow", "list", MISSING]),
        (f"job {MISSING}", ["artifact", "list", "job", MISSING]),
        (f"a.txt of job {MISSING}", ["artifact", "url", "job", MISSING, "a.txt"]),
    ],
)
def test_unknown_ids_are_named(program: Program, about: str, arguments: list[str]) -> None:
    """Also where the server's words and the path of the request don't say them."""
    ran = program(*arguments)
    assert (ran.code, ran.out) == (1, "")
    assert f"({about} is not there, or not to be seen)" in ran.err


_DONE = ("pipeline", "list", "api", "--done-after", "2030-01-01")


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("An id is needed", ["workflow", "show", "main"]),
        ("Give --reference", ["workflow", "run", "api"]),
        ("leave out --commit", ["workflow", "run", "api", "--schedule", "x", "--commit", "1"]),
        ("KEY=VALUE is needed", ["workflow", "run", "api", "--parameter", CANARY]),
        ("A is given twice", ["workflow", "run", "api", *2 * ["--parameter", f"A={CANARY}"]]),
        ("A time is needed", ["workflow", "list", "api", "--after", "yesterday"]),
        ("later than --after", ["workflow", "list", "api", "--before", DAY, "--after", DAY]),
        ("later than --done-after", [*_DONE, "--done-before", "2030-01-01"]),
        ("Give a PROJECT, or --workflow", ["pipeline", "list"]),
        ("-v and -q exclude each other", ["-v", "job", "list", "-q"]),
        ("No such command 'lst'. Did you mean 'list'?", ["job", "lst"]),
    ],
)
def test_usage_errors(program: Program, words: str, arguments: list[str]) -> None:
    """What can't be understood exits with 64, and quotes no value."""
    code, out, err = program(*arguments)
    assert (code, out) == (64, "")
    assert words in err
    assert CANARY not in err


VALID = definition()


def test_validate_pipeline_files(place: Path, program: Program) -> None:
    """Each file has its verdict; one that is invalid makes the exit code 1."""
    (place / "good.yml").write_text(VALID)
    (place / "bad.yml").write_text("version: v1.0\n")
    (place / "empty.yml").write_text("\n")
    assert program("pipeline", "validate", "good.yml") == Ran(0, "good.yml: valid\n", "")
    code, out, _ = program("pipeline", "validate", "good.yml", "bad.yml", "empty.yml")
    assert code == 1
    good, bad, empty = out.splitlines()
    assert (good, empty) == ("good.yml: valid", "empty.yml: invalid: it is empty")
    assert "agent, blocks were not present" in bad
    document = parsed(program("pipeline", "validate", "bad.yml", "--format", "json"), 1)
    assert (document["valid"], document["files"][0]["file"]) == (False, "bad.yml")


def test_validate_standard_input(
    place: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """- is standard input; what is no text is an error."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(VALID.encode())))
    assert program("pipeline", "validate", "-").out == "standard input: valid\n"
    (place / "binary.yml").write_bytes(b"\xff")
    assert program("pipeline", "validate", "binary.yml").err == (
        "error: binary.yml: this is not UTF-8\n"
    )
    assert program("pipeline", "validate", "none.yml").code == 1


def test_promote(runs: Runs, program: Program) -> None:
    """By name, with parameters; what was started is in the list."""
    parameters = {"env_vars": [{"name": "TO", "required": True, "options": ["x", "y"]}]}
    pipeline = runs.done(promotable(parameters=parameters))
    trigger = ("promotion", "trigger", pipeline, "Ship", "--parameter", "TO=y")
    code, out, _ = program(*trigger)
    look = f"reconciler {' '.join(ORG)} promotion list {pipeline} --name Ship"
    assert (code, out) == (0, f"Promoting; see: {look}\n")
    time.sleep(0.35)  # until it is processed, by the program's clock
    rows = program("promotion", "list", pipeline).out.splitlines()[1:]
    assert [row.split()[:3] for row in rows] == [["Ship", "passed", "no"]]
    started = rows[0].split()[-1]
    assert runs.pipeline(started)["env_vars"] == [{"name": "TO", "value": "y"}]


def test_promote_what_has_no_promotions(runs: Runs, program: Program) -> None:
    """It is said at once, instead of asking a server that fails over it again and again."""
    pipeline = runs.done(definition())
    assert program("promotion", "list", pipeline).out.startswith("PROMOTION")
    ran = program("promotion", "trigger", pipeline, "Ship")
    assert ran == Ran(1, "", f"error: pipeline {pipeline} has no promotions, or none yet\n")
    asked = [entry.path for entry in runs.semaphore.embedded.journal.entries()]
    assert asked.count(f"/api/v1alpha/pipelines/{pipeline}") >= 2
    assert not any("promotions" in path for path in asked)


def test_promote_what_failed(runs: Runs, program: Program) -> None:
    """Only if told to; a promotion that does not exist is an error."""
    pipeline = runs.done(promotable("false"))
    trigger = ("promotion", "trigger", pipeline, "Ship")
    refused = program(*trigger)
    assert refused.code == 1
    assert "requires override confirmation" in refused.err
    assert program(*trigger, "--override", "--request-token", "once").code == 0
    assert program(*trigger, "--override", "--request-token", "once").code == 0
    listed = parsed(program("promotion", "list", pipeline, "--format", "json"))["promotions"]
    assert [promotion["override"] for promotion in listed] == [True]
    assert "not found" in program("promotion", "trigger", pipeline, "Shop").err


def test_a_wrong_parameter_is_hinted_at(runs: Runs, program: Program) -> None:
    """The server calls it a fault of its own; the value is not told."""
    pipeline = runs.done(promotable())
    ran = program("promotion", "trigger", pipeline, "Ship", "--parameter", f"NO={CANARY}")
    assert ran.code == 1
    assert "a wrong or missing parameter is answered like this, too" in ran.err
    demanding = runs.done(promotable(parameters={"env_vars": [{"name": "TO", "required": True}]}))
    assert "missing parameter" in program("promotion", "trigger", demanding, "Ship").err
    assert f"promotion list {pipeline}" in ran.err
    assert CANARY not in ran.err


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


def test_targets(runs: Runs, program: Program) -> None:
    """Closed and opened by PROJECT/NAME or id; what was promoted is in the history."""
    target = Calls(runs.semaphore, runs.project).usable("prod")
    pipeline = runs.done(
        promotable(
            deployment_target="prod",
            parameters={"env_vars": [{"name": "TO", "required": True, "options": [CANARY]}]},
        )
    )
    trigger = ("promotion", "trigger", pipeline, "Ship", "--parameter", f"TO={CANARY}")
    closed = program("target", "deactivate", "api/prod")
    assert closed == Ran(0, "prod: promotions refused.\n", "")
    assert program(*trigger).code == 1
    assert parsed(program("target", "activate", target, "--format", "json"))["active"] is True
    assert program(*trigger).code == 0
    shown = program("target", "history", "api/prod").out
    assert [pipeline in line for line in shown.splitlines()] == [False, True]
    assert shown.endswith("  TO\n")
    document = parsed(program("target", "history", "api/prod", "--format", "json"))
    assert CANARY not in shown + json.dumps(document)
    for words in (("--type", "tag"), ("--reference", "dev"), ("--user", MISSING)):
        filtered = parsed(program("target", "history", target, *words, "--format", "json"))
        assert filtered["deployments"] == []


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


def _verbs() -> dict[str, click.Command]:
    above = click.Context(main)
    groups = {name: main.get_command(above, name) for name in main.list_commands(above)}
    return {
        f"{name} {verb}": command
        for name, group in groups.items()
        if isinstance(group, click.Group)
        for verb, command in group.commands.items()
    }


@pytest.mark.parametrize("name", _verbs())
def test_every_verb_is_described(name: str) -> None:
    """The page has a row for it, and names its options."""
    page = (ROOT / "docs" / "run-commands.md").read_text()
    assert re.search(rf"^\| `{name}[ `]", page, re.MULTILINE)
    options = [o for o in _verbs()[name].params if isinstance(o, click.Option) and not o.hidden]
    assert [o.opts[0] for o in options if f"`{o.opts[0]}" not in page] == []


@pytest.mark.parametrize("name", ["workflow", "pipeline", "promotion", "job", "agent", "target"])
def test_help_of_a_verb_is_light(child: Callable[..., Ran], name: str) -> None:
    """It loads the options of the command's verbs, and none of their work."""
    verb = "history" if name == "target" else "list"
    names = imported(child, name, verb, "--help")
    assert foreign(names) == {"click"}
    assert ours(names) == LIGHT | {"reconciler.cli.verbs", f"reconciler.cli.{name}"}
