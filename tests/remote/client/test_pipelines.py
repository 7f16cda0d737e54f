"""Pipelines (D 11)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.errors import BadAnswer, BadSettings
from reconciler.remote.client import PipelineState, PipelineTrigger, QueueType, Result
from tests.remote.client.objects import PIPELINE, PIPELINES
from tests.remote.client.scripted import Server, data, text

LISTED = {
    "ppl_id": "6cf4569c",
    "state": "DONE",
    "result": "PASSED",
    "running_at": {"seconds": 1571077880, "nanos": 232006000},
    "stopping_at": {"seconds": 0, "nanos": 0},
    "queue": {"queue_id": "q", "name": "n", "type": "USER_GENERATED"},
    "triggerer": {"ppl_triggered_by": "AUTO_PROMOTION", "wf_triggered_by": "HOOK"},
}


@pytest.mark.parametrize(
    "answer",
    [
        (f"GET {PIPELINES}/6cf4569c", {"pipeline": PIPELINE, "blocks": []}),
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
    server = Server().on(f"GET {PIPELINES}/p", data({"pipeline": PIPELINE, "blocks": []}))

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
        f"GET {PIPELINES}/p", data({"pipeline": PIPELINE, "blocks": [block, {"name": "later"}]})
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
