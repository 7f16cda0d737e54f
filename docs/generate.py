"""Writes the parts of the documentation that follow from the program itself.

Between ``<!-- generated: WHAT -->`` and ``<!-- /generated -->`` stands what the program says, and
in a page that is a session what it answers; all else is written by hand. ``--check`` changes
nothing and fails if anything is out of date.
"""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from docs import client_page, command_page, kind_page, real_plan, session
from reconciler.kinds import KINDS
from reconciler.render import documents, schema

ROOT = Path(__file__).parent.parent
_SCHEMAS = ROOT / "docs" / "schemas"
_PART = re.compile(r"(<!-- generated: (?P<what>[\w ]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def pages() -> Iterator[Path]:
    """Yield every page, the front page included."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").rglob("*.md"))


def written(page: Path, text: str) -> str:
    """Return the text of a page, its generated parts and answers anew."""

    def part(found: re.Match[str]) -> str:
        return f"{found[1]}{_content(page, found['what'])}\n{found[3]}"

    return session.written(_PART.sub(part, text))


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


def _layers() -> str:
    """Draw the layers as the import contract has them, the top one first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    width = max(map(len, layers)) + 2
    edge = "─" * width
    rows = f"\n├{edge}┤\n".join(f"│{layer.center(width)}│" for layer in layers[1:])
    return f"```\n┌{edge}┐\n{rows}\n└{edge}┘\n```"


_OF_A_KIND = {
    "facts": kind_page.facts,
    "fields": kind_page.field_table,
    "example": kind_page.example,
}
_PARTS: dict[str, Callable[[], str]] = {
    "kinds": _kinds,
    "layers": _layers,
    "commands": command_page.helps,
    "client": client_page.methods,
    "words": client_page.states,
    "plan": real_plan.shown,
}


def schemas() -> dict[Path, str]:
    """Return the files that hold the schemas of today's JSON; those of earlier numbers stay."""
    found = {
        f"{name}-{documents.version(name)}": documents.schema(name) for name in documents.DOCUMENTS
    }
    return _files(_SCHEMAS, found)


def manifest_schemas() -> dict[Path, str]:
    """Return the files that hold the schemas of manifests, of each kind and of any."""
    found = {kind.name: schema.one(kind) for kind in KINDS.values()}
    return _files(_SCHEMAS / "manifests", {"all": schema.every(), **found})


def _files(folder: Path, found: Mapping[str, Any]) -> dict[Path, str]:
    return {
        folder / f"{name}.json": json.dumps(one, indent=2) + "\n" for name, one in found.items()
    }


def anew() -> dict[Path, str]:
    """Return each page as it should be."""
    texts = {page: page.read_text() for page in pages()}
    with ThreadPoolExecutor() as pool:
        return dict(zip(texts, pool.map(written, texts, texts.values()), strict=True))


def main(arguments: list[str]) -> int:
    """Write or check; return the exit code."""
    wanted = anew() | schemas() | manifest_schemas()
    stale = [page for page, text in wanted.items() if not page.exists() or page.read_text() != text]
    for page in stale:
        name = page.relative_to(ROOT)
        if "--check" in arguments:
            sys.stderr.write(f"{name} is out of date; run `make docs` and commit the result\n")
        else:
            page.parent.mkdir(exist_ok=True)
            page.write_text(wanted[page])
            sys.stdout.write(f"{name} written\n")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
