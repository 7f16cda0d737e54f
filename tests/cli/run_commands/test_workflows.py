"""What is shown of workflows, and how one is run, run again and stopped."""

from tests.cli.conftest import Ran
from tests.cli.past import promotable, workflow_of
from tests.cli.run_commands.conftest import CANARY, Program, parsed
from tests.embedded.pipeline_runs import Runs, definition


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
