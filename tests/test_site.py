"""The site: every page has a place in it, and what looks through it sees what is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from docs import built_site, generate

ROOT = Path(__file__).parent.parent
_BESIDE = {"CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"}


def test_every_page_has_a_place() -> None:
    """Once; what is new is found by who looks for it."""
    pages = {str(page.relative_to(ROOT)) for page in generate.pages()} | _BESIDE
    placed = [*_placed(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])]

    assert sorted(placed) == sorted(pages)


def _placed(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
        return
    for inner in part.values() if isinstance(part, dict) else part:
        yield from _placed(inner)


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    """A page that is missing, and a part of one; what is there is no problem."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b/index.html").write_text('<h1 id="here">B</h1><a href="../a.html#top">a</a>')
    (tmp_path / "a.html").write_text(
        '<h1 id="top">A</h1><a href="b/#here">1</a><a href="b/#gone">2</a><a href="c.html">3</a>'
        '<a href="#top">4</a><a href="https://example.com/x">5</a><a href="/b/index.html">6</a>'
    )

    assert built_site.problems(tmp_path) == [
        "a.html: leads nowhere: b/#gone",
        "a.html: leads nowhere: c.html",
    ]


def test_what_is_loaded_from_elsewhere_is_found(tmp_path: Path) -> None:
    """A font, a script, a picture; a link to read on is none of these."""
    (tmp_path / "own.css").write_text("")
    (tmp_path / "index.html").write_text(
        '<link rel="stylesheet" href="own.css"><link rel="next" href="https://example.com">'
        '<link rel="stylesheet" href="https://fonts.example/a.css">'
        '<script src="//cdn.example/a.js"></script><img src="gone.png">'
    )

    assert built_site.problems(tmp_path) == [
        "index.html: loads https://fonts.example/a.css",
        "index.html: loads //cdn.example/a.js",
        "index.html: loads gone.png",
    ]
