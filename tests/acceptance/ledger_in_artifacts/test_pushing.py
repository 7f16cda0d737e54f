"""What a run has to record gets to the artifacts, or is kept and told: cut short or refused."""

import json
import signal
import time
from typing import Any

import pytest

from tests.acceptance.jobs import (
    LEDGER,
    Project,
    dashboard,
    held_write,
    wait_until_hit,
)
from tests.acceptance.ledger_in_artifacts.conftest import OBJECTS
from tests.embedded.servers import Server

pytestmark = pytest.mark.timeout(300)


def test_a_job_that_is_killed_before_it_pushes(project: Project) -> None:
    """Its records are lost; the next one makes its plan from what is there, and manages it."""
    assert project.job(dashboard("a")).apply().code == 0
    project.server.fault(action="hang", method="PUT", path=OBJECTS)
    killed = project.job(dashboard("a"), dashboard("b")).start(
        "apply", "--auto-approve", *LEDGER, "m.yml"
    )
    while project.dashboards() != {"a", "b"}:
        assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert project.steps() == {"a"}
    assert project.job(dashboard("a"), dashboard("b")).apply().code == 0
    assert project.job(dashboard("a")).apply("--prune").code == 0
    assert project.dashboards() == {"a"}


def test_an_interrupted_run_is_pushed(project: Project) -> None:
    """Ctrl-C during a write: what was done is recorded."""
    with held_write(project.server, seconds=2):
        stopped = project.job(dashboard("a"), dashboard("b")).start(
            "apply", "--auto-approve", "--parallelism", "1", *LEDGER, "m.yml"
        )
    stopped.send_signal(signal.SIGINT)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 130, (out, err)
    (run,) = project.runs()
    results = {step["address"].rpartition("/")[2]: step["result"] for step in run["steps"]}
    assert {name for name, result in results.items() if result == "done"} == project.dashboards()
    assert len(project.dashboards()) == 1


def test_a_push_can_be_cut_off(project: Project) -> None:
    """The first Ctrl-C lets it finish, the second does not: the report is there all the same."""
    project.server.fault(action="hang", method="PUT", path=OBJECTS)
    job = project.job(dashboard("a"))
    cut = job.start("apply", "--auto-approve", *LEDGER, "m.yml")
    while project.dashboards() != {"a"}:
        assert cut.poll() is None
    assert cut.stderr is not None
    wait_until_hit(project.server, cut)
    cut.send_signal(signal.SIGINT)
    while "Stopping" not in cut.stderr.readline():
        pass
    time.sleep(1)
    cut.send_signal(signal.SIGINT)
    out, err = cut.communicate(timeout=30)
    assert cut.returncode == 130, (out, err)
    assert "Done: 1 of 1 change" in out
    assert "could not be pushed: it was interrupted" in err
    assert len(list((job.place / ".reconciler").iterdir())) == 1


def test_a_failed_run_is_pushed(project: Project) -> None:
    """With what failed."""
    refuse_a_dashboard(project.server)
    assert project.job(dashboard("a"), dashboard("b")).apply("--parallelism", "1").code == 3
    (run,) = project.runs()
    assert sorted(step["result"] for step in run["steps"]) == ["done", "failed"]


def refuse_a_dashboard(server: Server) -> None:
    server.fault(action="answer", status=400, method="POST", path="*/dashboards")


