"""The admin interface and the page of an organization, and who may see them."""

import asyncio
import base64
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.embedded import Embedded, Settings
from reconciler.embedded.journal import Journal
from reconciler.embedded.serving.organizations import Organizations

LOCAL = ("127.0.0.1", 50000)
REMOTE = ("192.0.2.7", 50000)


class Site:
    """Requests to a server in this process, as if from some address."""

    def __init__(self, *organizations: Embedded) -> None:
        members = {each.world.settings.organization: each for each in organizations}
        self.app = Organizations(members)
        self.embedded = organizations[0]

    def send(
        self, method: str, path: str, client: tuple[str, int] = LOCAL, **parts: Any
    ) -> httpx.Response:
        async def sending() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=client)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8080"
            ) as sender:
                return await sender.request(method, path, **parts)

        return asyncio.run(sending())

    def admin(self, method: str, path: str, **parts: Any) -> Any:
        answer = self.send(method, f"/__admin__{path}", **parts)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def api(self, method: str, path: str, **parts: Any) -> httpx.Response:
        return self.send(method, path, headers={"Authorization": "Token t"}, **parts)


Make = Callable[..., Site]


@pytest.fixture
def make() -> Iterator[Make]:
    """Make a server of organizations with those names; the settings are for all."""
    opened: list[Embedded] = []

    def making(*names: str, **settings: Any) -> Site:
        wanted = names or ("embedded",)
        opened.extend(Embedded(settings=Settings(organization=name, **settings)) for name in wanted)
        return Site(*opened)

    yield making
    for embedded in opened:
        embedded.close()


@pytest.fixture
def site(make: Make) -> Site:
    """A single organization."""
    return make()


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


def project(site: Site, name: str = "api") -> str:
    """The id of a new project."""
    repository = {"url": f"git@github.com:acme/{name}.git", "integration_type": "github_app"}
    body = {"metadata": {"name": name}, "spec": {"repository": repository}}
    made = site.api("POST", "/api/v1alpha/projects", json=body).json()
    return str(made["metadata"]["id"])


def test_a_program_can_be_given_what_a_job_finds(site: Site) -> None:
    """Its token opens the artifacts of its project, workflow and job, and no other's (D 16.1)."""
    mine, other = project(site), project(site, "other")
    found = site.admin("POST", "/environment", json={"project": "api"})["environment"]
    assert found["SEMAPHORE_ORGANIZATION_URL"] == "http://localhost:8080"
    assert (found["SEMAPHORE_PROJECT_NAME"], found["SEMAPHORE_PROJECT_ID"]) == ("api", mine)
    proof = {"Authorization": found["SEMAPHORE_ARTIFACT_TOKEN"]}
    owners = {
        f"projects/{mine}": 200,
        f"workflows/{found['SEMAPHORE_WORKFLOW_ID']}": 200,
        f"jobs/{found['SEMAPHORE_JOB_ID']}": 200,
        f"projects/{other}": 403,
    }
    for owner, status in owners.items():
        asked = {"paths": [f"artifacts/{owner}/x"]}
        answer = site.send("POST", "/api/v1/artifacts", json=asked, headers=proof)
        assert answer.status_code == status
    again = site.admin("POST", "/environment", json={"project": "api"})["environment"]
    assert again["SEMAPHORE_JOB_ID"] != found["SEMAPHORE_JOB_ID"]


def test_a_job_that_runs_has_its_own_environment(site: Site) -> None:
    """Its workflow's and its pipeline's ids."""
    run = {"project_id": project(site), "reference": "main"}
    started = site.api("POST", "/api/v1alpha/plumber-workflows", json=run).json()
    site.admin("POST", "/clock", json={"advance": 86_400})
    path = f"/api/v1alpha/pipelines/{started['pipeline_id']}?detailed=true"
    (job,) = site.api("GET", path).json()["blocks"][0]["jobs"]
    found = site.admin("POST", "/environment", json={"job": job["job_id"]})["environment"]
    assert found["SEMAPHORE_JOB_ID"] == job["job_id"]
    assert found["SEMAPHORE_PIPELINE_ID"] == started["pipeline_id"]
    assert found["SEMAPHORE_WORKFLOW_ID"] == started["workflow_id"]
    asked = {"paths": [f"artifacts/workflows/{started['workflow_id']}/x"]}
    proof = {"Authorization": found["SEMAPHORE_ARTIFACT_TOKEN"]}
    answer = site.send("POST", "/api/v1/artifacts", json=asked, headers=proof)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"job": "x", "project": "y"}, 400), ({"job": "x"}, 404), ({"project": "x"}, 404)],
)
def test_an_environment_is_somebodys(site: Site, body: dict[str, str], status: int) -> None:
    """Of one job, or of one project."""
    assert site.send("POST", "/__admin__/environment", json=body).status_code == status


