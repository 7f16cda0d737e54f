"""A reader of pages: what they say, where they lead, and that every tag is closed."""

from collections.abc import Callable
from html.parser import HTMLParser

import httpx

_VOID = {"meta", "link", "wbr"}


class Page(HTMLParser):
    """The texts and tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.cells: list[str] = []
        self.refresh = ""
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.attributes |= given.keys()
        if tag == "a":
            self.links.append(given["href"] or "")
        if given.get("http-equiv") == "refresh":
            self.refresh = given["content"] or ""
        if tag == "td":
            self.cells.append("")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] == "style":
            return
        self.text += data if self.text.endswith(("/", ".", "-", "_", ":", "@")) else f" {data}"
        if "td" in self.open:
            self.cells[-1] += data

    @property
    def fields(self) -> dict[str, str]:
        """What an object's page says, by field."""
        return dict(zip(self.cells[::2], (cell.strip() for cell in self.cells[1::2]), strict=True))


def visited(get: Callable[[str], httpx.Response]) -> dict[str, httpx.Response]:
    """Every page that links lead to, from the front page on; none of them may fail."""
    found: dict[str, httpx.Response] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop().partition("#")[0]
        if not path or path in found or path.startswith("?") or "/__admin__" in path:
            continue
        found[path] = get(path)
        assert (path, found[path].status_code) == (path, 200)
        waiting += Page(found[path].text).links
    return found
