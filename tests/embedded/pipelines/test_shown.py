"""Pipelines as they are described and listed, and their topology (D 11)."""

import json
from typing import Any

import pytest

from tests.embedded.pipelines.conftest import answer, ids, listed
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
