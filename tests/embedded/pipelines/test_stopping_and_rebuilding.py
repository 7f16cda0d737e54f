"""Pipelines are stopped, and what has not passed of them is run again (D 11)."""

import json
from typing import Any

import pytest

from reconciler.embedded import Edition
from tests.embedded.pipelines.conftest import answer
from tests.embedded.run_calls import (
    PIPELINES,
    Runs,
    block,
    definition,
)


def stop(runs: Runs, pipeline_id: str, **parts: Any) -> Any:
    return runs.semaphore.patch(f"{PIPELINES}/{pipeline_id}", **parts)


def test_a_running_pipeline_stops(runs: Runs) -> None:
    """Running, stopping, stopped by the user; nobody is written down (D 11.2, D 11.5)."""
    runs.put(definition(block("A", "sleep 60"), block("B", needs="[A]")))
    pipeline_id = runs.start()
    runs.pass_by(6)
    expected = (200, '"Pipeline termination started."')
    assert answer(stop(runs, pipeline_id, json={"terminate_request": True})) == expected
    assert runs.outcome(pipeline_id) == ("running", None, None)
    runs.pass_by(1)
    assert runs.outcome(pipeline_id) == ("stopping", None, None)
    assert runs.block_outcomes(pipeline_id) == {
        "A": ("stopping", None, None),
        "B": ("done", "canceled", "user"),
    }
    (job,) = runs.jobs(pipeline_id, "A").values()
    assert job["status"] == "RUNNING"
    runs.pass_by(1)
    assert runs.outcome(pipeline_id) == ("done", "stopped", "user")
    assert runs.block_outcomes(pipeline_id)["A"] == ("done", "stopped", "user")
    shown = runs.pipeline(pipeline_id)
    assert (shown["terminate_request"], shown["terminated_by"]) == ("stop", "")
    assert answer(stop(runs, pipeline_id, json={"terminate_request": True})) == expected
    assert runs.outcome(pipeline_id) == ("done", "stopped", "user")


@pytest.mark.parametrize("seconds", [0, 1.5, 2.5])
def test_one_that_does_not_run_yet_is_cancelled(runs: Runs, seconds: float) -> None:
    """From initializing, pending and queuing (D 11.2)."""
    blocking = runs.start()
    runs.pass_by(0.25)
    pipeline_id = runs.start()
    runs.pass_by(seconds)
    stop(runs, pipeline_id, json={"terminate_request": True})
    runs.pass_by(1)
    assert runs.outcome(pipeline_id) == ("done", "canceled", "user")
    runs.pass_by(30)
    assert runs.outcome(blocking) == ("done", "passed", "test")


@pytest.mark.parametrize(
    "parts",
    [
        {"json": {"terminate_request": "true"}},
        {"json": {"terminate_request": 1}},
        {"json": {}},
        {"data": {"terminate_request": "true"}},
        {"params": {"terminate_request": "true"}},
    ],
)
def test_stopping_takes_a_json_boolean_only(runs: Runs, parts: dict[str, Any]) -> None:
    """Nothing else, wherever it is sent (D 11.5)."""
    message = "Value of 'terminate_request' field must be boolean value 'true'."
    pipeline_id = runs.start()
    assert answer(stop(runs, pipeline_id, **parts)) == (400, json.dumps(message))


def rebuild(runs: Runs, pipeline_id: str, mark: str | None = "token-1") -> Any:
    body = {} if mark is None else {"request_token": mark}
    return runs.semaphore.post(f"{PIPELINES}/{pipeline_id}/partial_rebuild", json=body)


