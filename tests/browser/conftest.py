"""Pages in a real Chromium, which is a package of the system and not of Python."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "google-chrome")
MISSING = "this test needs Chromium: `make browser` installs it (Debian: apt-get install chromium)"
Open = Callable[..., Page]
expect.set_options(timeout=20_000)


def installed() -> str:
    """Return where the browser is; a test that can't look is no success."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    return path or pytest.fail(MISSING)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one module; no other test is to find its loop running."""
    path = installed()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """Show HTML in a window of that width; nothing may be complained of, or asked for.

    What a policy forbids is told to the console, as what goes wrong in a script is.
    """
    said: list[str] = []
    contexts = []
    place = tmp_path / "page.html"

    def opening(html: str, fragment: str = "", width: int = 1280, **more: Any) -> Page:
        place.write_bytes(html.encode())
        context = chromium.new_context(viewport={"width": width, "height": 800}, **more)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: said.append(f"request: {request.url}"))
        page.goto(f"{place.as_uri()}{fragment}")
        assert said.pop(0).startswith(f"request: {place.as_uri()}")
        return page

    yield opening
    for context in contexts:
        context.close()
    assert said == []
