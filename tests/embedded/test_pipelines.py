"""Pipelines: describe, list, stop, partial rebuild, topology (D 11)."""

import json
from typing import Any

import pytest

from reconciler.embedded import Edition
from tests.embedded.run_calls import (
    MISSING,
    NOT_FOUND,
    PIPELINES,
    START,
    WORKFLOWS,
    Runs,
    block,
    definition,
)

EPOCH = "1970-01-01 00:00:00.000000Z"


def answer(response: Any) -> tuple[int, str]:
    assert "content-type" not in response.headers
    return response.status_code, response.text


def listed(runs: Runs, **query: Any) -> Any:
    return runs.semaphore.get(PIPELINES, params={"project_id": runs.project_id, **query})


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [pipeline["ppl_id"] for pipeline in response.json()]


def test_a_described_pipeline_has_all_keys(runs: Runs) -> None:
    """Lower case, numbers for enumerations, times printed, no result yet (D 11.1, D 11.3)."""
    world = runs.semaphore.embedded.world
    pipeline_id = runs.start()
    wf_id = runs.workflow_of(pipeline_id)
    shown = runs.pipeline(pipeline_id)
    texts = (
        *("branch_id", "hook_id", "commit_sha", "commit_message", "repository_id", "snapshot_id"),
        *("terminate_request", "terminated_by", "error_description", "switch_id", "promotion_of"),
        *("partial_rerun_of", "partially_rerun_by", "compile_task_id", "after_task_id"),
    )
    assert shown == dict.fromkeys(texts, "") | {
        "ppl_id": pipeline_id,
        "wf_id": wf_id,
        "project_id": runs.project_id,
        "organization_id": world.org_id,
        "name": "Pipeline",
        "state": "initializing",
        "created_at": "2023-11-14 22:13:20.250000Z",
        **dict.fromkeys(
            ("pending_at", "queuing_at", "running_at", "stopping_at", "done_at"), EPOCH
        ),
        "branch_name": "main",
        "working_directory": ".semaphore",
        "yaml_file_name": "semaphore.yml",
        "with_after_task": False,
        "env_vars": [],
        "queue": {
            **dict.fromkeys(("queue_id", "name", "scope", "project_id", "organization_id"), ""),
            "type": 0,
        },
        "triggerer": {
            "wf_triggered_by": 2,
            "wf_triggerer_id": "",
            "wf_triggerer_user_id": world.user_id,
            "wf_triggerer_provider_login": "embedded-user",
            "wf_triggerer_provider_uid": "",
            "wf_triggerer_provider_avatar": "",
            "ppl_triggered_by": 0,
            "ppl_triggerer_id": wf_id,
            "ppl_triggerer_user_id": world.user_id,
            "workflow_rerun_of": "",
        },
    }


def test_lists_use_other_words_for_the_same(runs: Runs) -> None:
    """Upper case, names for enumerations, times in two numbers (D 11.2, D 11.4)."""
    pipeline_id = runs.start()
    (running,) = listed(runs).json()
    assert running["state"] == "INITIALIZING"
    assert not {"result", "result_reason"} & set(running)
    assert running["created_at"] == {"seconds": int(START), "nanos": 250_000_000}
    assert running["done_at"] == {"seconds": 0, "nanos": 0}
    assert running["triggerer"]["wf_triggered_by"] == "API"
    assert running["triggerer"]["ppl_triggered_by"] == "WORKFLOW"
    runs.pass_by(20)
    (done,) = listed(runs).json()
    assert (done["state"], done["result"], done["result_reason"]) == ("DONE", "PASSED", "TEST")
    assert done["queue"]["type"] == "IMPLICIT"
    assert set(done) == set(runs.pipeline(pipeline_id))


def test_blocks_are_shown_when_asked_for_with_true(runs: Runs) -> None:
    """Only the text `true` counts; unfinished jobs seem to have passed (D 11.2, D 11.3)."""
    pipeline_id = runs.start()
    runs.pass_by(3)
    for query in ("", "?detailed=false", "?detailed=1", "?detailed=True"):
        assert runs.semaphore.get(f"{PIPELINES}/{pipeline_id}{query}").json()["blocks"] == []
    (shown,) = runs.detailed(pipeline_id)["blocks"]
    (job,) = shown.pop("jobs")
    assert shown.pop("block_id")
    assert shown.pop("build_req_id")
    assert shown == {"name": "Block", "state": "running", "error_description": ""}
    assert job.pop("job_id")
    assert job == {"name": "Job", "index": 0, "status": "ENQUEUED", "result": "PASSED"}


