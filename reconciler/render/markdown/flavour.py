"""What the places differ in where Markdown is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.render.markdown import safe

Dress = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Flavour:
    """Whether HTML is allowed, and how many bytes a comment may have.

    With HTML, what is long can be folded; without, it stands under a heading.
    """

    html: bool
    most_bytes: int

    @property
    def code(self) -> Dress:
        """How names are written in the line above a fold."""
        return safe.html_code if self.html else safe.code

    @property
    def prose(self) -> Dress:
        """How sentences are written there."""
        return safe.html_prose if self.html else safe.prose

    def fold(self, summary: str, body: Sequence[str], *, is_open: bool = False) -> list[str]:
        """Return lines under a summary, which shows them when it is clicked."""
        if not self.html:
            return [f"#### {summary}", "", *body] if body else [f"#### {summary}"]
        if not body:
            return [f"<p>{summary}</p>"]
        opened = " open" if is_open else ""
        return [f"<details{opened}><summary>{summary}</summary>", "", *body, "", "</details>"]

    def caution(self, lines: Sequence[str]) -> list[str]:
        """Return what nobody is to miss."""
        title = "[!CAUTION]" if self.html else "**Caution**"
        return [f"> {title}" if line is None else f"> {line}".rstrip() for line in (None, *lines)]

    def marker(self, purpose: str, organization: str) -> str:
        """Return a line that nobody sees, by which a bot finds its comment again."""
        text = f"reconciler:{purpose} {safe.in_comment(organization)}"
        return f"<!-- {text} -->" if self.html else f"[//]: # ({text})"


GITHUB: Final = Flavour(html=True, most_bytes=60 * 1024)
"""GitHub takes 65 536 characters; GitLab a million. Both know the same HTML."""
BITBUCKET: Final = Flavour(html=False, most_bytes=32 * 1024 - 512)
"""Bitbucket takes 32 768 characters, and shows HTML as it is written."""
