"""A report in a browser: it can be read without a script, and searched with it."""

import time

import pytest
from playwright.sync_api import Page, expect

from reconciler.model.subject import Subject
from tests.browser import reports
from tests.browser.conftest import Open, installed

SUBJECTS = (Subject.PLAN, Subject.DRIFT, Subject.APPLY)


def shown(page: Page) -> list[str]:
    """The addresses of the rows that are there to be seen."""
    rows = page.locator(".group:not([hidden]) > details:not([hidden]) > summary")
    found: list[str] = rows.evaluate_all(
        "rows => rows.map(row => [...row.childNodes].filter(each => each.nodeType === 3)"
        ".map(each => each.data).join('').trim())"
    )
    return found


def fragment(page: Page) -> str:
    found: str = page.evaluate("decodeURIComponent(location.hash)")
    return found


@pytest.mark.parametrize("subject", SUBJECTS)
def test_without_a_script(opened: Open, subject: Subject) -> None:
    """All of it is there; what needs a script is not shown."""
    page = opened(reports.busy(subject), java_script_enabled=False)
    row = page.locator(".group details", has_text="Project/api").first

    expect(page.get_by_role("search")).to_be_hidden()
    expect(page.locator("kbd").first).to_be_hidden()
    expect(row.get_by_text("[branches, tags]")).to_be_hidden()
    row.locator("summary").click()
    expect(row.get_by_text("[branches, tags]")).to_be_visible()
    page.locator(".dangers a").first.click()
    expect(page.locator("details:target")).to_be_in_viewport()


def test_cells_of_the_table_filter(opened: Open) -> None:
    """Kind, operation, and both; again, and all is there; the way back is the browser's."""
    page = opened(reports.busy())
    everything = shown(page)
    page.get_by_role("link", name="1 update, Project").click()
    expect(page.locator("#count")).to_have_text("1 of 6 shown: Project, update")
    assert shown(page) == ["Project/api"]
    assert fragment(page) == "#what=update&kind=Project"
    page.locator(".tiles").get_by_role("link", name="update").click()
    expect(page.locator("#count")).to_have_text("2 of 6 shown: update")
    page.go_back()
    expect(page.locator("#count")).to_have_text("1 of 6 shown: Project, update")
    page.get_by_role("link", name="1 update, Project").click()
    expect(page.locator("#count")).to_have_text("")
    assert shown(page) == everything
    assert len(everything) == 6


@pytest.mark.parametrize(
    ("words", "where", "found"),
    [
        ("production", "", ["DeploymentTarget/api/production"]),
        ("API description", "", ["Project/api", "Project/api"]),
        ("spec.env_vars.key", "field", ["DeploymentTarget/api/production"]),
        ("api.acme", "value", ["DeploymentTarget/api/production"]),
        ("api.acme", "address", []),
        ("notification", "address", ["Notification/old-slack"]),
        ("spec.at", "value", []),
        ("targets/prod.yml", "", ["DeploymentTarget/api/production"]),
        ("</b>", "", []),
    ],
)
def test_search(opened: Open, words: str, where: str, found: list[str]) -> None:
    """By address, field, value, or in all of it; every word has to be there."""
    page = opened(reports.busy())
    page.get_by_role("combobox").select_option(value=where)
    page.get_by_role("searchbox").fill(words)
    expect(page.locator("#count")).to_have_text(f"{len(found)} of 6 shown")

    assert shown(page) == found


def test_the_view_is_in_the_fragment(opened: Open) -> None:
    """Whoever gets the address sees the same: the search, and what is open."""
    first = opened(reports.busy())
    first.get_by_role("combobox").select_option("field")
    first.get_by_role("searchbox").fill("spec.at & more")
    expect(first.locator("#count")).to_have_text("0 of 6 shown")
    first.get_by_role("searchbox").fill("spec.at")
    expect(first.locator("#count")).to_have_text("1 of 6 shown")
    first.locator("summary", has_text="Schedule/api/nightly").click()
    second = opened(reports.busy(), fragment(first))

    assert fragment(first) == "#in=field&q=spec.at&at=Schedule/api/nightly"
    assert shown(second) == ["Schedule/api/nightly"]
    expect(second.get_by_role("searchbox")).to_have_value("spec.at")
    expect(second.get_by_text("0 2 * * *")).to_be_in_viewport()
    second.get_by_role("button", name="Clear").click()
    assert len(shown(second)) == 6


@pytest.mark.parametrize(
    "broken", ["#%", "#q=%E0%A4%A", "#in=nonsense&what=none", "#at=x", "#c999"]
)
def test_a_fragment_that_nobody_made(opened: Open, broken: str) -> None:
    """It is no error, and everything can be had again."""
    page = opened(reports.busy(), broken)
    page.keyboard.press("Escape")

    assert len(shown(page)) == 6


def test_keys(opened: Open) -> None:
    """From row to row, into the search and out of it; they can be turned off."""
    page = opened(reports.busy())
    focused = "document.activeElement.firstChild.data.trim()"
    rows = shown(page)
    for key, number in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate(focused) == rows[number]
    page.keyboard.press("o")
    expect(page.locator("details[open] summary", has_text=rows[1])).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".group details[open]")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("jko")
    expect(page.get_by_role("searchbox")).to_have_value("jko")
    page.keyboard.press("Escape")
    assert shown(page) == rows
    page.keyboard.press("e")
    expect(page.locator(".group details[open]")).to_have_count(6)
    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("e")
    expect(page.locator(".group details[open]")).to_have_count(6)


def test_a_danger_leads_to_its_change(opened: Open) -> None:
    """Which is opened, whatever the filter was."""
    page = opened(reports.busy(), "#what=create")
    page.locator(".dangers").get_by_role("link", name="Secret/prod-db").first.click()

    expect(page.locator("details[open] summary", has_text="Secret/prod-db")).to_be_in_viewport()
    expect(page.get_by_text("data.env_vars.A.value").last).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_names(opened: Open, width: int) -> None:
    """They are text, are found as text, and none makes the page wider than it is."""
    page = opened(reports.hostile(), width=width)
    page.keyboard.press("e")

    assert page.title().startswith("Plan for </script>")
    assert len(shown(page)) == 2 * len(reports.HOSTILE) + 1
    page.get_by_role("searchbox").fill("</script><script>")
    expect(page.locator("#count")).to_have_text("2 of 25 shown")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_ten_thousand_changes(opened: Open) -> None:
    """They are there at once, and what is typed is searched for while it is typed."""
    html = reports.many(10_000)
    begun = time.monotonic()
    page = opened(html)
    seen = "text => document.getElementById('count').textContent === text"
    page.wait_for_function("document.querySelector('form').hidden === false")
    loaded = time.monotonic()
    page.locator("#q").press_sequentially("value-77")
    page.wait_for_function(seen, arg="111 of 10000 shown")
    searched = time.monotonic()
    page.keyboard.press("Escape")
    page.wait_for_function(seen, arg="")
    page.keyboard.press("e")
    page.keyboard.press("j")
    page.wait_for_function("document.activeElement === document.querySelector('summary')")
    page.wait_for_function("document.querySelector('details tr').checkVisibility()")

    assert (loaded - begun < 30, searched - loaded < 30) == (True, True)


def test_who_has_no_browser_is_told_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that could not look has failed."""
    monkeypatch.setenv("PATH", "")

    with pytest.raises(pytest.fail.Exception, match="make browser"):
        installed()