def test_jobs_of_a_block_come_in_any_order(runs: Runs) -> None:
    """The index tells (D 11.3)."""
    runs.put(definition(block("A", *["make"] * 8)))
    pipeline_id = runs.start()
    runs.pass_by(3)
    jobs = runs.block(pipeline_id, "A")["jobs"]
    assert [job["job_id"] for job in jobs] == sorted(job["job_id"] for job in jobs)
    assert {job["index"]: job["name"] for job in jobs} == {n: f"j{n + 1}" for n in range(8)}


@pytest.mark.parametrize("pipeline_id", [MISSING, "no-uuid"])
def test_unknown_pipelines_are_not_found(runs: Runs, pipeline_id: str) -> None:
    """Whatever is asked of them (D 11.3, D 11.5, D 11.6)."""
    semaphore, path = runs.semaphore, f"{PIPELINES}/{pipeline_id}"
    assert answer(semaphore.get(path)) == NOT_FOUND
    assert answer(semaphore.patch(path, json={"terminate_request": True})) == NOT_FOUND
    assert answer(semaphore.post(f"{path}/partial_rebuild")) == NOT_FOUND
    assert answer(semaphore.get(f"{path}/describe_topology")) == NOT_FOUND


def test_permissions_of_pipelines(make_runs: Any) -> None:
    """Each operation has its own; without it nothing is there (D 18.1)."""
    denied = frozenset({"project.view", "project.job.stop"})
    runs = make_runs(permissions_denied=denied)
    path = f"{PIPELINES}/{runs.start()}"
    assert answer(runs.semaphore.get(path)) == NOT_FOUND
    assert answer(listed(runs)) == NOT_FOUND
    assert answer(runs.semaphore.patch(path, json={"terminate_request": True})) == NOT_FOUND
    assert runs.semaphore.post(f"{path}/partial_rebuild").status_code == 400


def test_a_list_needs_a_project_or_a_workflow(runs: Runs) -> None:
    """With both, both count; with neither nothing is found (D 11.4)."""
    one, other = runs.start("a"), runs.start("b")
    wf_id = runs.workflow_of(one)
    assert answer(runs.semaphore.get(PIPELINES)) == NOT_FOUND
    assert ids(runs.semaphore.get(PIPELINES, params={"wf_id": wf_id})) == [one]
    assert ids(listed(runs)) == [other, one]
    assert ids(listed(runs, wf_id=wf_id)) == [one]
    assert ids(listed(runs, wf_id=MISSING)) == []


def test_the_list_can_be_narrowed(runs: Runs) -> None:
    """By branch, label, file, queue and kind of reference (D 11.4)."""
    branch = runs.start("a")
    tag = runs.start("refs/tags/v1", pipeline_file="x.yml")
    runs.pass_by(30)
    assert ids(listed(runs, branch_name="a")) == [branch]
    assert ids(listed(runs, label="v1")) == [tag]
    assert ids(listed(runs, yml_file_path="x.yml")) == [tag]
    assert ids(listed(runs, yml_file_path="semaphore.yml")) == []
    queue_id = runs.pipeline(branch)["queue"]["queue_id"]
    assert ids(listed(runs, queue_id=queue_id)) == [branch]
    assert ids(listed(runs, **{"git_ref_types[]": "1"})) == [tag]
    assert ids(listed(runs, pr_head_branch="a")) == []
    assert listed(runs, git_ref_types="TAG").status_code == 500


