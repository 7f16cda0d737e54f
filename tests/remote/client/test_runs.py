"""Workflows, pipelines, YAML and promotions (D 10-13)."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reconciler.errors import BadAnswer, BadSettings, NotFound, Rejected, ServerFault
from reconciler.model import Sealed
from reconciler.remote.client import PipelineState, PipelineTrigger, QueueType, Result
from tests.remote.client.scripted import Server, data, text

WORKFLOWS = "/api/v1alpha/plumber-workflows"
PIPELINES = "/api/v1alpha/pipelines"
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
DESCRIBED = {
    "yaml_file_name": "semaphore.yml",
    "working_directory": ".semaphore",
    "wf_id": "965d3c3d",
    "terminated_by": "",
    "stopping_at": "1970-01-01 00:00:00.000000Z",
    "state": "done",
    "running_at": "2019-10-14 18:31:20.232006Z",
    "result_reason": "test",
    "result": "passed",
    "ppl_id": "6cf4569c",
    "name": "First pipeline example",
    "created_at": "2019-10-14 18:31:17.293456Z",
    "queue": {"queue_id": "q", "name": "n", "type": 1},
    "triggerer": {"ppl_triggered_by": 2, "wf_triggered_by": 0},
    "env_vars": [{"name": "A", "value": "hush-hush"}],
}
LISTED = {
    "ppl_id": "6cf4569c",
    "state": "DONE",
    "result": "PASSED",
    "running_at": {"seconds": 1571077880, "nanos": 232006000},
    "stopping_at": {"seconds": 0, "nanos": 0},
    "queue": {"queue_id": "q", "name": "n", "type": "USER_GENERATED"},
    "triggerer": {"ppl_triggered_by": "AUTO_PROMOTION", "wf_triggered_by": "HOOK"},
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


@pytest.mark.parametrize(
    "answer",
    [
        (f"GET {PIPELINES}/6cf4569c", {"pipeline": DESCRIBED, "blocks": []}),
        (f"GET {PIPELINES}", [LISTED]),
    ],
)
def test_a_pipeline_is_the_same_listed_and_described(answer: tuple[str, Any]) -> None:
    """Two encoders on the server, one form here."""
    call, body = answer
    server = Server().on(call, data(body))

    if isinstance(body, list):
        pipeline = server.all(lambda s: s.pipelines.list(project_id="p"))[0]
    else:
        pipeline = server.ask(lambda s: s.pipelines.describe("6cf4569c"))

    assert (pipeline.id, pipeline.state, pipeline.result, pipeline.result_reason) == (
        "6cf4569c",
        PipelineState.DONE,
        Result.PASSED,
        None,
    )
    assert pipeline.running_at == datetime(2019, 10, 14, 18, 31, 20, 232006, tzinfo=UTC)
    assert (pipeline.stopping_at, pipeline.done_at) == (None, None)
    assert pipeline.queue
    assert (pipeline.queue.id, pipeline.queue.type) == ("q", QueueType.USER_GENERATED)
    assert pipeline.triggerer
    assert pipeline.triggerer.ppl_triggered_by is PipelineTrigger.AUTO_PROMOTION


def test_parameters_are_sealed() -> None:
    """The values a pipeline was run with are not shown by accident."""
    server = Server().on(f"GET {PIPELINES}/p", data({"pipeline": DESCRIBED, "blocks": []}))

    pipeline = server.ask(lambda s: s.pipelines.describe("p"))

    assert "hush-hush" not in repr(pipeline)
    assert pipeline.env_vars[0].value.reveal() == "hush-hush"


def test_detailed_pipeline() -> None:
    """Blocks are asked for in words, and their jobs put in order."""
    jobs = [
        {"status": "FINISHED", "result": "PASSED", "name": f"{n}/3", "job_id": str(n), "index": n}
        for n in (2, 0, 1)
    ]
    block = {"block_id": "b", "name": "RSpec", "state": "done", "result": "passed", "jobs": jobs}
    server = Server().on(
        f"GET {PIPELINES}/p", data({"pipeline": DESCRIBED, "blocks": [block, {"name": "later"}]})
    )

    pipeline = server.ask(lambda s: s.pipelines.detailed("p"))

    assert server.query() == {"detailed": "true"}
    assert [job.id for job in pipeline.blocks[0].jobs] == ["0", "1", "2"]
    assert (pipeline.blocks[1].id, pipeline.blocks[1].jobs) == ("", ())


def test_filters_of_pipelines() -> None:
    """Every filter goes out under the name the server knows."""
    server = Server().on(f"GET {PIPELINES}", data([]))
    day = datetime(2024, 1, 1, tzinfo=UTC)

    server.all(
        lambda s: s.pipelines.list(
            project_id="p",
            workflow_id="w",
            branch_name="b",
            yml_file_path=".semaphore/a.yml",
            created_after=day,
            created_before=day + timedelta(seconds=1, microseconds=1),
            done_after=day,
            done_before=day + timedelta(days=1),
            label="l",
            queue_id="q",
            pr_head_branch="h",
            pr_target_branch="t",
        )
    )

    assert server.query() == {
        "project_id": "p",
        "wf_id": "w",
        "branch_name": "b",
        "yml_file_path": ".semaphore/a.yml",
        "created_after": "1704067200",
        "created_before": "1704067202",
        "done_after": "1704067200",
        "done_before": "1704153600",
        "label": "l",
        "queue_id": "q",
        "pr_head_branch": "h",
        "pr_target_branch": "t",
        "page_size": "100",
    }


def test_pipelines_of_nothing() -> None:
    """A listing without project and workflow is a mistake that is not sent."""
    server = Server()

    with pytest.raises(BadSettings):
        server.all(lambda s: s.pipelines.list())

    assert not server.requests


def test_stop_pipeline() -> None:
    """Stopping sends the one thing the server accepts: the JSON boolean."""
    server = Server().on(f"PATCH {PIPELINES}/p", text('"Pipeline termination started."'))

    server.ask(lambda s: s.pipelines.stop("p"))

    assert server.body() == {"terminate_request": True}


def test_partial_rebuild() -> None:
    """A rebuild returns the new pipeline, and an answer without one is no success."""
    server = Server().on(
        f"POST {PIPELINES}/p/partial_rebuild",
        [data({"pipeline_id": "p2", "message": ""}), data({"message": "?"})],
    )

    assert server.ask(lambda s: s.pipelines.partial_rebuild("p")) == "p2"
    with pytest.raises(BadAnswer):
        server.ask(lambda s: s.pipelines.partial_rebuild("p"))


def test_topology() -> None:
    """The blocks of a pipeline come with what they depend on."""
    blocks = [
        {"name": "A", "jobs": ["a"], "dependencies": []},
        {"name": "B", "dependencies": ["A"]},
    ]
    server = Server().on(f"GET {PIPELINES}/p/describe_topology", data(blocks))

    found = server.ask(lambda s: s.pipelines.topology("p"))

    assert [(block.name, block.dependencies) for block in found] == [("A", ()), ("B", ("A",))]


def test_wait() -> None:
    """Waiting polls the cheap description, slower and slower, until the pipeline is done."""
    states = ["initializing", "running", "stopping", "DONE"]
    server = Server().on(
        f"GET {PIPELINES}/p",
        [data({"pipeline": {"ppl_id": "p", "state": state}, "blocks": []}) for state in states],
    )

    pipeline = server.ask(lambda s: s.pipelines.wait("p"))

    assert pipeline.is_done
    assert len(server.requests) == 4
    assert server.slept == sorted(server.slept)


def test_wait_ends() -> None:
    """Waiting ends with its patience; the pipeline says that it is not done."""
    server = Server().on(
        f"GET {PIPELINES}/p", data({"pipeline": {"ppl_id": "p", "state": "running"}})
    )

    pipeline = server.ask(lambda s: s.pipelines.wait("p"), longest=10)

    assert pipeline.state is PipelineState.RUNNING
    assert 10 <= sum(server.slept) < 14


def test_validate_yaml() -> None:
    """An invalid definition is a verdict, not an error (D 12)."""
    server = Server().on(
        "POST /api/v1alpha/yaml",
        [
            data({"pipeline_id": "", "message": "YAML definition is valid."}),
            data('{:malformed, [{"Type mismatch.", "#/blocks"}]}', 400),
            data("Missing required post parameter yaml_definition.", 400),
            data({"pipeline_id": "", "message": None}),
        ],
    )

    good = server.ask(lambda s: s.yaml.validate("version: v1.0"))
    bad = server.ask(lambda s: s.yaml.validate("version: v1.0"))

    assert (good.valid, good.message) == (True, "YAML definition is valid.")
    assert not bad.valid
    assert "Type mismatch" in bad.message
    with pytest.raises(Rejected):
        server.ask(lambda s: s.yaml.validate(""))
    assert server.body(0) == {"yaml_definition": "version: v1.0"}
    assert server.ask(lambda s: s.yaml.validate("version: v1.0")).message == ""


def test_schedule_yaml() -> None:
    """A definition can be run inside a workflow, but not by forgetting which."""
    server = Server().on(
        "POST /api/v1alpha/yaml", data({"pipeline_id": "p2", "message": "scheduled"})
    )

    assert server.ask(lambda s: s.yaml.schedule("y", pipeline_id="p")) == "p2"
    with pytest.raises(BadSettings):
        server.ask(lambda s: s.yaml.schedule("y", pipeline_id=""))


PROMOTION = {
    "triggered_by": "Pipeline Done request",
    "triggered_at": {"seconds": 1571065763, "nanos": 817290000},
    "status": "processing",
    "scheduled_pipeline_id": "",
    "scheduled_at": {"seconds": 0, "nanos": 0},
    "override": False,
    "name": "production",
}


def test_list_promotions() -> None:
    """A promotion that moves on while its pages are read is still one (it has no id)."""
    other = PROMOTION | {"triggered_at": {"seconds": 1571065700, "nanos": 0}}
    passed = PROMOTION | {"status": "passed", "scheduled_pipeline_id": "d605"}
    headers = {"total-pages": "2", "total": "2"}
    server = Server().on(
        "GET /api/v1alpha/promotions",
        [
            data([PROMOTION], headers=headers | {"page-number": "1"}),
            data([passed, other], headers=headers | {"page-number": "2"}),
            data([passed], headers=headers | {"page-number": "1"}),
            data([other], headers=headers | {"page-number": "2"}),
        ],
    )

    found = server.all(lambda s: s.promotions.list("p", name="production"))

    assert [promotion.triggered_at for promotion in found] == [
        datetime(2019, 10, 14, 15, 9, 23, 817290, tzinfo=UTC),
        datetime(2019, 10, 14, 15, 8, 20, tzinfo=UTC),
    ]
    assert found[0].is_automatic
    assert found[0].scheduled_at is None
    assert int(server.query()["page_size"]) < 100


def test_trigger_promotion() -> None:
    """Parameters are keys beside the endpoint's own, and a token makes it repeatable."""
    server = Server().on(
        "POST /api/v1alpha/promotions",
        [text("upstream request timeout", 504), text('"Promotion successfully triggered."')],
    )

    server.ask(
        lambda s: s.promotions.trigger("p", "prod", override=True, parameters={"VERSION": "2"})
    )

    token = server.body(0)["request_token"]
    assert server.body(1) == {
        "pipeline_id": "p",
        "name": "prod",
        "override": True,
        "VERSION": "2",
        "request_token": token,
    }
    assert uuid.UUID(token).version == 4


def test_reserved_parameter() -> None:
    """A parameter that the server would take for something else is refused, not dropped."""
    server = Server()

    with pytest.raises(BadSettings, match="'name'"):
        server.ask(lambda s: s.promotions.trigger("p", "prod", parameters={"name": "x"}))

    assert not server.requests


@pytest.mark.parametrize(("switch", "fault"), [("", False), ("s", True)])
def test_pipeline_without_promotions(switch: str, fault: bool) -> None:
    """A pipeline without promotions, which the server trips over, is told from a fault."""
    server = Server().on(
        f"GET {PIPELINES}/p", data({"pipeline": DESCRIBED | {"switch_id": switch}})
    )
    for method in ("GET", "POST"):
        server.on(f"{method} /api/v1alpha/promotions", text('"Internal error"', 500))

    if fault:
        with pytest.raises(ServerFault):
            server.all(lambda s: s.promotions.list("p"))
    else:
        assert server.all(lambda s: s.promotions.list("p")) == []
    with pytest.raises(ServerFault if fault else Rejected) as caught:
        server.ask(lambda s: s.promotions.trigger("p", "prod"))
    assert caught.value.outcome_unknown is fault
