"""Jobs (D 14)."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reconciler.errors import NotFound, ServerFault
from reconciler.model import Sealed
from reconciler.remote.client import (
    EnvVar,
    Job,
    JobAgent,
    JobSpec,
    JobState,
    Machine,
    Result,
)
from tests.remote.client.scripted import Server, data, grpc, text

JOBS = "/api/v1alpha/jobs"
JOB: dict[str, Any] = {
    "metadata": {
        "name": "Job #1",
        "id": "bc8826bd",
        "create_time": "1571083003",
        "update_time": "1571083507",
        "start_time": "1571083006",
        "finish_time": "0",
    },
    "spec": {
        "project_id": "162987ba",
        "agent": {"machine": {"type": "e1-standard-2", "os_image": "ubuntu2004"}},
        "env_vars": [{"name": "SEMAPHORE_ARTIFACT_TOKEN", "value": "hush-hush"}],
        "files": [{"path": "a", "content": "hush-hush"}],
        "commands": ["sleep 3600"],
    },
    "status": {
        "result": "STOPPED",
        "state": "FINISHED",
        "agent": {"ip": "88.99.26.221", "name": "", "ports": [{"name": "ssh", "number": 30000}]},
    },
}


def with_id(id_: str, state: str = "RUNNING") -> dict[str, Any]:
    status = {"state": state, "result": "NONE", "agent": None}
    return JOB | {"metadata": JOB["metadata"] | {"id": id_}, "status": status}


def test_describe() -> None:
    """The seeds' example is read; what a job was given stays sealed."""
    server = Server().on(f"GET {JOBS}/bc8826bd", data(JOB))

    job = server.ask(lambda s: s.jobs.describe("bc8826bd"))

    assert (job.id, job.state, job.result) == ("bc8826bd", JobState.FINISHED, Result.STOPPED)
    assert job.create_time == datetime(2019, 10, 14, 19, 56, 43, tzinfo=UTC)
    assert job.finish_time is None
    assert job.host
    assert job.host.ports[0].number == 30000
    assert not job.is_self_hosted
    assert "hush-hush" not in repr(job)
    assert job.spec.env_vars[0].value.reveal() == "hush-hush"


@pytest.mark.parametrize(
    ("agent", "own"),
    [(None, False), ({"machine": {"type": "s1-linux"}}, True), ({"machine": None}, False)],
)
def test_bare_job(agent: Any, own: bool) -> None:
    """A job that has not run is read with all its nulls; a type of s1-… is one's own."""
    answer = with_id("1") | {"spec": {"agent": agent, "secrets": None}}
    job = Job.model_validate(answer)

    assert (job.result, job.host, job.is_finished) == (None, None, False)
    assert job.is_self_hosted is own


def test_list_asks_for_states() -> None:
    """All states are named, for without any the server lists nothing (D 14.2)."""
    pages = [
        data({"jobs": [with_id("1"), with_id("2")], "next_page_token": "t=="}),
        data({"jobs": [with_id("2"), with_id("3")], "next_page_token": ""}),
    ]
    server = Server().on(f"GET {JOBS}", pages)

    found = server.all(lambda s: s.jobs.list())

    assert [job.id for job in found] == ["1", "2", "3"]
    assert server.requests[0].url.params.get_list("states") == [
        "PENDING",
        "QUEUED",
        "RUNNING",
        "FINISHED",
    ]
    assert server.query(0)["page_size"] == "30"
    assert server.query(1)["page_token"] == "t=="


def test_list_some_states() -> None:
    """Only the states that were asked for are asked of the server."""
    server = Server().on(f"GET {JOBS}", data({"jobs": [], "next_page_token": ""}))

    assert server.all(lambda s: s.jobs.list([JobState.RUNNING])) == []
    assert server.requests[0].url.params.get_list("states") == ["RUNNING"]


def test_create() -> None:
    """A new job sends what was given and nothing else, with its secrets opened."""
    server = Server().on(f"POST {JOBS}", data(with_id("1", "PENDING")))
    spec = JobSpec(
        project_id="162987ba",
        agent=JobAgent(machine=Machine(type="e1-standard-2")),
        env_vars=(EnvVar(name="A", value=Sealed("1")),),
        commands=("true",),
    )

    job = server.ask(lambda s: s.jobs.create("one-off", spec))

    assert job.state is JobState.PENDING
    assert server.body() == {
        "metadata": {"name": "one-off"},
        "spec": {
            "project_id": "162987ba",
            "agent": {"machine": {"type": "e1-standard-2"}},
            "env_vars": [{"name": "A", "value": "1"}],
            "commands": ["true"],
        },
    }


def test_create_is_not_repeated() -> None:
    """A job whose creation is in doubt is not created again."""
    server = Server().on(f"POST {JOBS}", text("", 502))

    with pytest.raises(ServerFault):
        server.ask(lambda s: s.jobs.create("one-off", JobSpec()))

    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", ["{}", '{}{"error":"failed to send audit event: x"}'])
def test_stop(answer: str) -> None:
    """A stop whose audit failed has two answers in one, and is a success (D 4)."""
    server = Server().on(f"POST {JOBS}/1/stop", text(answer))

    server.ask(lambda s: s.jobs.stop("1"))

    assert server.calls == [f"POST {JOBS}/1/stop"]


def test_stop_a_missing_job() -> None:
    """A job that can't be seen is NotFound."""
    server = Server().on(f"POST {JOBS}/1/stop", grpc(5, "Job 1 not found", 404))

    with pytest.raises(NotFound):
        server.ask(lambda s: s.jobs.stop("1"))


def test_wait() -> None:
    """Waiting ends when the job is finished, and survives a server that stumbles."""
    answers: list[httpx.Response] = [data(with_id("1")), text("", 503), data(JOB)]
    server = Server().on(f"GET {JOBS}/1", answers)

    assert server.ask(lambda s: s.jobs.wait("1")).is_finished
