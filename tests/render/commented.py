"""What a Markdown library makes of a comment: its structure, and the text that is not code."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

_QUIET = {"text", "code_inline", "inline", "softbreak"}


class Seen(HTMLParser):
    """How often there is what, by Markdown or by HTML, and what is read outside of code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.there: Counter[str] = Counter()
        self.outside = ""
        self.attributes: set[str] = set()
        self.comments: list[str] = []
        self._in_code = 0

    @classmethod
    def of(cls, text: str) -> "Seen":
        found = cls()
        for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
            for each in (token, *(token.children or ())):
                found.take(each)
        found.close()
        return found

    def take(self, token: Token) -> None:
        if token.type in {"html_block", "html_inline"}:
            self.feed(token.content)
        elif token.type == "text":
            self.outside += f"{token.content}\n"
        if token.type not in _QUIET:
            self.there[token.type] += token.type != "html_inline"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        self._in_code += tag == "code"
        if tag != "code":
            self.there[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        self._in_code -= tag == "code"
        if tag != "code":
            self.there[f"/{tag}"] += 1

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.outside += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def kinds(self) -> set[str]:
        return {name for name, number in self.there.items() if number}


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines that are shown without a click."""
    inside = False
    for line in text.splitlines():
        inside = inside or line.startswith("<details")
        if not inside:
            yield line
        inside = inside and line != "</details>"
