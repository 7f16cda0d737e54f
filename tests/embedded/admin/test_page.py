"""The page of an organization."""

from html.parser import HTMLParser

from tests.embedded.admin.conftest import REMOTE, Make, Site


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
