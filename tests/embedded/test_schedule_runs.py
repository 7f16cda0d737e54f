"""Schedules run now, and what is remembered of it (A 9, A 12)."""

import json
from typing import Any

import pytest

from tests.embedded.run_calls import MISSING, NOT_FOUND, WORKFLOWS, Runs

SCHEDULES = "/api/v1alpha/schedules"
PARAMETERS = (
    "[{name: TO, required: true}, {name: HOW, required: false, default_value: fast},"
    " {name: WHY, required: false}]"
)


def schedule(runs: Runs, **spec: str) -> str:
    """The id of a new one; keyword arguments are the YAML of spec keys."""
    fields = {
        "project": "api",
        "recurring": "false",
        "pipeline_file": "nightly.yml",
        "reference": "{type: BRANCH, name: main}",
        **spec,
    }
    lines = "".join(f"  {key}: {value}\n" for key, value in fields.items())
    text = f"apiVersion: v1.2\nkind: Schedule\nmetadata: {{name: nightly}}\nspec:\n{lines}"
    response = runs.semaphore.post(SCHEDULES, json={"yml_definition": text})
    assert response.status_code == 200, response.text
    return str(response.json())


def run_now(runs: Runs, schedule_id: str, **body: Any) -> Any:
    return runs.semaphore.post(f"{SCHEDULES}/{schedule_id}/run_now", json=body)