@pytest.mark.parametrize("fails", [False, True])
def test_a_store_that_takes_nothing(project: Project, *, fails: bool) -> None:
    """What was done is told, in text, JSON and exit code; the records stay on this disk."""
    project.server.fault(
        action="answer", status=503, when="before", method="PUT", path=OBJECTS, times=None
    )
    if fails:
        refuse_a_dashboard(project.server)
    job = project.job(dashboard("a"), dashboard("b"))
    ran = job.apply("--parallelism", "1", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert document["results"]["done"] == (1 if fails else 2)
    assert "artifact:ci/ledger could not be pushed: PUT http" in document["ledger_error"]
    assert document["ledger_error"] in ran.err
    (left,) = (job.place / ".reconciler").iterdir()
    assert str(left.relative_to(job.place)) in ran.err
    shown = job.run("ledger", "show", "--format", "json", "--ledger", str(left))
    assert len(json.loads(shown.out)["runs"][0]["steps"]) == 2
    project.server.request("DELETE", "/__admin__/faults")
    assert project.job(dashboard("a"), dashboard("b")).apply().code == 0


@pytest.mark.parametrize("number", [0, 1, 3])
def test_an_odd_number_of_addresses(project: Project, number: int) -> None:
    """To push: what was done is told, and the records stay; to pull: nothing is begun."""
    address = {"URL": f"{project.server.url}/any", "method": "HEAD"}
    body = json.dumps({"URLs": [address] * number})
    odd: dict[str, Any] = {
        "action": "answer",
        "status": 200,
        "path": "/api/v1/artifacts",
        "body": body,
    }
    project.server.fault(**odd, nth=2)
    job = project.job(dashboard("a"))
    ran = job.apply("--format", "json")
    assert ran.code == 1, ran
    document = json.loads(ran.out)
    assert document["results"]["done"] == 1
    assert "POST /api/v1/artifacts: 200 expected addresses" in document["ledger_error"]
    (left,) = (job.place / ".reconciler").iterdir()
    assert left.name in ran.err
    project.server.request("DELETE", "/__admin__/faults")
    project.server.fault(**odd, nth=1)
    ran = project.job(dashboard("b")).apply()
    assert (ran.code, "artifact:ci/ledger can't be had: POST" in ran.err) == (1, True), ran
    assert project.dashboards() == {"a"}


@pytest.mark.parametrize("url", ["http://[::1/x", "file:///etc/x", "https://", "x", "", 7, None])
def test_an_address_that_is_none(project: Project, url: object) -> None:
    """To pull: it can't be had; to push: what was done is told, and the records stay."""
    body = json.dumps({"URLs": [{"URL": url, "method": each} for each in ("HEAD", "PUT")]})
    odd: dict[str, Any] = {"action": "answer", "status": 200, "path": "/api/v1/artifacts"}
    project.server.fault(**odd, body=body, nth=2)
    job = project.job(dashboard("a"))
    ran = job.apply("--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, document["results"]["done"]) == (1, 1)
    assert "artifact:ci/ledger could not be pushed" in document["ledger_error"]
    assert "in reconciler itself" not in document["ledger_error"]
    project.server.request("DELETE", "/__admin__/faults")
    body = json.dumps({"URLs": [{"URL": url, "method": "GET"}]})
    project.server.fault(**odd, body=body, times=None)
    for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
        ran = project.job(dashboard("b")).run(*command, *LEDGER, "m.yml")
        assert (ran.code, ran.out) == (1, "")
        assert "artifact:ci/ledger can't be had" in ran.err
    assert project.dashboards() == {"a"}


def test_a_run_whose_time_is_over_is_pushed(project: Project) -> None:
    """The limit is for the run, not for what it has to write down."""
    project.server.fault(
        action="delay", when="before", method="POST", path="*/dashboards", seconds=20, times=None
    )
    ran = project.job(dashboard("a"), dashboard("b")).apply("--timeout", "3")
    assert ran.code == 3, ran
    (run,) = project.runs()
    assert [step["result"] for step in run["steps"]] != []


def test_a_ledger_too_large_to_be_loaded_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not pushed, so that the one before stays usable."""
    assert project.job(dashboard("a")).apply().code == 0
    monkeypatch.setattr("reconciler.commands.artifact_ledger.MAX_ANSWER", 100)
    ran = project.job(dashboard("b")).apply()
    assert ran.code == 1
    assert "no more than 100 can be loaded again" in ran.err
    assert project.steps() == {"a"}


def test_a_bug_of_ours_does_not_cost_the_records(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong on the way to the store."""
    monkeypatch.setattr("reconciler.commands.artifact_ledger.MAX_ANSWER", None)
    job = project.job(dashboard("a"))
    ran = job.apply("--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert (document["results"]["done"], "TypeError" in document["ledger_error"]) == (1, True)
    (left,) = (job.place / ".reconciler").iterdir()
    assert left.name in ran.err
