"""Workflows: run, describe, list, rerun, stop (D 10)."""

import json
from typing import Any

import pytest

from tests.embedded.run_calls import MISSING, NOT_FOUND, PIPELINES, START, WORKFLOWS, Runs

LIMIT = "Limit of queuing pipelines reached"


def answer(response: Any) -> tuple[int, str]:
    assert "content-type" not in response.headers
    return response.status_code, response.text


def describe(runs: Runs, wf_id: str) -> dict[str, Any]:
    response = runs.semaphore.get(f"{WORKFLOWS}/{wf_id}")
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()["workflow"]
    return shown


def run(runs: Runs, **params: Any) -> Any:
    return runs.semaphore.post(WORKFLOWS, json={"project_id": runs.project_id, **params})


def test_a_run_answers_with_two_ids_and_no_more(runs: Runs) -> None:
    """No `hook_id`, whatever the documents say (D 10.2)."""
    assert set(run(runs, reference="main").json()) == {"workflow_id", "pipeline_id"}


def test_a_described_workflow_has_all_keys(runs: Runs) -> None:
    """What is only conceived has no hook, branch, repository and commit yet (D 10.1)."""
    world = runs.semaphore.embedded.world
    pipeline_id = runs.start("refs/heads/main")
    wf_id = runs.workflow_of(pipeline_id)
    conceived = {
        "wf_id": wf_id,
        "initial_ppl_id": pipeline_id,
        "project_id": runs.project_id,
        "requester_id": world.user_id,
        "hook_id": "",
        "branch_id": "",
        "repository_id": "",
        "branch_name": "main",
        "commit_sha": "",
        "created_at": {"seconds": int(START), "nanos": 250_000_000},
        "triggered_by": "API",
        "rerun_of": "",
        "organization_id": world.org_id,
    }
    assert describe(runs, wf_id) == conceived
    runs.pass_by(1)
    later = describe(runs, wf_id)
    assert all(later[name] for name in ("hook_id", "branch_id", "repository_id"))
    assert len(later["commit_sha"]) == 40
    listed = runs.semaphore.get(f"{WORKFLOWS}?project_id={runs.project_id}").json()
    assert listed == [later | {"triggered_by": 2}]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("main", "main"),
        ("refs/heads/a/b", "a/b"),
        ("refs/tags/v1", "refs/tags/v1"),
        ("refs/pull/7/head", "pull-request-7"),
    ],
)
def test_references_become_branch_names(runs: Runs, reference: str, name: str) -> None:
    """Branches by name, tags in full, pull requests by number (D 10.1)."""
    shown = describe(runs, runs.workflow_of(runs.start(reference)))
    assert shown["branch_name"] == name


def test_a_given_commit_is_kept(runs: Runs) -> None:
    """Blank is the head of the reference, found out later (D 10.2)."""
    pipeline_id = runs.start(commit_sha="abc123")
    runs.pass_by(5)
    assert runs.pipeline(pipeline_id)["commit_sha"] == "abc123"


@pytest.mark.parametrize(
    "parts",
    [
        {"json": {"parameters": {"A": "1", "B": None}}},
        {"data": {"parameters[A]": "1", "parameters[B]": ""}},
        {"params": {"parameters[A]": "1", "parameters[B]": ""}},
    ],
)
def test_parameters_become_variables_however_they_are_sent(
    runs: Runs, parts: dict[str, Any]
) -> None:
    """Query, form and JSON are the same; null is blank (D 3, D 10.2)."""
    query = {"project_id": runs.project_id, "reference": "main", **parts.pop("params", {})}
    response = runs.semaphore.post(WORKFLOWS, params=query, **parts)
    shown = runs.pipeline(response.json()["pipeline_id"])
    assert shown["env_vars"] == [{"name": "A", "value": "1"}, {"name": "B", "value": ""}]


@pytest.mark.parametrize(
    "wrong", [{"parameters": {"A": 1}}, {"parameters": "A"}, {"pipeline_file": 7}]
)
def test_parameters_of_wrong_types_break_it(runs: Runs, wrong: dict[str, Any]) -> None:
    """500 and not 400 (D 10.2)."""
    assert answer(run(runs, reference="main", **wrong)) == (500, '"Internal error"')


def test_without_reference_the_database_refuses(runs: Runs) -> None:
    """An inspect dump as a JSON string (D 10.2)."""
    status, body = answer(run(runs))
    assert status == 400
    assert "branch_name" in json.loads(body)