def triggers(runs: Runs, schedule_id: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = runs.semaphore.get(f"{SCHEDULES}/{schedule_id}").json()[
        "triggers"
    ]
    return shown


def refusal(response: Any) -> tuple[int, Any]:
    return response.status_code, response.json()


def test_a_schedule_run_now_makes_a_workflow(runs: Runs) -> None:
    """By hand and by the caller; the schedule is behind it (A 9, D 10.1)."""
    schedule_id = schedule(runs)
    response = run_now(runs, schedule_id)
    wf_id = response.json()["workflow_id"]
    assert response.text == f'{{"workflow_id":"{wf_id}"}}'
    shown = runs.semaphore.get(f"{WORKFLOWS}/{wf_id}").json()["workflow"]
    assert (shown["triggered_by"], shown["branch_name"]) == ("MANUAL_RUN", "main")
    assert shown["requester_id"] == runs.semaphore.embedded.world.user_id
    pipeline = runs.pipeline(shown["initial_ppl_id"])
    assert pipeline["yaml_file_name"] == "nightly.yml"
    assert pipeline["triggerer"]["wf_triggerer_id"] == schedule_id


def test_the_trigger_is_remembered(runs: Runs) -> None:
    """With its values and times; the branch only where it is one (A 12)."""
    schedule_id = schedule(runs, parameters=PARAMETERS)
    tag = {"reference": {"type": "TAG", "name": "v1"}, "pipeline_file": "other.yml"}
    wf_id = run_now(runs, schedule_id, parameters={"TO": " x ", "NO": "y"}, **tag).json()[
        "workflow_id"
    ]
    (trigger,) = triggers(runs, schedule_id)
    assert trigger == {
        "periodic_id": schedule_id,
        "project_id": runs.project_id,
        "reference": "refs/tags/v1",
        "pipeline_file": "other.yml",
        "scheduling_status": "passed",
        "scheduled_workflow_id": wf_id,
        "error_description": "",
        "run_now_requester_id": runs.semaphore.embedded.world.user_id,
        "triggered_at": "2023-11-14 22:13:20.250000Z",
        "scheduled_at": "2023-11-14 22:13:20.250000Z",
        "parameter_values": [{"name": "TO", "value": "x"}, {"name": "HOW", "value": "fast"}],
    }
    run_now(runs, schedule_id, parameters={"TO": "z"}, branch="dev")
    newest, _ = triggers(runs, schedule_id)
    assert (newest["reference"], newest["branch"]) == ("refs/heads/dev", "dev")


def test_ten_triggers_are_shown_the_newest_first(runs: Runs) -> None:
    """And none once the schedule is gone (A 12)."""
    schedule_id = schedule(runs)
    for number in range(12):
        run_now(runs, schedule_id, branch=f"b{number}")
    shown = triggers(runs, schedule_id)
    assert [trigger["branch"] for trigger in shown] == [f"b{n}" for n in range(11, 1, -1)]
    assert runs.semaphore.delete(f"{SCHEDULES}/{schedule_id}").status_code == 200


def test_parameters_become_variables_of_the_run(runs: Runs) -> None:
    """Declared ones only; blank means the default (A 9)."""
    schedule_id = schedule(runs, parameters=PARAMETERS)
    body = {"TO": "x", "HOW": "  ", "WHY": None, "NO": "y"}
    wf_id = run_now(runs, schedule_id, parameters=body).json()["workflow_id"]
    listed = runs.semaphore.get("/api/v1alpha/pipelines", params={"wf_id": wf_id}).json()
    expected = [{"name": "TO", "value": "x"}, {"name": "HOW", "value": "fast"}]
    assert listed[0]["env_vars"] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "Parameter 'TO' is required.")),
        ({"parameters": {"TO": ""}}, (400, "Parameter 'TO' is required.")),
        ({"parameters": {"TO": 1}}, (500, "Internal error")),
        ({"reference": "main"}, (400, "Reference must contain 'type' and 'name' fields")),
        ({"reference": {"name": "m"}}, (400, "Reference must contain 'type' and 'name' fields")),
        ({"pipeline_file": 7}, (500, "Internal error")),
    ],
)
def test_what_a_run_now_may_not_say(
    runs: Runs, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    """JSON strings; nothing is triggered (A 9, A 14)."""
    schedule_id = schedule(runs, parameters=PARAMETERS)
    assert refusal(run_now(runs, schedule_id, **body)) == expected
    assert triggers(runs, schedule_id) == []


def test_some_mistakes_crash_the_server(runs: Runs) -> None:
    """Parameters that are no map (A 14)."""
    schedule_id = schedule(runs)
    response = run_now(runs, schedule_id, parameters="x")
    assert (response.status_code, response.text) == (500, "Something went wrong")


_TYPE = "Reference type must be 'BRANCH' or 'TAG'"
_EMPTY = "Reference name cannot be empty"
_BOTH = "Reference must contain 'type' and 'name' fields"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"reference": {"type": "INVALID", "name": "main"}}, _TYPE),
        ({"reference": {"type": "branch", "name": "main"}}, _TYPE),
        ({"reference": {"type": "PR", "name": "7"}}, _TYPE),
        ({"reference": {"type": None}}, _TYPE),
        ({"reference": {"type": "BRANCH", "name": ""}}, _EMPTY),
        ({"reference": {"type": "TAG", "name": "  "}}, _EMPTY),
        ({"reference": {"type": "BRANCH", "name": 7}}, _BOTH),
        ({"reference": {"type": "BRANCH"}}, _BOTH),
        ({"reference": {"name": "main"}}, _BOTH),
        ({"reference": {}}, _BOTH),
        ({"reference": "main", "branch": "main"}, _BOTH),
        ({"branch": ""}, _EMPTY),
        ({"branch": 7}, _BOTH),
    ],
)
def test_a_reference_has_a_type_and_a_name(runs: Runs, body: dict[str, Any], said: str) -> None:
    """Both of the right kind, or nothing is run."""
    schedule_id = schedule(runs)
    assert refusal(run_now(runs, schedule_id, **body)) == (400, said)
    assert triggers(runs, schedule_id) == []


def test_without_a_reference_that_of_the_schedule_counts(runs: Runs) -> None:
    """So it is with a file of one letter (A 9)."""
    schedule_id = schedule(runs)
    blank = {"reference": None, "branch": None, "pipeline_file": "x"}
    assert run_now(runs, schedule_id, **blank).status_code == 200
    (trigger,) = triggers(runs, schedule_id)
    assert (trigger["reference"], trigger["pipeline_file"]) == ("refs/heads/main", "nightly.yml")