def test_the_list_knows_times(runs: Runs) -> None:
    """Strictly between; asking when it ended means it has ended (D 11.4)."""
    first = runs.start("a")
    runs.pass_by(100)
    second = runs.start("b")
    now = int(runs.clock.now)
    assert ids(listed(runs, created_after=now - 50)) == [second]
    assert ids(listed(runs, created_before=now)) == [first]
    assert ids(listed(runs, done_before=now)) == [first]
    assert ids(listed(runs, done_after=now)) == []
    runs.pass_by(100)
    assert ids(listed(runs, done_after=now)) == [second]


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ({"created_after": 9, "created_before": 9}, "created_after", "created_before"),
        ({"done_after": 10, "done_before": 9}, "done_after", "done_before"),
        ({"created_after": 9, "done_before": 8}, "created_after", "done_before"),
        ({"created_before": 9, "done_after": 8}, "created_before", "done_after"),
    ],
)
def test_times_have_to_be_in_order(
    runs: Runs, query: dict[str, int], first: str, second: str
) -> None:
    """The message is the server's, with its mistakes (D 11.4)."""
    message = f"Inavlid values od fields '{first}' and '{second}' - first has to be before second."
    assert answer(listed(runs, **query)) == (400, json.dumps(message))
    assert answer(listed(runs, done_after="now")) == (500, "Something went wrong")


def test_pages_of_the_list(runs: Runs) -> None:
    """As those of workflows, under their own path (D 7)."""
    started = [runs.start(f"b{number}") for number in range(5)]
    response = listed(runs, page=3, page_size=2)
    assert ids(response) == [started[0]]
    host = f"http://embedded.semaphore.local{PIPELINES}"
    assert (
        f'<{host}?page=2&page_size=2&project_id={runs.project_id}>; rel="prev"'
        in (response.headers["link"])
    )
    assert ids(listed(runs, page=7, page_size=200)) == started[::-1]


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


def test_the_topology_is_known_once_the_file_is_read(runs: Runs) -> None:
    """Names of blocks, their jobs and what they need; nothing before (D 11.7)."""
    after = "after_pipeline: {task: {jobs: [{name: report, commands: [make]}]}}"
    runs.put(definition(block("A", "make", "make"), block("B", needs="[A]"), more=after))
    path = f"{PIPELINES}/{runs.start()}/describe_topology"
    assert answer(runs.semaphore.get(path)) == (200, "[]")
    runs.pass_by(1)
    assert runs.semaphore.get(path).json() == [
        {"name": "A", "jobs": ["j1", "j2"], "dependencies": []},
        {"name": "B", "jobs": ["j1"], "dependencies": ["A"]},
    ]


def test_a_run_by_this_interface_has_no_origin(runs: Runs) -> None:
    """Neither has a rerun of it, nor do lists show one."""
    pipeline = runs.start()
    runs.pass_by(30)
    again = runs.semaphore.post(
        f"{WORKFLOWS}/{runs.workflow_of(pipeline)}/reschedule", json={"request_token": "r"}
    ).json()["ppl_id"]
    runs.pass_by(30)
    for shown in (runs.pipeline(pipeline), runs.pipeline(again), *listed(runs).json()):
        assert shown["hook_id"] != ""
        assert shown["triggerer"]["wf_triggerer_id"] == ""


def test_a_long_name_of_a_queue_is_shortened(runs: Runs) -> None:
    """To what the column holds, and two long names stay two."""
    first, second = (runs.start("b" * 250 + end) for end in ("1", "2"))
    runs.pass_by(2)
    names = [runs.pipeline(pipeline)["queue"]["name"] for pipeline in (first, second)]
    assert [len(name) for name in names] == [255, 255]
    assert names[0][:239] == names[1][:239] == "b" * 238 + "-"
    assert names[0] != names[1]


def test_a_queue_with_too_long_a_name_gets_a_pipeline_stuck(runs: Runs) -> None:
    """The column does not hold it, and nobody is told."""
    runs.put(definition(block("A"), more=f"queue: {{name: {'q' * 256}}}"))
    pipeline = runs.start()
    runs.pass_by(5)
    assert runs.outcome(pipeline) == ("done", "failed", "stuck")


def test_a_queue_of_the_organization_keeps_its_first_project(runs: Runs) -> None:
    """Whoever enters it later."""
    more = "queue: {name: deploys, scope: organization}"
    other = Runs(runs.semaphore, runs.clock, runs.semaphore.project("web")["metadata"]["id"])
    found = []
    for each in (runs, other):
        each.put(definition(block("A"), more=more))
        pipeline = each.start()
        each.pass_by(60)
        found.append(each.pipeline(pipeline)["queue"])
    assert found[0] == found[1]
    assert found[0]["project_id"] == runs.project_id