def test_a_partial_rebuild_repeats_what_has_not_passed(runs: Runs) -> None:
    """In the same workflow; what passed keeps its task, other jobs are copied (D 11.6)."""
    runs.put(
        definition(block("A"), block("B", "make", "false", needs="[A]"), block("C", needs="[B]"))
    )
    original = runs.start()
    runs.pass_by(30)
    assert runs.outcome(original) == ("done", "failed", "test")
    response = rebuild(runs, original)
    again = response.json()["pipeline_id"]
    assert answer(response) == (200, f'{{"pipeline_id":"{again}","message":""}}')
    assert rebuild(runs, original).json()["pipeline_id"] == again
    runs.pass_by(1)
    assert runs.block_outcomes(again)["A"] == ("done", "passed", "test")
    first, second = runs.block(original, "A"), runs.block(again, "A")
    assert first["block_id"] != second["block_id"]
    assert (first["build_req_id"], first["jobs"]) == (second["build_req_id"], second["jobs"])
    runs.pass_by(3)
    jobs = runs.jobs(again, "B")
    assert jobs["j1"]["job_id"] != runs.jobs(original, "B")["j1"]["job_id"]
    assert (jobs["j1"]["status"], jobs["j1"]["result"]) == ("FINISHED", "PASSED")
    assert jobs["j2"]["status"] == "ENQUEUED"
    shown = runs.pipeline(again)
    assert (shown["wf_id"], shown["partial_rerun_of"]) == (runs.workflow_of(original), original)
    assert shown["partially_rerun_by"] == runs.semaphore.embedded.world.user_id
    assert shown["triggerer"]["ppl_triggered_by"] == 3
    runs.pass_by(30)
    assert runs.outcome(again) == ("done", "failed", "test")
    third = rebuild(runs, again, "third").json()["pipeline_id"]
    runs.pass_by(1)
    assert runs.block(third, "A")["jobs"] == first["jobs"]
    listed = runs.semaphore.get("/api/v1alpha/jobs?states=FINISHED").json()["jobs"]
    assert [job["metadata"]["id"] for job in listed].count(first["jobs"][0]["job_id"]) == 1
    assert sum(job["metadata"]["name"] == "j1" for job in listed) == 3  # of B there are copies


@pytest.mark.parametrize(
    ("edition", "of_pipeline", "of_block", "kept"),
    [
        ("cloud", None, None, True),
        ("cloud", "jobs", "block", False),
        ("cloud", "block", "jobs", True),
        ("cloud", "block", None, False),
        ("ee", None, "jobs", False),
        ("ce", "jobs", None, False),
    ],
)
def test_what_a_rebuild_keeps_of_a_failed_block(
    make_runs: Any, edition: str, of_pipeline: str | None, of_block: str | None, kept: bool
) -> None:
    """What the block says comes first; installations don't have the feature."""
    runs = make_runs(edition=Edition(edition))
    more = f"partial_rerun: {of_block}" if of_block else ""
    text = definition(
        block("B", "make", "false", more=more),
        more=f"partial_rerun: {of_pipeline}" if of_pipeline else "",
    )
    runs.put(text)
    original = runs.start()
    runs.pass_by(30)
    again = rebuild(runs, original).json()["pipeline_id"]
    runs.pass_by(3)
    assert (runs.jobs(again, "B")["j1"]["status"] == "FINISHED") is kept


def test_a_rebuild_may_repeat_whole_blocks(runs: Runs) -> None:
    """`partial_rerun: block` in the definition: passed jobs of a failed block run again."""
    runs.put(definition(block("B", "make", "false"), more="partial_rerun: block"))
    original = runs.start()
    runs.pass_by(30)
    again = rebuild(runs, original).json()["pipeline_id"]
    runs.pass_by(3)
    assert {job["status"] for job in runs.jobs(again, "B").values()} == {"ENQUEUED"}


def test_a_mended_file_can_be_rebuilt(runs: Runs) -> None:
    """What could not be read is read again."""
    runs.put("version: v9")
    original = runs.start()
    runs.pass_by(5)
    runs.put(definition(block("A")))
    again = rebuild(runs, original).json()["pipeline_id"]
    runs.pass_by(30)
    assert runs.outcome(again) == ("done", "passed", "test")


def test_what_cannot_be_rebuilt(runs: Runs) -> None:
    """Without a token, before the end, and what has passed (D 11.6)."""
    pipeline_id = runs.start()
    missing = (400, '"Missing required post parameter request_token."')
    assert answer(rebuild(runs, pipeline_id, None)) == missing
    early = "Only pipelines which are in done state can be partial rebuilt."
    assert answer(rebuild(runs, pipeline_id)) == (400, json.dumps(early))
    runs.pass_by(30)
    passed = "Pipelines which passed can not be partial rebuilt."
    assert answer(rebuild(runs, pipeline_id)) == (400, json.dumps(passed))
