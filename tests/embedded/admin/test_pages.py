"""The pages behind the front page: objects, workflows, jobs, and what none of them shows."""

from typing import Any

import pytest

from reconciler.embedded.serving.pages import objects
from reconciler.kinds import KINDS
from tests.embedded.admin.conftest import Make, Site
from tests.embedded.admin.test_page import project
from tests.embedded.browsing import Page, visited

PIPELINE = """
version: v1.0
name: Build
agent: {machine: {type: e1-standard-2, os_image: ubuntu2404}}
blocks:
  - name: First
    task:
      env_vars: [{name: A, value: canary-block}]
      jobs:
        - {name: good, commands: [echo hello, sleep 10]}
        - {name: bad, commands: [exit 3]}
  - name: Second
    task:
      jobs: [{name: later, commands: [ls]}]
"""
DATA = {
    "env_vars": [{"name": "PASSWORD", "value": "canary-value"}],
    "files": [{"path": "a", "content": "canary-content"}],
}
SCHEDULE = """
apiVersion: v1.0
kind: Schedule
metadata: {name: nightly}
spec: {project: api, branch: main, at: "0 1 * * *", pipeline_file: a.yml}
"""
RETENTION = {
    "project_level_retention_policies": [{"selector": "/**/*", "age": "1 week"}],
}
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}"


def filled(site: Site) -> str:
    """An object of each kind, whose secrets have values; the id of the project."""
    inside = project(site)
    site.admin("POST", "/clock", json={"advance": 2})
    notify = {
        "slack": {"endpoint": "https://chat.example/canary-slack", "channels": ["#a"]},
        "webhook": {"endpoint": "https://hook.example/canary-hook"},
    }
    rule = {"name": "r", "filter": {"projects": ["api"]}, "notify": notify}
    target = {"name": "production", "project_id": inside, "unique_token": inside} | DATA
    for path, body in (
        ("/api/v1beta/secrets", {"metadata": {"name": "prod-db"}, "data": DATA}),
        (f"/api/v1/projects/{inside}/secrets", {"metadata": {"name": "own"}, "data": DATA}),
        ("/api/v1alpha/notifications", {"metadata": {"name": "chat"}, "spec": {"rules": [rule]}}),
        ("/api/v1alpha/dashboards", {"metadata": {"name": "board"}, "spec": {"widgets": []}}),
        ("/api/v1alpha/self_hosted_agent_types", {"metadata": {"name": "s1-a"}}),
        ("/api/v1alpha/deployment_targets", target),
        ("/api/v1alpha/schedules", {"yml_definition": SCHEDULE}),
        (
            "/api/v1alpha/artifacts_retention_policies",
            {"project_id": inside} | RETENTION,
        ),
    ):
        answer = site.api("POST", path, json=body)
        assert (path, answer.status_code, answer.text) == (path, 200, answer.text)
    site.admin("POST", "/agents", json={"name": "m1", "type": "s1-a"})
    return inside


def running(site: Site, project_id: str, seconds: float) -> str:
    """The path of a workflow's page that long after it began."""
    file = {"project": "api", "path": ".semaphore/semaphore.yml", "content": PIPELINE}
    site.admin("POST", "/files", json=file)
    run = {"project_id": project_id, "reference": "refs/pull/7"}
    started = site.api("POST", "/api/v1alpha/plumber-workflows", json=run).json()
    site.admin("POST", "/clock", json={"advance": seconds})
    return f"/__page__/workflows/{started['workflow_id']}"


@pytest.mark.parametrize("exposed", [False, True])
def test_each_object_has_a_page_and_none_shows_a_secret(make: Make, exposed: bool) -> None:
    """Whether the API shows the values or not; where notifications go is a secret, too."""
    site = make(secrets_exposed_content=exposed)
    running(site, filled(site), 60)
    pages = visited(site.look)
    for kind in (
        *("projects", "schedules", "deployment_targets", "project_secrets", "retention_policies"),
        *("secrets", "notifications", "dashboards", "agent_types", "agents", "workflows", "jobs"),
    ):
        assert any(path.startswith(f"/__page__/{kind}/") for path in pages), kind
    assert len(objects.KINDS) == len(KINDS) + 1, "agents have no manifest"
    for secret in ("canary", "chat.example"):
        assert {path for path, page in pages.items() if secret in page.text} == set()


def test_fields_are_those_that_the_api_shows(site: Site) -> None:
    """Under the names it gives them, with the address that was asked."""
    inside = filled(site)
    shown = site.api("GET", "/api/v1alpha/projects/api").json()
    page = Page(site.send("GET", f"/__page__/projects/{inside}").text)
    assert page.fields == dict(_flat(shown))
    assert "GET /api/v1alpha/projects/api" in page.text
    for name in ("nightly", "production", "own"):
        assert name in page.text
    (secret,) = (path for path in visited(site.look) if path.startswith("/__page__/secrets/"))
    fields = Page(site.send("GET", secret).text).fields
    assert fields["metadata.name"] == "prod-db"
    assert fields["data.env_vars.0.name"] == "PASSWORD"