def test_what_may_not_be_run_is_not_there(runs: Runs, make_runs: Any) -> None:
    """Unknown project, none, or no permission: all 404 as text (D 10.2)."""
    post = runs.semaphore.post
    assert answer(post(WORKFLOWS, json={"reference": "main"})) == NOT_FOUND
    body = {"reference": "main", "project_id": MISSING}
    assert answer(post(WORKFLOWS, json=body)) == NOT_FOUND
    forbidden = make_runs(permissions_denied=frozenset({"project.job.rerun"}))
    assert answer(run(forbidden, reference="main")) == NOT_FOUND


def test_a_full_queue_refuses_more_runs(make_runs: Any) -> None:
    """Back pressure behind a 400; other branches have their own queue (D 9)."""
    runs = make_runs(pipeline_queue_limit=2)
    first = runs.start()
    runs.start()
    runs.start()  # the queue does not exist yet, so that it cannot be full
    runs.pass_by(1)
    assert answer(run(runs, reference="main")) == (400, f'"{LIMIT}"')
    assert run(runs, reference="other").status_code == 200
    again = runs.semaphore.post(f"{WORKFLOWS}/{runs.workflow_of(first)}/reschedule?request_token=t")
    assert again.status_code == 400
    assert again.json() == {"code": "RESOURCE_EXHAUSTED", "message": LIMIT}
    runs.pass_by(60)
    assert run(runs, reference="main").status_code == 200


@pytest.mark.parametrize("wf_id", [MISSING, "no-uuid"])
def test_unknown_workflows_are_not_found(runs: Runs, wf_id: str) -> None:
    """Whatever is asked of them (D 10.3, D 10.5, D 10.6)."""
    semaphore = runs.semaphore
    assert answer(semaphore.get(f"{WORKFLOWS}/{wf_id}")) == NOT_FOUND
    assert answer(semaphore.post(f"{WORKFLOWS}/{wf_id}/reschedule")) == NOT_FOUND
    assert answer(semaphore.post(f"{WORKFLOWS}/{wf_id}/terminate")) == NOT_FOUND
    assert answer(semaphore.get(f"{WORKFLOWS}?wf_id={wf_id}")) == NOT_FOUND


def test_a_deleted_project_takes_its_runs_along(runs: Runs) -> None:
    """They are not found any more (D 2)."""
    wf_id = runs.workflow_of(runs.start())
    runs.semaphore.delete("/api/v1alpha/projects/api")
    assert answer(runs.semaphore.get(f"{WORKFLOWS}/{wf_id}")) == NOT_FOUND


def listed(runs: Runs, **query: Any) -> Any:
    return runs.semaphore.get(WORKFLOWS, params={"project_id": runs.project_id, **query})


def branches(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [workflow["branch_name"] for workflow in response.json()]


def test_the_list_is_newest_first_in_pages(runs: Runs) -> None:
    """Past the end the last page again; wrong numbers mean the defaults (D 7)."""
    for name in ("a", "b", "c", "d", "e"):
        runs.start(name)
        runs.pass_by(1)
    page = listed(runs, page_size=2, page="2nd")
    assert branches(page) == ["c", "b"]
    host = "http://embedded.semaphore.local"
    url = f"{host}{WORKFLOWS}?page={{}}&page_size=2&project_id={runs.project_id}"
    assert page.headers["link"] == ", ".join(
        f'<{url.format(n)}>; rel="{rel}"'
        for n, rel in ((3, "next"), (1, "prev"), (1, "first"), (3, "last"))
    )
    assert branches(listed(runs, page_size=2, page=9)) == ["a"]
    assert listed(runs, page_size=2, page=9).headers["page-number"] == "3"
    all_of_them = listed(runs, page="x", page_size=-1)
    assert len(all_of_them.json()) == 5
    totals = ("total", "per-page", "total-pages", "page-number")
    assert [all_of_them.headers[name] for name in totals] == ["5", "30", "1", "1"]


def test_the_list_can_be_narrowed(runs: Runs) -> None:
    """By branch, label, requester and strictly between two seconds (D 10.4)."""
    for name in ("a", "refs/tags/v1", "b"):
        runs.start(name)
        runs.pass_by(10)
    assert branches(listed(runs, branch_name="refs/tags/v1")) == ["refs/tags/v1"]
    assert branches(listed(runs, label="v1")) == ["refs/tags/v1"]
    assert branches(listed(runs, requester_id=MISSING)) == []
    start = int(START)
    assert branches(listed(runs, created_after=start + 1)) == ["b", "refs/tags/v1"]
    assert branches(listed(runs, created_before=start + 1, created_after=start)) == ["a"]


def test_refusals_of_the_listing_are_swallowed(runs: Runs) -> None:
    """200 and a page of nothing, without numbers (D 10.4)."""
    wf_id = runs.workflow_of(runs.start())
    for response in (
        listed(runs, created_after=9, created_before=9),
        runs.semaphore.get(f"{WORKFLOWS}?wf_id={wf_id}"),
    ):
        assert answer(response) == (200, "[]")
        totals = ("total", "per-page", "total-pages", "page-number")
        assert [response.headers[name] for name in totals] == ["0"] * 4
        assert "next" not in response.headers["link"]


def test_a_list_needs_a_project_and_numbers(runs: Runs) -> None:
    """404 without a project, 500 for a time that is no number (D 10.4)."""
    assert answer(runs.semaphore.get(WORKFLOWS)) == NOT_FOUND
    assert answer(listed(runs, created_after="now")) == (500, "Something went wrong")
    empty = listed(runs)
    assert (empty.text, empty.headers["total-pages"], empty.headers["page-number"]) == (
        "[]",
        "1",
        "1",
    )


def reschedule(runs: Runs, wf_id: str, mark: str | None = "token-1") -> Any:
    body = {} if mark is None else {"request_token": mark}
    return runs.semaphore.post(f"{WORKFLOWS}/{wf_id}/reschedule", json=body)


def test_a_rerun_is_the_same_run_once_more(runs: Runs) -> None:
    """Other key names than a run; the same commit, file and parameters (D 10.5)."""
    pipeline_id = runs.start("refs/tags/v1", parameters={"A": "1"}, pipeline_file="x/y.yml")
    runs.pass_by(20)
    wf_id = runs.workflow_of(pipeline_id)
    response = reschedule(runs, wf_id)
    assert set(response.json()) == {"wf_id", "ppl_id"}
    runs.pass_by(20)
    before, after = describe(runs, wf_id), describe(runs, response.json()["wf_id"])
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"wf_id", "initial_ppl_id", "hook_id", "created_at", "rerun_of"}
    assert after["rerun_of"] == wf_id
    shown = runs.pipeline(response.json()["ppl_id"])
    assert (shown["working_directory"], shown["yaml_file_name"]) == ("x", "y.yml")
    assert shown["env_vars"] == [{"name": "A", "value": "1"}]


