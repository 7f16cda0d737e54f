"""Promotions: lists, triggers, parameters, and those that happen alone (D 13)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded.pipeline_runs import START, Runs, definition
from tests.embedded.promotions.conftest import (
    DONE,
    PROMOTIONS,
    listed,
    parameters,
    promotable,
    started,
    trigger,
)
from tests.embedded.target_calls import NOBODY


def test_a_promotion_starts_a_pipeline_of_the_same_workflow(runs: Runs) -> None:
    """Its file lies beside that of the promoted one; the answer has no id (D 13.2)."""
    runs.file(definition(name="Deployment"), ".semaphore/deploy.yml")
    pipeline = runs.done(promotable())
    answer = trigger(runs, pipeline)
    assert (answer.status_code, answer.json()) == (200, DONE)
    assert "content-type" not in answer.headers
    runs.wait()
    shown = started(runs, pipeline)
    assert (shown["name"], shown["state"], shown["promotion_of"], shown["wf_id"]) == (
        "Deployment",
        "done",
        pipeline,
        runs.pipeline(pipeline)["wf_id"],
    )
    assert shown["yaml_file_name"] == "deploy.yml"
    assert shown["triggerer"]["ppl_triggered_by"] == 1


def test_a_new_promotion_is_being_processed(runs: Runs) -> None:
    """Without schedule and pipeline at first, then with both (D 13.1)."""
    pipeline = runs.done(promotable())
    trigger(runs, pipeline)
    first = [listed(runs, pipeline)[0] for _ in range(3)][-1]
    runs.wait(1)
    then = listed(runs, pipeline)[0]
    triggered = {"seconds": int(START) + 3600, "nanos": 250_000_000}
    assert first == {
        "name": "P",
        "override": False,
        "scheduled_at": {"seconds": 0, "nanos": 0},
        "scheduled_pipeline_id": "",
        "status": "processing",
        "triggered_at": triggered,
        "triggered_by": runs.semaphore.embedded.world.user_id,
    }
    assert (then["status"], then["scheduled_at"]) == ("passed", triggered)
    assert then["scheduled_pipeline_id"]


def test_how_long_it_is_processed_can_be_set(make_semaphore: Callable[..., Any]) -> None:
    """Zero is at once."""
    runs = Runs.of(make_semaphore, promotion_processing_seconds=0)
    pipeline = runs.done(promotable())
    trigger(runs, pipeline)
    assert listed(runs, pipeline)[0]["status"] == "passed"


def test_a_token_starts_one_pipeline_only(runs: Runs) -> None:
    """The answer is the same; without a token each call promotes (D 13.2)."""
    pipeline = runs.done(promotable())
    for token in ("a", "a", "b"):
        assert trigger(runs, pipeline, request_token=token).json() == DONE
    assert len(listed(runs, pipeline)) == 2
    trigger(runs, pipeline)
    trigger(runs, pipeline)
    assert len(listed(runs, pipeline)) == 4


@pytest.mark.parametrize("commands", [["exit 1"], ["sleep 5000"]])
def test_what_has_not_passed_needs_an_override(runs: Runs, commands: list[str]) -> None:
    """Failed or running (D 13.2)."""
    runs.file(promotable(*commands))
    pipeline = runs.start()
    runs.wait(60)
    refused = trigger(runs, pipeline)
    assert (refused.status_code, refused.json()) == (
        400,
        "Triggering target when pipeline is not passed requires override confirmation.",
    )
    assert trigger(runs, pipeline, override="true").json() == DONE
    assert listed(runs, pipeline)[0]["override"] is True


@pytest.mark.parametrize(
    ("override", "shown"),
    [("yes", '"yes"'), (1, "1"), (None, "nil"), ("True", '"True"'), ("", '""')],
)
def test_override_is_a_boolean(runs: Runs, override: Any, shown: str) -> None:
    """True and false, or these words (D 13.2)."""
    answer = trigger(runs, runs.done(promotable()), override=override)
    assert (answer.status_code, answer.json()) == (
        400,
        f"Invalid value of 'override' param: {shown} - needs to be boolean.",
    )


def test_an_unknown_promotion_is_refused(runs: Runs) -> None:
    """With the id of the switch."""
    pipeline = runs.done(promotable())
    switch = runs.pipeline(pipeline)["switch_id"]
    answer = trigger(runs, pipeline, name="Q")
    assert (answer.status_code, answer.json()) == (
        400,
        f"Target for switch: {switch} with name: Q not found",
    )


def test_a_pipeline_without_promotions_is_an_internal_error(runs: Runs) -> None:
    """For lists and triggers alike (D 13.1, D 13.2)."""
    pipeline = runs.done(definition())
    for answer in (
        trigger(runs, pipeline),
        runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline}),
    ):
        assert (answer.status_code, answer.json()) == (500, "Internal error")


@pytest.mark.parametrize("query", [{}, {"pipeline_id": NOBODY}, {"pipeline_id": "x"}])
def test_an_unknown_pipeline_is_not_found(runs: Runs, query: dict[str, str]) -> None:
    """Missing or unknown, listing or triggering."""
    for answer in (
        runs.semaphore.get(PROMOTIONS, params=query),
        runs.semaphore.post(PROMOTIONS, json=query),
    ):
        assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize("permission", ["project.view", "project.job.rerun"])
def test_permissions_are_of_viewing_and_rerunning(
    make_semaphore: Callable[..., Any], permission: str
) -> None:
    """Without them the pipeline is not there (D 2)."""
    pipeline_of: dict[str, Any] = {"pipeline_id": NOBODY}
    runs = Runs.of(make_semaphore, permissions_denied=frozenset({permission}))
    read = runs.semaphore.get(PROMOTIONS, params=pipeline_of)
    written = runs.semaphore.post(PROMOTIONS, json=pipeline_of)
    assert (read.status_code, written.status_code) == (404, 404)


def test_parameters_become_variables_of_the_pipeline(runs: Runs) -> None:
    """Given ones and defaults; keys of the query count too (D 13.2)."""
    env_vars: list[dict[str, Any]] = [
        {"name": "VERSION", "options": ["1", "2"]},
        {"name": "REGION", "default_value": "eu"},
        {"name": "NOTE", "required": False},
    ]
    pipeline = runs.done(promotable(**parameters(*env_vars)))
    answer = runs.semaphore.post(
        PROMOTIONS, params={"VERSION": "2"}, json={"pipeline_id": pipeline, "name": "P"}
    )
    assert answer.json() == DONE
    assert started(runs, pipeline)["env_vars"] == [
        {"name": "VERSION", "value": "2"},
        {"name": "REGION", "value": "eu"},
    ]


@pytest.mark.parametrize(
    "given",
    [{}, {"VERSION": "3"}, {"VERSION": 1}, {"VERSION": None}, {"VERSION": "1", "OTHER": "x"}],
)
def test_mistaken_parameters_are_an_internal_error(runs: Runs, given: dict[str, Any]) -> None:
    """Missing, not among the options, no text, undeclared: nothing is started (D 13.2)."""
    promotion = parameters({"name": "VERSION", "options": ["1", "2"]})
    pipeline = runs.done(promotable(**promotion))
    answer = trigger(runs, pipeline, **given)
    assert (answer.status_code, answer.json()) == (500, "Internal error")
    assert listed(runs, pipeline) == []


def test_lists_are_paged_newest_first(runs: Runs) -> None:
    """Ten by default, with links; a name filters; beyond the end is the last page (D 7)."""
    second = {"name": "Q", "pipeline_file": "q.yml"}
    first = {"name": "P", "pipeline_file": "p.yml"}
    pipeline = runs.done(definition(promotions=[first, second]))
    for name in ["P"] * 11 + ["Q"]:
        trigger(runs, pipeline, name=name)
    answer = runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline})
    assert (answer.headers["total"], answer.headers["per-page"]) == ("12", "10")
    assert f"{PROMOTIONS}?page=2&pipeline_id={pipeline}" in answer.headers["link"]
    assert [item["name"] for item in answer.json()][:2] == ["Q", "P"]
    assert len(listed(runs, pipeline, name="Q")) == 1
    assert len(listed(runs, pipeline, page=9)) == 2


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        (
            {"page": "x"},
            400,
            "Invalid value of 'page' param: \"x\" - needs to be integer.",
        ),
        ({"page_size": "100"}, 500, "Internal error"),
    ],
)
def test_pages_have_limits(runs: Runs, query: dict[str, str], status: int, body: str) -> None:
    """Numbers only, and fewer than a hundred at once (D 13.1)."""
    query = {"pipeline_id": runs.done(promotable()), **query}
    answer = runs.semaphore.get(PROMOTIONS, params=query)
    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize(
    ("promotion", "reference", "happens"),
    [
        ({"auto_promote": {"when": "branch = 'main' and result = 'passed'"}}, "main", True),
        ({"auto_promote": {"when": "branch = 'main' and result = 'failed'"}}, "main", False),
        ({"auto_promote": {"when": "tag =~ '^v1'"}}, "refs/tags/v1.2", True),
        ({"auto_promote": {"when": "pull_request =~ '.*'"}}, "refs/pull/7/head", True),
        ({"auto_promote": {"when": True}}, "main", True),
        ({"auto_promote_on": [{"result": "passed", "branch": ["^ma"]}]}, "main", True),
        ({"auto_promote_on": [{"result": "passed", "labels": ["dev"]}]}, "main", False),
        ({"auto_promote_on": [{"result": "passed"}]}, "main", True),
        ({}, "main", False),
    ],
)
def test_promotions_may_happen_by_themselves(
    runs: Runs, promotion: dict[str, Any], reference: str, happens: bool
) -> None:
    """When the pipeline is done and its condition holds (D 13.1)."""
    pipeline = runs.done(promotable(**promotion), reference)
    found = listed(runs, pipeline)
    assert [item["triggered_by"] for item in found] == ["Pipeline Done request"] * happens
    if happens:
        assert started(runs, pipeline)["triggerer"]["ppl_triggered_by"] == 2


def test_nobody_can_give_the_parameters_of_an_automatic_promotion(runs: Runs) -> None:
    """One without a default makes it fail, without a pipeline."""
    promotion = {"auto_promote": {"when": True}, **parameters({"name": "VERSION"})}
    pipeline = runs.done(promotable(**promotion))
    listed(runs, pipeline)
    found = listed(runs, pipeline)[0]
    assert (found["status"], found["scheduled_pipeline_id"]) == ("failed", "")


def test_an_automatic_promotion_comes_after_the_end(runs: Runs) -> None:
    """Of the pipeline, by a moment in which it is done and nothing else runs."""
    runs.file(promotable(auto_promote={"when": True}))
    pipeline = runs.start()
    while runs.pipeline(pipeline)["state"] != "done":
        runs.wait(0.125)
    assert listed(runs, pipeline) == []
    runs.wait(0.5)
    (promotion,) = listed(runs, pipeline)
    assert promotion["triggered_by"] == "Pipeline Done request"


@pytest.mark.parametrize("query", [{"page": "0"}, {"page": "-1"}, {"page_size": "0"}])
def test_pages_begin_with_one(runs: Runs, query: dict[str, str]) -> None:
    """What is no page is an error of the service behind (D 13.1)."""
    pipeline = runs.done(promotable())
    answer = runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline, **query})
    assert (answer.status_code, answer.json()) == (500, "Internal error")


def test_a_token_is_not_blank(runs: Runs) -> None:
    """The service behind has no promotion without one (D 13.2)."""
    pipeline = runs.done(promotable())
    answer = trigger(runs, pipeline, request_token="")
    assert (answer.status_code, answer.json()) == (500, "Internal error")
    assert listed(runs, pipeline) == []