def test_a_token_is_given_to_who_may_use_the_interface(site: Site) -> None:
    """It is a credential."""
    project(site)
    body = {"project": "api"}
    answer = site.send("POST", "/__admin__/environment", client=REMOTE, json=body)
    assert (answer.status_code, "TOKEN" in answer.text) == (401, False)


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


def test_the_journal_can_be_read_on_and_cleared(site: Site) -> None:
    """Its numbers go on; what the admin interface is asked is not in it."""
    site.api("GET", "/api/v1alpha/projects?page=1")
    first = site.admin("GET", "/journal")
    assert [entry["path"] for entry in first["entries"]] == ["/api/v1alpha/projects?page=1"]
    site.api("DELETE", "/api/v1alpha/projects/api")
    more = site.admin("GET", f"/journal?after={first['last']}")["entries"]
    assert [(entry["number"], entry["method"]) for entry in more] == [(2, "DELETE")]
    assert site.admin("DELETE", "/journal")["entries"] == []
    site.api("GET", "/api/v1alpha/projects")
    assert [entry["number"] for entry in site.admin("GET", "/journal")["entries"]] == [3]
    assert site.send("GET", "/__admin__/journal?after=x").status_code == 400


def test_a_query_keeps_its_secrets(site: Site) -> None:
    """The Plug services take any parameter from the query; only known ones are written down."""
    path = (
        "/api/v1alpha/promotions?pipeline_id=x&name=deploy&PASSWORD=canary&jwt=canary&a[b]=canary"
    )
    site.api("POST", path)
    site.embedded.faults.add(_refusing())
    site.api("POST", path)
    text = repr(site.admin("GET", "/journal")) + site.send("GET", "/").text
    assert "canary" not in text
    assert "pipeline_id=x&amp;name=deploy&amp;PASSWORD=***&amp;jwt=***&amp;a[b]=***" in text


def _refusing() -> Any:
    from reconciler.embedded import Action, Fault  # noqa: PLC0415 - one line for one test

    return Fault(action=Action.ANSWER)


def test_other_sites_cannot_post_through_a_browser(site: Site) -> None:
    """What a foreign page may send without asking is no JSON by its declared type."""
    for headers in ({}, {"Content-Type": "text/plain"}):
        answer = site.send(
            "POST", "/__admin__/faults", content='{"action":"hang"}', headers=headers
        )
        assert answer.status_code == 415
    assert site.admin("GET", "/faults")["faults"] == []


def test_bad_bodies_are_refused(site: Site) -> None:
    """Broken, or too much."""
    headers = {"Content-Type": "application/json"}
    for content, status in ((b"{", 400), (b" " * 1_000_001, 413)):
        answer = site.send("POST", "/__admin__/clock", content=content, headers=headers)
        assert answer.status_code == status


OWN = ("/", "/__admin__", "/__admin__/journal")
FOREIGN = {"Host": "evil.example"}


def basic(token: str) -> dict[str, str]:
    """What a browser sends of what somebody types."""
    return {"Authorization": f"Basic {base64.b64encode(f'me:{token}'.encode()).decode()}"}


@pytest.mark.parametrize("path", OWN)
@pytest.mark.parametrize("client", [LOCAL, REMOTE])
def test_where_there_is_a_token_it_is_asked_for(
    make: Make, path: str, client: tuple[str, int]
) -> None:
    """Here, too: who stands behind a reverse proxy comes from this machine. A browser can ask."""
    site = make(tokens=frozenset({"right"}))
    asked = site.send("GET", path, client=client)
    assert (asked.status_code, asked.headers["www-authenticate"][:6]) == (401, "Basic ")
    for wrong in ({"Authorization": "Token wrong"}, basic("wrong"), basic(""), basic("right:")):
        assert site.send("GET", path, client=client, headers=wrong).status_code == 401
    for right in ({"Authorization": "Token right"}, basic("right")):
        assert site.send("GET", path, client=client, headers=right).status_code == 200


