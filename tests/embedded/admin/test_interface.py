"""The admin interface: faults, the clock, agents and files of pipelines."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.embedded.admin.conftest import Site


def test_the_interface_lists_its_operations(site: Site) -> None:
    """With and without a last slash; no Semaphore route begins like these."""
    operations = site.admin("GET", "")["operations"]
    assert "POST /__admin__/faults" in operations
    assert site.send("GET", "/__admin__/").status_code == 404
    assert site.send("PUT", "/__admin__/faults").status_code == 405


def test_faults_are_added_seen_and_removed(site: Site) -> None:
    """One or several at once; a list is added as a whole or not at all."""
    first = site.admin("POST", "/faults", json={"action": "answer", "status": 503, "nth": 2})
    assert first["faults"][0]["number"] == 1
    refused = site.send("POST", "/__admin__/faults", json=[{"action": "hang"}, {"action": "?"}])
    assert refused.status_code == 400
    assert "action is one of" in refused.json()["error"]
    assert [site.api("GET", "/api/v1alpha/projects").status_code for _ in range(2)] == [200, 503]
    listed = site.admin("GET", "/faults")["faults"]
    assert [(each["number"], each["seen"], each["spent"]) for each in listed] == [(1, 2, True)]
    site.admin("POST", "/faults", json=[{"action": "hang"}, {"action": "reset"}])
    assert len(site.admin("DELETE", "/faults/1")["faults"]) == 2
    assert site.send("DELETE", "/__admin__/faults/1").status_code == 404
    assert site.admin("DELETE", "/faults")["faults"] == []


def test_the_clock_is_set_moved_stopped_and_let_run(site: Site) -> None:
    """New objects carry its time."""
    stopped = site.admin("POST", "/clock", json={"running": False, "set": "2031-05-06T07:08:09Z"})
    assert stopped == {
        "now": "2031-05-06T07:08:09+00:00",
        "seconds": datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC).timestamp(),
        "running": False,
    }
    site.admin("POST", "/clock", json={"advance": 60})
    body = {"metadata": {"name": "s"}, "data": {}}
    secret = site.api("POST", "/api/v1beta/secrets", json=body).json()
    assert secret["metadata"]["create_time"] == str(int(stopped["seconds"]) + 60)
    running = site.admin("POST", "/clock", json={"running": True, "set": 1e9})
    assert running["running"]
    assert running["now"].startswith("2001-09-09T01:46:4")
    followed = site.admin("POST", "/clock", json={"follow": True})
    assert abs(followed["seconds"] - datetime.now(tz=UTC).timestamp()) < 60


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"advance": 1e300}, "can't be set"),
        ({"set": -1}, "can't be set"),
        ({"set": "soon"}, "set takes seconds"),
        ({"advance": "1"}, "advance has the wrong type"),
        ({"advance": True}, "advance has the wrong type"),
        ({"later": 1}, "unknown field"),
        ([], "an object is needed"),
    ],
)
def test_the_clock_refuses_what_is_no_time(site: Site, body: Any, words: str) -> None:
    """And goes on as before."""
    answer = site.send("POST", "/__admin__/clock", json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert site.admin("GET", "/clock")["running"]


def test_agents_join_and_leave(site: Site) -> None:
    """They are listed as the real ones are."""
    kind = {"metadata": {"name": "s1-linux"}, "spec": {}}
    assert site.api("POST", "/api/v1alpha/self_hosted_agent_types", json=kind).status_code == 200
    agent = {"name": "one", "type": "s1-linux"}
    site.admin("POST", "/agents", json=agent)
    assert site.send("POST", "/__admin__/agents", json=agent).status_code == 409
    for body, status, said in (
        ({"name": "two", "type": "s1-none"}, 404, "there is no agent type 's1-none'"),
        ({"type": "s1-linux"}, 400, "name is needed"),
        ({}, 400, "name and type are needed"),
        (agent, 409, "an agent 'one' is connected already"),
    ):
        answer = site.send("POST", "/__admin__/agents", json=body)
        assert (answer.status_code, answer.json()) == (status, {"error": said})
    listed = site.api("GET", "/api/v1alpha/agents").json()["agents"]
    assert [each["metadata"]["name"] for each in listed] == ["one"]
    assert site.admin("DELETE", "/agents/one")["agents"] == []
    assert site.send("DELETE", "/__admin__/agents/one").status_code == 404


PIPELINE = """\
version: v1.0
name: Named by the file
agent: {machine: {type: e1-standard-2, os_image: ubuntu2004}}
blocks: [{name: B, task: {jobs: [{name: J, commands: [echo]}]}}]
"""


def test_pipeline_files_are_read_by_runs(site: Site) -> None:
    """A file that was put is the pipeline of the next run."""
    repository = {"url": "git@github.com:acme/shop.git"}
    body = {"metadata": {"name": "shop"}, "spec": {"repository": repository}}
    project = site.api("POST", "/api/v1alpha/projects", json=body).json()["metadata"]["id"]
    file = {"project": "shop", "path": ".semaphore/semaphore.yml", "content": PIPELINE}
    assert site.admin("POST", "/files", json=file)["path"] == file["path"]
    run = {"project_id": project, "reference": "main"}
    started = site.api("POST", "/api/v1alpha/plumber-workflows", json=run).json()
    site.admin("POST", "/clock", json={"advance": 60})
    path = f"/api/v1alpha/pipelines/{started['pipeline_id']}"
    assert site.api("GET", path).json()["pipeline"]["name"] == "Named by the file"
    nowhere = site.send("POST", "/__admin__/files", json=file | {"project": "none"})
    assert (nowhere.status_code, nowhere.json()["error"]) == (404, "there is no project 'none'")
    nothing = site.send("POST", "/__admin__/files", json=file | {"path": ""})
    assert (nothing.status_code, nothing.json()["error"]) == (400, "path is needed")


def test_bad_bodies_are_refused(site: Site) -> None:
    """Broken, or too much."""
    headers = {"Content-Type": "application/json"}
    for content, status in ((b"{", 400), (b" " * 1_000_001, 413)):
        answer = site.send("POST", "/__admin__/clock", content=content, headers=headers)
        assert answer.status_code == status
