"""How a report looks, as far as that can be computed: contrast, width, paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reconciler.model.subject import Subject
from tests.browser import reports
from tests.browser.conftest import Open

CONTRAST = (Path(__file__).parent / "looks.js").read_text()
_OPEN_ALL = "document.querySelectorAll('details').forEach(row => { row.open = true; })"


def contrast(page: Page) -> list[str]:
    found = page.evaluate(CONTRAST)
    assert found["seen"] > 50
    bad: list[str] = found["bad"]
    return bad


@pytest.mark.parametrize("subject", [Subject.PLAN, Subject.DRIFT, Subject.APPLY])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_contrast_and_width(opened: Open, subject: Subject, scheme: str, width: int) -> None:
    """Every text is as WCAG's level AA asks for; nothing is beyond the edge of a phone."""
    page = opened(reports.busy(subject), "#what=update", width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.keyboard.press("Escape")
    page.evaluate(_OPEN_ALL)

    assert contrast(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_what_is_dark_is_dark(opened: Open) -> None:
    """The browser's own parts are, too."""
    page = opened(reports.busy(), color_scheme="dark")
    back = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    assert max(map(int, back.removeprefix("rgb(").removesuffix(")").split(","))) < 64
    assert page.evaluate("getComputedStyle(document.querySelector('select')).colorScheme") in (
        "normal",
        "light dark",
    )


def test_on_paper(opened: Open) -> None:
    """Everything is open, and nothing is there that can only be clicked."""
    page = opened(reports.busy(), width=800)
    page.emulate_media(media="print")

    expect(page.get_by_role("search")).to_be_hidden()
    for words in ("[branches, tags]", "secret from env KEY", "0 2 * * *"):
        expect(page.get_by_text(words).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 800


def test_all_that_is_there_can_be_reached_and_has_a_name(opened: Open) -> None:
    """By the key for that alone, in the order of the page."""
    page = opened(reports.busy())
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName.toLowerCase()"))
        assert page.evaluate(
            "(node => node === document.body || !!(node.ariaLabel || node.textContent.trim()"
            " || node.labels?.length))(document.activeElement)"
        )

    assert reached[0] == "a"
    assert {"div", "input", "select", "button", "summary"} <= {*reached}
