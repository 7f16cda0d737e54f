"""The pages of `serve` in a browser, from a running server."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_looks import CONTRAST
from tests.embedded.servers import ADMIN, Server, served

HOSTILE = "<img src=x onerror=\"document.title='gone'\">\u202e"
WORKFLOWS = "/api/v1alpha/plumber-workflows"
PIPELINE = """
version: v1.0
name: Build
agent: {machine: {type: e1-standard-2, os_image: ubuntu2404}}
blocks:
  - name: First
    task:
      jobs: [{name: unit-tests-of-all-there-is, commands: [echo hello, sleep 3000]}]
"""
Look = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One in which something runs, and is called what nobody should be called."""
    with served(tmp_path_factory.mktemp("served")) as started:
        project = started.create("shop").json()["metadata"]["id"]
        file = {"project": "shop", "path": ".semaphore/semaphore.yml", "content": PIPELINE}
        assert started.request("POST", f"{ADMIN}/files", json=file).status_code == 200
        run = {"project_id": project, "reference": "main"}
        assert started.request("POST", WORKFLOWS, json=run).status_code == 200
        started.request("POST", f"{ADMIN}/clock", json={"advance": 60})
        started.secret("a" * 200)
        started.get(f"/api/v1beta/secrets/{HOSTILE}")
        yield started


@pytest.fixture
def look(chromium: Browser, server: Server) -> Iterator[Look]:
    """Show a page; a browser may complain of nothing, and ask for nothing beside."""
    said: list[str] = []
    contexts = []

    def looking(path: str, width: int = 1280, scheme: str = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on(
            "request",
            lambda request: None if request.is_navigation_request() else said.append(request.url),
        )
        page.goto(server.url + path)
        return page

    yield looking
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_can_be_read(look: Look, width: int, scheme: str) -> None:
    """None is wider than a phone, and each text is as WCAG's level AA asks for."""
    page = look("/?still", width, scheme)
    links = page.locator("a").evaluate_all("links => links.map(link => link.href)")
    for link in dict.fromkeys(links):
        if "/__admin__" in link or "#" in link:
            continue
        page.goto(link)
        assert (link, page.evaluate("document.documentElement.scrollWidth")) == (link, width)
        assert (link, page.evaluate(CONTRAST)["bad"]) == (link, [])


def test_a_name_is_text(look: Look) -> None:
    """Whatever it is made of."""
    page = look("/?still")
    expect(page.get_by_text("onerror")).to_be_visible()
    expect(page).to_have_title("embedded - local Semaphore")


def test_it_is_shown_anew_where_it_was(look: Look, server: Server) -> None:
    """What happens appears by itself, and the reader stays at the same place."""
    page = look("/", 390)
    page.evaluate("window.scrollTo(0, 300)")
    server.secret("came-later")
    expect(page.get_by_role("link", name="came-later")).to_be_attached(timeout=30_000)
    assert page.evaluate("window.scrollY") == 300


def test_a_log_is_one_click_away_and_stays(look: Look) -> None:
    """And the way back is there."""
    page = look("/?still")
    page.get_by_role("link", name="unit-tests-of-all-there-is").click()
    expect(page.locator(".log").get_by_text("echo hello")).to_be_visible()
    assert page.locator("meta[http-equiv]").count() == 0
    page.get_by_role("link", name="workflow").click()
    expect(page.get_by_text("unit-tests-of-all-there-is")).to_be_visible()
