"""Schedules as the client reads, writes and runs them."""

from datetime import UTC, datetime

import pytest

from reconciler.errors import (
    NotFound,
    ServerFault,
)
from reconciler.kinds.reference import Reference
from reconciler.kinds.schedule import Schedule
from tests.remote.client.objects import SCHEDULE
from tests.remote.client.scripted import Server, data, text


def test_schedule() -> None:
    """A schedule comes with its triggers and its own words for "not yet"."""
    trigger = {
        "triggered_at": "2023-07-25 08:35:54.819164Z",
        "scheduled_at": "",
        "parameter_values": [{"name": "A", "value": "1"}],
    }
    server = Server().on(
        "GET /api/v1alpha/schedules/t1", data({"schedule": SCHEDULE, "triggers": [trigger]})
    )

    schedule = server.ask(lambda s: s.schedules.describe("t1"))

    assert schedule.inserted_at == datetime(2023, 7, 25, 8, 35, 54, 819164, tzinfo=UTC)
    assert schedule.pause_toggled_at is None
    assert schedule.definition.spec.reference == Reference(type="TAG", name="v1")
    assert schedule.triggers[0].scheduled_at is None
    assert schedule.triggers[0].parameter_values[0].value.reveal() == "1"


def test_missing_schedule() -> None:
    """A missing schedule is answered with 400, and is NotFound all the same (A 14)."""
    server = Server().on(
        "GET /api/v1alpha/schedules/t1", text("\"Periodic with id: 't1' not found.\"", 400)
    )

    with pytest.raises(NotFound):
        server.ask(lambda s: s.schedules.describe("t1"))


A_SCHEDULE = Schedule.model_validate(
    {"metadata": {"name": "nightly"}, "spec": {"pipeline_file": "a.yml"}}
)


def test_write_a_schedule() -> None:
    """A schedule is applied as a definition; the answer is its id, whichever that is."""
    server = Server().on("POST /api/v1alpha/schedules", data("t2"))

    assert server.ask(lambda s: s.schedules.create("api", A_SCHEDULE)) == "t2"
    assert '"project": "api"' in server.body()["yml_definition"]
    assert server.ask(lambda s: s.schedules.update("t1", "api", A_SCHEDULE)) == "t2"
    assert '"id": "t1"' in server.body()["yml_definition"]


def test_run_now() -> None:
    """Running a schedule sends what differs from it, once."""
    server = Server().on("POST /api/v1alpha/schedules/t1/run_now", data({"workflow_id": "w"}))

    workflow = server.ask(
        lambda s: s.schedules.run_now(
            "t1", reference=Reference(type="TAG", name="v1"), parameters={"A": "1"}
        )
    )

    assert workflow == "w"
    assert server.body() == {
        "reference": {"type": "TAG", "name": "v1"},
        "parameters": {"A": "1"},
    }


def test_run_now_is_not_repeated() -> None:
    """A run whose outcome is unknown is not started again."""
    server = Server().on("POST /api/v1alpha/schedules/t1/run_now", text("", 504))

    with pytest.raises(ServerFault):
        server.ask(lambda s: s.schedules.run_now("t1"))

    assert len(server.requests) == 1
