"""Queues: which runs wait for which, and which end others."""

from typing import Any

import pytest

from tests.embedded.run_calls import Runs, block, definition


def test_a_queue_lets_one_run_at_a_time(runs: Runs) -> None:
    """Pipelines of one branch and file wait for each other, in their order (D 11.2)."""
    first, second, third = runs.start(), runs.start(), runs.start()
    other = runs.start("other")
    runs.pass_by(3)
    states = [runs.outcome(each)[0] for each in (first, second, third, other)]
    assert states == ["running", "queuing", "queuing", "running"]
    runs.pass_by(3)
    assert [runs.outcome(each)[0] for each in (first, second, third)] == [
        "done",
        "running",
        "queuing",
    ]
    assert runs.pipeline(second)["running_at"] == runs.pipeline(first)["done_at"]


def test_a_named_queue_is_shared_and_a_parallel_one_does_not_hold_back(runs: Runs) -> None:
    """Its name and type show in the pipeline (D 11.1)."""
    runs.put(definition(block("A"), more="queue: {name: deploys, scope: organization}"), "d.yml")
    runs.put(definition(block("A"), more="queue: {processing: parallel}"), "p.yml")
    deploys = [runs.start(branch, pipeline_file="d.yml") for branch in ("main", "other")]
    parallel = [runs.start(pipeline_file="p.yml") for _ in range(2)]
    runs.pass_by(3)
    assert [runs.outcome(each)[0] for each in deploys] == ["running", "queuing"]
    assert [runs.outcome(each)[0] for each in parallel] == ["running", "running"]
    queue = runs.pipeline(deploys[0])["queue"]
    assert (queue["name"], queue["scope"], queue["type"]) == ("deploys", "organization", 1)
    implicit = runs.pipeline(parallel[0])["queue"]
    assert (implicit["name"], implicit["type"]) == ("main-p.yml", 0)


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        ("running", ("done", "stopped", "strategy"), ("done", "canceled", "strategy")),
        ("queued", ("running", None, None), ("done", "canceled", "strategy")),
    ],
)
def test_auto_cancel_ends_older_pipelines(
    runs: Runs, rule: str, first: tuple[str, Any, Any], second: tuple[str, Any, Any]
) -> None:
    """A newer pipeline of the queue cancels those that wait, or stops the running too."""
    more = f"auto_cancel: {{{rule}: {{when: true}}}}"
    runs.put(definition(block("A", "sleep 60"), more=more))
    older = runs.start()
    runs.pass_by(5)
    waiting = runs.start()
    if rule == "queued":
        runs.pass_by(3)
    newest = runs.start()
    runs.pass_by(3)
    assert runs.outcome(older) == first
    assert runs.outcome(waiting) == second
    assert runs.outcome(newest)[0] == ("running" if rule == "running" else "queuing")