def _flat(value: Any, path: str = "") -> Any:
    """An object's fields, in the simplest way."""
    if not isinstance(value, dict | list) or not value:
        words = {True: "true", False: "false", None: "null", "": '""'}
        yield (
            path,
            words.get(value, str(value)) if not isinstance(value, list | dict) else str(value),
        )
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _flat(part, f"{path}.{key}" if path else str(key))


def test_what_the_api_refuses_is_told(make: Make) -> None:
    """In its own words, for they are what one came to see."""
    site = make()
    filled(site)
    (path,) = (path for path in visited(site.look) if path.startswith("/__page__/notifications/"))
    site.embedded.world.db.execute("UPDATE notifications SET spec = '{\"rules\": [{}]}'")
    answer = site.send("GET", path)
    assert answer.status_code == 200
    assert "500" in Page(answer.text).text


def test_a_workflow_shows_where_it_is(site: Site) -> None:
    """Its pipelines, blocks and jobs, with states and durations; logs are one click away."""
    path = running(site, filled(site), 10)
    text = " ".join(Page(site.send("GET", path).text).text.split())
    for part in (
        "pull request 7",
        "Build running",
        "First running",
        "bad",
        "1 s failed",
        "later planned",
    ):
        assert part in text, text
    site.admin("POST", "/clock", json={"advance": 3600})
    page = Page(site.send("GET", path).text)
    text = " ".join(page.text.split())
    for part in ("Build failed", "First failed", "good", "12 s passed", "Second canceled"):
        assert part in text, text
    jobs = [link for link in page.links if link.startswith("/__page__/jobs/")]
    logs = [Page(site.send("GET", job).text) for job in jobs]
    assert [log.refresh for log in logs] == ["", ""]
    assert "echo hello" in logs[0].text
    assert "exit code 3" in logs[1].text


def test_a_pipeline_that_is_malformed_says_why(site: Site) -> None:
    """In the words of the server."""
    inside = filled(site)
    file = {"project": "api", "path": ".semaphore/semaphore.yml", "content": "blocks: ["}
    site.admin("POST", "/files", json=file)
    run = {"project_id": inside, "reference": "main"}
    site.api("POST", "/api/v1alpha/plumber-workflows", json=run)
    site.admin("POST", "/clock", json={"advance": 60})
    text = Page(site.send("GET", "/").text).text
    assert "malformed" in text
    assert "did not find expected node content" in text


def test_a_block_of_many_jobs_is_cut_on_the_front_page(site: Site) -> None:
    """The page of its workflow has all of them."""
    inside = filled(site)
    jobs = "jobs: [{name: one, parallelism: 20, commands: [ls]}]"
    text = PIPELINE.replace("jobs: [{name: later, commands: [ls]}]", jobs).replace("exit 3", "ls")
    file = {"project": "api", "path": ".semaphore/semaphore.yml", "content": text}
    site.admin("POST", "/files", json=file)
    run = {"project_id": inside, "reference": "main"}
    started = site.api("POST", "/api/v1alpha/plumber-workflows", json=run).json()
    site.admin("POST", "/clock", json={"advance": 60})
    front = Page(site.send("GET", "/").text)
    assert "and 8 more" in front.text
    whole = Page(site.send("GET", f"/__page__/workflows/{started['workflow_id']}").text)
    assert len([link for link in whole.links if "/jobs/" in link]) == 22


def test_jobs_of_no_pipeline_are_there(site: Site) -> None:
    """Such as those that somebody starts to look around."""
    inside = filled(site)
    machine = {"type": "e1-standard-2", "os_image": "ubuntu2404"}
    spec = {"project_id": inside, "agent": {"machine": machine}, "commands": ["ls"]}
    body = {"metadata": {"name": "Look around"}, "spec": spec}
    assert site.api("POST", "/api/v1alpha/jobs", json=body).status_code == 200
    front = Page(site.send("GET", "/").text)
    assert "Jobs of no pipeline" in front.text
    (job,) = (link for link in front.links if link.startswith("/__page__/jobs/"))
    assert "It has not started" in site.send("GET", job).text


def test_a_browser_is_told_to_run_and_load_nothing(site: Site) -> None:
    """Whatever things are called; no page has more than tags, links and one style of its own."""
    inside = filled(site)
    db = site.embedded.world.db
    running(site, inside, 60)
    for table in ("secrets", "dashboards", "notifications", "targets", "schedules", "agents"):
        db.execute(f"UPDATE {table} SET name = ?", (HOSTILE,))  # noqa: S608 - our own names
    db.execute("UPDATE blocks SET name = ?", (HOSTILE,))
    db.execute("UPDATE jobs SET name = ?", (HOSTILE,))
    db.execute("UPDATE workflows SET reference = ?", (f"refs/heads/{HOSTILE}",))
    db.execute("UPDATE pipelines SET name = ?, error_description = ?", (HOSTILE, HOSTILE))
    site.api("GET", f"/api/v1alpha/projects/{HOSTILE}")
    pages = visited(site.look)
    assert len(pages) > 20
    for path, answer in pages.items():
        page = Page(answer.text)
        assert page.tags.isdisjoint({"script", "img", "iframe", "form"}), path
        assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
        assert "7*7" in page.text or "49" not in page.text.split()
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
    assert HOSTILE in Page(pages["/"].text).text
