"""The front page of an organization."""

import pytest

from reconciler.embedded import Action, Fault
from tests.embedded.admin.conftest import REMOTE, Make, Site
from tests.embedded.browsing import Page

PROJECTS = "/api/v1alpha/projects"


def project(site: Site, name: str = "api") -> str:
    """Make one, and return its id."""
    repository = {"url": f"git@github.com:acme/{name}.git", "integration_type": "github_app"}
    body = {"metadata": {"name": name}, "spec": {"repository": repository}}
    return str(site.api("POST", PROJECTS, json=body).json()["metadata"]["id"])


def test_what_one_comes_for_is_on_top(site: Site) -> None:
    """Counts, then what runs, what was asked, and what there is, by project."""
    inside = project(site)
    secret = {"metadata": {"name": "prod-db"}, "data": {}}
    site.api("POST", "/api/v1beta/secrets", json=secret)
    site.api("POST", f"/api/v1/projects/{inside}/secrets", json=secret)
    run = {"project_id": inside, "reference": "refs/heads/feature"}
    assert site.api("POST", "/api/v1alpha/plumber-workflows", json=run).status_code == 200

    text = Page(site.send("GET", "/").text).text

    said = ("1 running", "1 workflow", "1 project", "1 secret", "Requests", "Admin interface")
    order = (*said, "Runs", "feature", "Latest requests", "POST", "Projects", "In no project")
    places = [" ".join(text.split()).index(part) for part in order[:-2]]
    assert all(part in " ".join(text.split()) for part in order)
    assert places == sorted(places)


def test_it_is_shown_anew_until_one_says_hold_still(site: Site) -> None:
    """By the browser itself; and so it is on the page of a workflow, until that is over."""
    assert Page(site.send("GET", "/").text).refresh == "5"
    assert Page(site.send("GET", "/?still").text).refresh == ""
    run = {"project_id": project(site), "reference": "main"}
    started = site.api("POST", "/api/v1alpha/plumber-workflows", json=run).json()
    page = f"/__page__/workflows/{started['workflow_id']}"
    assert Page(site.send("GET", page).text).refresh == "5"
    assert Page(site.send("GET", f"{page}?still").text).refresh == ""
    site.admin("POST", "/clock", json={"advance": 86_400})
    assert Page(site.send("GET", page).text).refresh == ""


def test_requests_are_shown_with_their_faults(site: Site) -> None:
    """The newest first; those for pages are none."""
    site.embedded.faults.add(Fault(action=Action.ANSWER, path="*/secrets"))
    site.api("GET", PROJECTS)
    site.api("GET", "/api/v1beta/secrets")
    for _ in range(2):
        cells = Page(site.send("GET", "/").text).cells
        assert cells[1:5] == ["GET", "500", "/api/v1beta/secrets", "answer before"]
        assert cells[6:10] == ["GET", "200", PROJECTS, ""]


def test_faults_that_wait_are_counted(site: Site) -> None:
    """So that nobody wonders."""
    assert "waiting" not in site.send("GET", "/").text
    site.embedded.faults.add(Fault(action=Action.ANSWER))
    assert "1 fault waiting" in site.send("GET", "/").text


def test_a_line_ends_between_the_parts_of_a_name(site: Site) -> None:
    """And of a word, only where it does not fit into a line of its own."""
    site.api("GET", "/api/v1alpha/projects?page=1")
    text = site.send("GET", "/").text
    assert "/<wbr>api/<wbr>v1alpha/<wbr>projects?<wbr>page=<wbr>1" in text
    assert "word-break" not in text


def test_a_long_list_is_cut_and_leads_on(site: Site) -> None:
    """Fifty names are enough for the front page; the page of the kind has all of them."""
    for number in range(53):
        secret = {"metadata": {"name": f"s{number:02}"}, "data": {}}
        site.api("POST", "/api/v1beta/secrets", json=secret)
    front = Page(site.send("GET", "/").text)
    assert "53 secrets" in " ".join(front.text.split())
    assert "and 3 more" in front.text
    assert "s49" in front.text
    assert "s50" not in front.text
    assert "/__page__/secrets" in front.links
    assert "s52" in site.send("GET", "/__page__/secrets").text
    assert "s09" not in site.send("GET", "/__page__/secrets?after=s51").text


def test_several_organizations_have_pages_each(make: Make) -> None:
    """And one that leads there."""
    site = make("acme", "beta")
    directory = site.send("GET", "/")
    assert Page(directory.text).links == ["/acme/", "/beta/"]
    assert "default-src 'none'" in directory.headers["content-security-policy"]
    moved = site.send("GET", "/acme")
    assert (moved.status_code, moved.headers["location"]) == (308, "/acme/")
    secret = {"metadata": {"name": "one"}, "data": {}}
    site.api("POST", "/beta/api/v1beta/secrets", json=secret)
    beta = Page(site.send("GET", "/beta/").text)
    assert {link for link in beta.links if not link.startswith(("/beta/", "#"))} == set()
    assert "/beta/__admin__" in beta.links
    (one,) = (link for link in beta.links if link.startswith("/beta/__page__/secrets/"))
    assert site.send("GET", one).status_code == 200
    by_host = site.send("GET", "/", headers={"Host": "beta.localhost"})
    assert "/__admin__" in Page(by_host.text).links
    assert site.send("GET", "/acme/__admin__/faults").json() == {"faults": []}
    assert site.send("GET", "/", client=REMOTE).status_code == 404


@pytest.mark.parametrize(
    "path", ["/__page__", "/__page__/x", "/__page__/secrets/x", "/__page__/jobs/x"]
)
def test_what_is_not_there_is_said(site: Site, path: str) -> None:
    """On a page that leads back, and not in the words of Semaphore, which knows no such path."""
    answer = site.send("GET", path)
    assert answer.status_code == 404
    assert Page(answer.text).links == ["/"]
    assert site.admin("GET", "/journal")["entries"] == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_pages_are_for_looking(site: Site, method: str) -> None:
    """None of them changes anything."""
    secret = {"metadata": {"name": "one"}, "data": {}}
    id_ = site.api("POST", "/api/v1beta/secrets", json=secret).json()["metadata"]["id"]
    assert site.send(method, f"/__page__/secrets/{id_}").status_code == 405
    assert site.send("GET", f"/__page__/secrets/{id_}").status_code == 200
