"""Workflows (D 10)."""

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reconciler.errors import NotFound, Rejected, ServerFault
from reconciler.model import Sealed
from tests.remote.client.scripted import Server, data, text

WORKFLOWS = "/api/v1alpha/plumber-workflows"
WORKFLOW = {
    "wf_id": "72c434c4",
    "requester_id": "d32141ca",
    "project_id": "adaede30",
    "initial_ppl_id": "f86b3b5e",
    "hook_id": "6d7ed9d3",
    "created_at": {"seconds": 1571063401, "nanos": 559492000},
    "commit_sha": "6fe03f118b",
    "branch_name": "master",
    "branch_id": "e8a4ad3b",
}


def test_run() -> None:
    """A run sends what was given, and no more; today's answer lacks the hook of the seeds."""
    server = Server().on(
        f"POST {WORKFLOWS}", data({"workflow_id": "w", "pipeline_id": "p", "hook_id": "h"})
    )

    run = server.ask(
        lambda semaphore: semaphore.workflows.run(
            project_id="adaede30", reference="refs/heads/main", parameters={"A": Sealed("1")}
        )
    )

    assert (run.workflow_id, run.pipeline_id) == ("w", "p")
    assert server.body() == {
        "project_id": "adaede30",
        "reference": "refs/heads/main",
        "parameters": {"A": "1"},
    }


@pytest.mark.parametrize("answer", [text('"Internal error"', 500), text("upstream", 504)])
def test_run_is_not_repeated(answer: httpx.Response) -> None:
    """A run whose outcome is unknown is sent once, and says so."""
    server = Server().on(f"POST {WORKFLOWS}", answer)

    with pytest.raises(ServerFault) as caught:
        server.ask(lambda s: s.workflows.run(project_id="p", reference="main"))

    assert caught.value.outcome_unknown
    assert len(server.requests) == 1


def test_describe_workflow() -> None:
    """The seeds' example is read, with the fields it lacks at their defaults."""
    server = Server().on(f"GET {WORKFLOWS}/72c434c4", data({"workflow": WORKFLOW}))

    workflow = server.ask(lambda s: s.workflows.describe("72c434c4"))

    assert workflow.id == "72c434c4"
    assert workflow.initial_pipeline_id == "f86b3b5e"
    assert workflow.created_at == datetime(2019, 10, 14, 14, 30, 1, 559492, tzinfo=UTC)
    assert (workflow.triggered_by, workflow.rerun_of) == (None, "")


def test_missing_workflow() -> None:
    """What can't be seen is NotFound, not an unknown organization."""
    server = Server().on(f"GET {WORKFLOWS}/x", text("Not Found", 404))

    with pytest.raises(NotFound):
        server.ask(lambda s: s.workflows.describe("x"))


def clamped(items: list[dict[str, Any]], size: int) -> Any:
    """Serve pages as Scrivener does: one beyond the end is the last one again."""
    count = max(1, -(-len(items) // size))

    def handle(request: httpx.Request) -> httpx.Response:
        page = min(int(request.url.params.get("page", 1)), count)
        headers = {"page-number": page, "total-pages": count, "total": len(items)}
        texts = {name: str(number) for name, number in headers.items()}
        return data(items[size * (page - 1) : size * page], headers=texts)

    return handle


def test_list_workflows() -> None:
    """Every workflow comes once, over pages that never end by themselves."""
    items = [WORKFLOW | {"wf_id": str(number), "triggered_by": 1} for number in range(5)]
    server = Server().on(f"GET {WORKFLOWS}", clamped(items, 2))
    day = datetime(2024, 1, 1, tzinfo=UTC)

    found = server.all(lambda s: s.workflows.list("p", branch_name="b", created_after=day))

    assert [workflow.id for workflow in found] == ["0", "1", "2", "3", "4"]
    assert server.query(0) == {
        "project_id": "p",
        "branch_name": "b",
        "created_after": "1704067200",
        "page_size": "100",
    }


def test_rerun_draws_a_token_and_keeps_it() -> None:
    """A rerun is repeated with one and the same new UUID."""
    server = Server().on(
        f"POST {WORKFLOWS}/w/reschedule",
        [text("no healthy upstream", 503), data({"wf_id": "w2", "ppl_id": "p2"})],
    )

    run = server.ask(lambda s: s.workflows.rerun("w"))

    assert (run.workflow_id, run.pipeline_id) == ("w2", "p2")
    tokens = [server.body(number)["request_token"] for number in (0, 1)]
    assert tokens[0] == tokens[1]
    assert uuid.UUID(tokens[0]).version == 4


def test_rerun_with_a_token() -> None:
    """A token that was given is the one that is sent; an object is a refusal too (D 10.5)."""
    server = Server().on(
        f"POST {WORKFLOWS}/w/reschedule",
        data({"code": "RESOURCE_EXHAUSTED", "message": "Limit of queuing"}, 400),
    )

    with pytest.raises(Rejected, match="Limit of queuing"):
        server.ask(lambda s: s.workflows.rerun("w", request_token="mine"))

    assert server.body() == {"request_token": "mine"}


@pytest.mark.parametrize(
    ("answer", "count"), [('"Termination started for 12 pipelines."', 12), ("", None)]
)
def test_stop_workflow(answer: str, count: int | None) -> None:
    """Stopping tells how many pipelines it stops."""
    server = Server().on(f"POST {WORKFLOWS}/w/terminate", text(answer))

    assert server.ask(lambda s: s.workflows.stop("w")) == count