@pytest.mark.parametrize("path", OWN)
def test_without_a_token_people_at_this_machine_are_welcome(make: Make, path: str) -> None:
    """And others with any, as everywhere."""
    site = make()
    assert site.send("GET", path).status_code == 200
    assert site.send("GET", path, client=REMOTE).status_code == 401
    given = {"Authorization": "Token any"}
    assert site.send("GET", path, client=REMOTE, headers=given).status_code == 200


@pytest.mark.parametrize("tokens", [frozenset(), frozenset({"right"})])
@pytest.mark.parametrize("path", OWN)
def test_whatever_the_token_the_host_is_a_name_of_this_server(
    make: Make, path: str, tokens: frozenset[str]
) -> None:
    """A page of another site leads its own name here, and sends whatever it likes."""
    site = make(tokens=tokens)
    given = {"Authorization": "Token right"}
    for client, host, status in (
        (LOCAL, "evil.example", 403),
        (LOCAL, "embedded.evil.example", 403),
        (LOCAL, "localhost.evil.example", 403),
        (LOCAL, "evil", 403),
        (REMOTE, "evil.example", 403),
        (LOCAL, "127.0.0.1:8080", 200),
        (LOCAL, "[::1]:8080", 200),
        (LOCAL, "embedded.localhost", 200),
        (REMOTE, "192.0.2.1:8080", 200),
        (REMOTE, "semaphore:8080", 200),  # as services of one network call each other
    ):
        answer = site.send("GET", path, client=client, headers={"Host": host} | given)
        assert (host, answer.status_code) == (host, status)


def test_nobody_ends_it_from_a_page_of_another_site(make: Make) -> None:
    """Nothing is done that is refused; health is for everybody."""
    site = make()
    headers = FOREIGN | {"Authorization": "Token any"}
    for method in ("POST", "DELETE"):
        fault = {"action": "hang"}
        answer = site.send(method, "/__admin__/faults", json=fault, headers=headers)
        assert answer.status_code == 403
    assert site.admin("GET", "/faults") == {"faults": []}
    health = site.send("GET", "/__admin__/health", client=REMOTE, headers=FOREIGN)
    assert health.status_code == 200


def test_health_tells_that_nothing_can_be_written(tmp_path: Path) -> None:
    """A full disk is no good health; once there is room, it is well again."""
    with Embedded(str(tmp_path / "x.db")) as embedded:
        site, db = Site(embedded), embedded.world.db
        health = site.send("GET", "/__admin__/health")
        assert (health.status_code, health.json()) == (200, {"status": "ok"})
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        while not embedded.journal.trouble:  # what there is room for is used up
            site.api("DELETE", "/api/v1beta/secrets/none")
        for _ in range(2):
            health = site.send("GET", "/__admin__/health")
            told = {"status": "database or disk is full"}
            assert (health.status_code, health.json()) == (503, told)
        db.execute("PRAGMA max_page_count = 1000000")
        assert site.send("GET", "/__admin__/health").status_code == 200


def test_another_process_that_writes_is_no_illness(tmp_path: Path) -> None:
    """Nor is it waited for."""
    with Embedded(str(tmp_path / "x.db")) as embedded:
        site = Site(embedded)
        with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            assert site.send("GET", "/__admin__/health").status_code == 200
            assert time.monotonic() - began < 10
        assert embedded.world.db.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_the_journal_keeps_the_latest() -> None:
    """A server that runs for months does not fill the disk; numbers go on."""
    with Embedded() as embedded:
        journal = Journal(embedded.world.db, most=50)
        for number in range(170):
            journal.record("POST", f"/{number}", 200)
        entries = journal.entries()
    assert [(each.number, each.path) for each in entries] == [
        (number + 1, f"/{number}") for number in range(120, 170)
    ]