def test_a_branch_without_a_name_is_not_found(runs: Runs) -> None:
    """Which v1.1 stores by mistake (A 10)."""
    text = (
        "apiVersion: v1.1\nkind: Schedule\nmetadata: {name: n}\n"
        "spec: {project: api, recurring: false, pipeline_file: p.yml}\n"
    )
    schedule_id = runs.semaphore.post(SCHEDULES, json={"yml_definition": text}).json()
    said = "Branch '' does not exist in the repository"
    assert refusal(run_now(runs, schedule_id)) == (400, said)


def test_a_full_queue_is_a_400_and_is_written_down(make_runs: Any) -> None:
    """With its reason beside the trigger (A 14)."""
    runs = make_runs(pipeline_queue_limit=1)
    schedule_id = schedule(runs)
    run_now(runs, schedule_id)
    runs.pass_by(2)
    full = "Limit of queuing pipelines reached"
    assert refusal(run_now(runs, schedule_id)) == (400, full)
    newest, _ = triggers(runs, schedule_id)
    assert (newest["error_description"], newest["scheduled_workflow_id"]) == (full, "")


def test_unknown_schedules_and_missing_permissions(runs: Runs, make_runs: Any) -> None:
    """400 for what is not there, 404 for what is not allowed; tasks are the same (A 14)."""
    unknown = (400, f"Periodic with id: '{MISSING}' not found.")
    assert refusal(run_now(runs, MISSING)) == unknown
    assert refusal(run_now(runs, "x")) == (400, "schedule identifier should be a UUID")
    schedule_id = schedule(runs)
    assert runs.semaphore.post(f"/api/v1alpha/tasks/{schedule_id}/run_now").status_code == 200
    denied = make_runs(permissions_denied=frozenset({"project.scheduler.run_manually"}))
    response = run_now(denied, schedule(denied))
    assert (response.status_code, response.text) == NOT_FOUND


def test_triggers_are_json(runs: Runs) -> None:
    """Without a content type, as everything of this service (D 3)."""
    response = runs.semaphore.get(f"{SCHEDULES}/{schedule(runs)}")
    assert "content-type" not in response.headers
    assert json.loads(response.text)["triggers"] == []


_FORMAT = "{name: V, required: true, validate_input_format: true, regex_pattern: '^v[0-9]+$'"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("v1", None),
        ("", None),
        ("1", "Parameter 'V' value does not match required format."),
    ],
)
def test_a_value_has_the_format_that_was_asked_for(
    runs: Runs, value: str, said: str | None
) -> None:
    """A default, too."""
    schedule_id = schedule(runs, parameters=f"[{_FORMAT}, default_value: v0}}]")
    answer = run_now(runs, schedule_id, parameters={"V": value})
    assert answer.status_code == (400 if said else 200)
    assert said in (None, answer.json())
    assert len(triggers(runs, schedule_id)) == (0 if said else 1)


def test_a_default_that_no_longer_fits_is_refused(runs: Runs) -> None:
    """It may have been stored before there was a format."""
    schedule_id = schedule(runs, parameters=f"[{_FORMAT}, default_value: v0}}]")
    db = runs.semaphore.embedded.world.db
    db.execute("UPDATE schedules SET parameters = replace(parameters, '\"v0\"', '\"0\"')")
    said = "default value does not match required format; provide an explicit value or fix"
    assert said in run_now(runs, schedule_id).json()


def test_what_failed_has_a_time_as_well(make_runs: Any) -> None:
    """When it was tried."""
    runs = make_runs(pipeline_queue_limit=0)
    schedule_id = schedule(runs)
    run_now(runs, schedule_id)
    runs.pass_by(5)
    assert run_now(runs, schedule_id).status_code == 400
    newest = triggers(runs, schedule_id)[0]
    assert newest["scheduled_at"] == newest["triggered_at"] == "2023-11-14 22:13:25.250000Z"
