"""Troubleshooting answers (D 17)."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded.runs import jobs_of
from tests.embedded.pipeline_runs import API, Runs, definition
from tests.embedded.target_calls import NOBODY

TROUBLESHOOT = f"{API}/troubleshoot"
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def runs(make_semaphore: Callable[..., Any]) -> Runs:
    return Runs.of(make_semaphore)


def about(runs: Runs, kind: str, identifier: str) -> dict[str, Any]:
    answer = runs.semaphore.get(f"{TROUBLESHOOT}/{kind}/{identifier}")
    assert answer.status_code == 200, answer.text
    assert "content-type" not in answer.headers
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_workflow_is_shown_with_its_project(runs: Runs) -> None:
    """The trigger in lower case, the time as text."""
    pipeline = runs.done(definition())
    wf_id = runs.pipeline(pipeline)["wf_id"]
    shown = about(runs, "workflow", wf_id)
    assert shown.keys() == {"project", "workflow"}
    world = runs.semaphore.embedded.world
    assert shown["project"] == {"id": runs.project, "organization_id": world.org_id}
    assert shown["workflow"].keys() == {
        *("wf_id", "initial_ppl_id", "hook_id", "requester_id", "branch_id"),
        *("branch_name", "commit_sha", "created_at", "triggered_by", "rerun_of"),
        "repository_id",
    }
    assert (shown["workflow"]["wf_id"], shown["workflow"]["triggered_by"]) == (wf_id, "api")
    assert TIME.fullmatch(shown["workflow"]["created_at"])


def test_a_pipeline_is_shown_with_its_queue_and_blocks(runs: Runs) -> None:
    """The queue is spread out; results are there, empty, before there are any."""
    runs.file(definition())
    pipeline = runs.start()
    runs.wait(1.5)
    shown = about(runs, "pipeline", pipeline)
    assert shown.keys() == {"project", "workflow", "pipeline"}
    details = shown["pipeline"]
    assert details.keys() == {
        *("ppl_id", "name", "created_at", "pending_at", "queuing_at", "running_at"),
        *("stopping_at", "done_at", "state", "result", "result_reason", "terminate_request"),
        *("error_description", "switch_id", "working_directory", "yaml_file_name"),
        *("terminated_by", "queue_id", "queue_name", "queue_scope", "queue_type"),
        *("promotion_of", "partial_rerun_of", "partially_rerun_by", "blocks"),
    }
    assert (details["state"], details["result"], details["result_reason"]) == ("pending", "", "")
    assert (details["queue_type"], details["queue_scope"]) == (0, "project")
    assert details["done_at"] == "1970-01-01 00:00:00.000000Z"
    runs.wait()
    (block,) = about(runs, "pipeline", pipeline)["pipeline"]["blocks"]
    assert block.keys() == {
        *("block_id", "name", "build_req_id", "state", "result", "result_reason"),
        "error_description",
    }
    assert (block["name"], block["state"], block["result"]) == ("Block", "done", "passed")


def test_a_job_is_shown_with_its_block(runs: Runs) -> None:
    """The blocks of the pipeline are left out; unset times are empty."""
    pipeline = runs.done(definition())
    job = runs.jobs(pipeline)[0]
    shown = about(runs, "job", job)
    assert shown.keys() == {"project", "workflow", "pipeline", "block", "job"}
    assert "blocks" not in shown["pipeline"]
    details = shown["job"]
    assert details.keys() == {
        *("id", "build_req_id", "name", "state", "failure_reason", "is_debug_job"),
        *("is_self_hosted", "machine_type", "os_image", "agent_name", "created_at"),
        *("enqueued_at", "started_at", "finished_at", "priority"),
    }
    assert (details["id"], details["name"], details["state"]) == (job, "Job", "finished")
    assert details["build_req_id"] == shown["block"]["build_req_id"]
    assert (details["machine_type"], details["is_self_hosted"]) == ("e1-standard-2", False)
    assert all(TIME.fullmatch(details[name]) for name in ("enqueued_at", "finished_at"))


def test_a_debug_job_has_no_pipeline(make_semaphore: Callable[..., Any]) -> None:
    """Which the real server does not expect."""
    runs = Runs.of(make_semaphore, restrict_job_ssh_access=False)
    job = runs.jobs(runs.done(definition()))[0]
    created = runs.semaphore.post(f"{API}/jobs/{job}/debug", json={"duration": 60})
    assert created.status_code == 200, created.text
    debug = created.json()["metadata"]["id"]
    answer = runs.semaphore.get(f"{TROUBLESHOOT}/job/{debug}")
    assert (answer.status_code, answer.json()) == (500, "Internal error")


def test_a_job_after_the_pipeline_crashes_it(runs: Runs) -> None:
    """It is of no block. Of the three answers only that about a job has the project's id."""
    after = {"task": {"jobs": [{"name": "report", "commands": ["make"]}]}}
    pipeline = runs.done(definition(after_pipeline=after))
    assert runs.pipeline(pipeline)["result"] == "passed"
    row = next(
        job for job in jobs_of(runs.semaphore.embedded.world, pipeline) if job["name"] == "report"
    )
    answer = runs.semaphore.get(f"{TROUBLESHOOT}/job/{row['id']}")
    assert (answer.status_code, answer.text) == (500, "Something went wrong")
    about_job = about(runs, "job", runs.jobs(pipeline)[0])
    assert about_job["workflow"]["project_id"] == runs.project
    assert "project_id" not in about(runs, "pipeline", pipeline)["workflow"]


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        (f"workflow/{NOBODY}", 404, "Not Found"),
        (f"pipeline/{NOBODY}", 404, "Not Found"),
        ("pipeline/x", 404, "Not Found"),
        (f"job/{NOBODY}", 404, f'"Job with id {NOBODY} not found"'),
        ("job/x", 500, '"Internal error"'),
    ],
)
def test_what_is_unknown(semaphore: Any, path: str, status: int, body: str) -> None:
    """Each in the words of its check."""
    answer = semaphore.get(f"{TROUBLESHOOT}/{path}")
    assert (answer.status_code, answer.text) == (status, body)


def test_without_permission(make_semaphore: Callable[..., Any], tmp_path: Any) -> None:
    """A job answers 401, the others 404 (D 17)."""
    place = str(tmp_path / "embedded.db")
    runs = Runs.of(make_semaphore, path=place)
    pipeline = runs.done(definition())
    job, wf_id = runs.jobs(pipeline)[0], runs.pipeline(pipeline)["wf_id"]
    denied = make_semaphore(path=place, permissions_denied=frozenset({"project.view"}))
    statuses = [
        denied.get(f"{TROUBLESHOOT}/{path}").status_code
        for path in (f"workflow/{wf_id}", f"pipeline/{pipeline}", f"job/{job}")
    ]
    assert statuses == [404, 404, 401]


def test_the_client_writes_a_slash_too_many(runs: Runs) -> None:
    """Which the server does not mind (E)."""
    pipeline = runs.start()
    answer = runs.semaphore.get(f"{TROUBLESHOOT}/pipeline//{pipeline}")
    assert answer.status_code == 200
