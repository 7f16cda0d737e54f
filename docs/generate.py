"""Writes the parts of the documentation that follow from the program itself.

Between ``<!-- generated: WHAT -->`` and ``<!-- /generated -->`` stands what the program says;
all else is written by hand. ``--check`` changes nothing and fails if anything is out of date.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from docs import kind_page
from reconciler.kinds import KINDS

ROOT = Path(__file__).parent.parent
_PART = re.compile(r"(<!-- generated: (?P<what>[\w ]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def pages() -> Iterator[Path]:
    """Yield every page, the front page included."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def written(page: Path, text: str) -> str:
    """Return the text of a page, its generated parts anew."""

    def part(found: re.Match[str]) -> str:
        return f"{found[1]}{_content(page, found['what'])}\n{found[3]}"

    return _PART.sub(part, text)


def _content(page: Path, what: str) -> str:
    if page.stem in KINDS:
        return _OF_A_KIND[what](KINDS[page.stem])
    return _PARTS[what]()


def _kinds() -> str:
    lines = ["| kind | what | belongs to |", "|---|---|---|"]
    for kind in KINDS.values():
        home = "a project" if kind.project_at else "the organization"
        lines.append(f"| [{kind.name}](kinds/{kind.name}.md) | {kind.title} | {home} |")
    return "\n".join(lines)


_OF_A_KIND = {
    "facts": kind_page.facts,
    "fields": kind_page.field_table,
    "example": kind_page.example,
}
_PARTS: dict[str, Callable[[], str]] = {"kinds": _kinds}


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    stale = [page for page in pages() if written(page, page.read_text()) != page.read_text()]
    for page in stale:
        name = page.relative_to(ROOT)
        if "--check" in arguments:
            sys.stderr.write(f"{name} is out of date; run `make docs` and commit the result\n")
        else:
            page.write_text(written(page, page.read_text()))
            sys.stdout.write(f"{name} written\n")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