def test_a_token_is_used_once_in_the_organization(runs: Runs) -> None:
    """A second time, even for another workflow, it answers with what it started (D 10.5)."""
    one, other = (runs.workflow_of(runs.start(name)) for name in ("a", "b"))
    first = reschedule(runs, one).json()
    assert reschedule(runs, one).json() == first
    assert reschedule(runs, other).json() == first
    assert len(listed(runs).json()) == 3


@pytest.mark.parametrize("token", [None, "", 7])
def test_a_rerun_needs_a_token(runs: Runs, token: Any) -> None:
    """A JSON string this time (D 10.5)."""
    wf_id = runs.workflow_of(runs.start())
    expected = (400, '"Missing required post parameter request_token."')
    assert answer(reschedule(runs, wf_id, token)) == expected


def test_stopping_counts_the_pipelines_that_are_not_done(runs: Runs) -> None:
    """Asynchronous and repeatable; the caller is written down (D 10.6)."""
    pipeline_id = runs.start()
    path = f"{WORKFLOWS}/{runs.workflow_of(pipeline_id)}/terminate"
    runs.pass_by(5)
    expected = (200, '"Termination started for 1 pipelines."')
    assert answer(runs.semaphore.post(path)) == expected
    shown = runs.pipeline(pipeline_id)
    assert (shown["state"], shown["terminate_request"]) == ("running", "stop")
    assert shown["terminated_by"] == runs.semaphore.embedded.world.user_id
    runs.pass_by(3)
    assert runs.pipeline(pipeline_id)["state"] == "done"
    assert answer(runs.semaphore.post(path)) == (200, '"Termination started for 0 pipelines."')


def test_permissions_of_workflows(make_runs: Any) -> None:
    """Each operation has its own; without it nothing is there (D 18.1)."""
    denied = frozenset({"project.view", "project.job.stop"})
    runs = make_runs(permissions_denied=denied)
    wf_id = runs.workflow_of(runs.start())
    semaphore = runs.semaphore
    assert answer(semaphore.get(f"{WORKFLOWS}/{wf_id}")) == NOT_FOUND
    assert answer(listed(runs)) == NOT_FOUND
    assert answer(semaphore.post(f"{WORKFLOWS}/{wf_id}/terminate")) == NOT_FOUND
    assert answer(semaphore.get(f"{PIPELINES}?wf_id={wf_id}")) == NOT_FOUND
    assert reschedule(runs, wf_id).status_code == 200


def test_the_path_of_the_documents_leads_elsewhere(runs: Runs) -> None:
    """`/workflows` is a path of the gateway, which knows none (D 1)."""
    assert runs.semaphore.get("/api/v1alpha/workflows").json()["code"] == 5
    assert answer(runs.semaphore.delete(f"{WORKFLOWS}/{MISSING}")) == (404, "oops")
