"""What a reader of HTML makes of a page: its elements, its links, its text."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

_HASH = re.compile(r"(style|script)-src 'sha256-([^']+)'")


class Seen(HTMLParser):
    """Elements by name, attributes by element, and what is read of it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.there: Counter[str] = Counter()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.policy = ""
        self.text = ""
        self.inside: dict[str, str] = {}
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.there[tag] += 1
        self.attributes |= {(tag, name) for name in found}
        self.links += [value for name, value in found.items() if name == "href"]
        self.ids += [value for name, value in found.items() if name == "id"]
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"]
        self._open = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 — nothing of ours is in a style
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in ("style", "script"):
            self.inside[self._open] = self.inside.get(self._open, "") + data
        else:
            self.text += data

    def is_ours(self, tag: str) -> bool:
        """Whether a browser takes the style or the script for the one that the policy names."""
        digest = hashlib.sha256(self.inside[tag].encode()).digest()
        return (tag, base64.b64encode(digest).decode()) in _HASH.findall(self.policy)