class Page(HTMLParser):
    """The texts and tags of a page; every tag has to be closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += f" {data}"


def test_the_page_shows_what_there_is(site: Site) -> None:
    """Names of everything, the latest requests, no value; nothing a browser would execute."""
    repository = {"url": "git@github.com:acme/api.git", "integration_type": "github_app"}
    body = {"metadata": {"name": "api"}, "spec": {"repository": repository}}
    project = site.api("POST", "/api/v1alpha/projects", json=body).json()["metadata"]["id"]
    data = {"env_vars": [{"name": "PASSWORD", "value": "canary"}]}
    secret = {"metadata": {"name": "prod-db"}, "data": data}
    site.api("POST", "/api/v1beta/secrets", json=secret)
    site.api("POST", f"/api/v1/projects/{project}/secrets", json=secret)
    site.api("GET", "/api/v1alpha/projects/<script>alert(1)</script>")
    site.api("POST", "/api/v1alpha/self_hosted_agent_types", json={"metadata": {"name": "s1-<b>"}})
    answer = site.send("GET", "/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = Page(answer.text)
    for text in ("Projects (1)", "git@github.com:acme/api.git", "prod-db", "Project secrets (1)"):
        assert text in found.text
    assert "GET" in found.text
    assert "canary" not in answer.text
    assert found.tags.isdisjoint({"script", "b", "img"})
    assert found.links == ["/__admin__"]


def test_the_page_shows_running_pipelines(site: Site) -> None:
    """Those that are not done, with their project; a day later they are."""
    repository = {"url": "git@github.com:acme/api.git", "integration_type": "github_app"}
    body = {"metadata": {"name": "api"}, "spec": {"repository": repository}}
    project = site.api("POST", "/api/v1alpha/projects", json=body).json()["metadata"]["id"]
    assert "Running pipelines (" not in site.send("GET", "/").text
    run = {"project_id": project, "reference": "refs/heads/feature"}
    assert site.api("POST", "/api/v1alpha/plumber-workflows", json=run).status_code == 200
    text = Page(site.send("GET", "/").text).text
    parts = [
        text.index(part) for part in ("Running pipelines (1)", "Latest requests", "Projects (1)")
    ]
    assert parts == sorted(parts), "what changes comes first"
    assert "feature" in text
    site.admin("POST", "/clock", json={"advance": 86_400})
    assert "Running pipelines (" not in site.send("GET", "/").text


def test_only_long_texts_are_broken(site: Site) -> None:
    """A method is not, however narrow the window is."""
    site.api("GET", "/api/v1alpha/projects?page=1")
    text = site.send("GET", "/").text
    assert '<td class="long">/api/v1alpha/projects?page=1</td>' in text
    assert "<td>GET</td>" in text
    assert text.count("overflow-wrap") == 1


def test_a_long_list_is_cut_and_says_so(site: Site) -> None:
    """Fifty names are enough for a page."""
    for number in range(53):
        secret = {"metadata": {"name": f"s{number:02}"}, "data": {}}
        site.api("POST", "/api/v1beta/secrets", json=secret)
    found = Page(site.send("GET", "/").text)
    assert "Secrets (53)" in found.text
    assert "and 3 more" in found.text
    assert "s49" in found.text
    assert "s50" not in found.text


def test_several_organizations_have_a_page_each(make: Make) -> None:
    """And one that leads there."""
    site = make("acme", "beta")
    assert Page(site.send("GET", "/").text).links == ["/acme/", "/beta/"]
    moved = site.send("GET", "/acme")
    assert (moved.status_code, moved.headers["location"]) == (308, "/acme/")
    page = site.send("GET", "/beta/")
    assert Page(page.text).links == ["/beta/__admin__"]
    by_host = site.send("GET", "/", headers={"Host": "beta.localhost"})
    assert Page(by_host.text).links == ["/__admin__"]
    assert site.send("GET", "/acme/__admin__/faults").json() == {"faults": []}
    assert site.send("GET", "/", client=REMOTE).status_code == 404


def test_an_unknown_organization_is_told_before_the_token_is_looked_at(make: Make) -> None:
    """D 2: 404, but 401 where no user is needed, and 400 for an old client."""
    site = make("acme", "beta")
    for path, status in (("/api/v1alpha/projects", 404), ("/api/v1/artifacts", 401)):
        assert site.send("GET", path).status_code == status
    old = {"User-Agent": "SemaphoreCLI/v0.10.0 (x)"}
    assert site.send("GET", "/api/v1alpha/projects", headers=old).status_code == 400
