"""Looks through the built site: every link leads somewhere, no page loads from elsewhere."""

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADING = {"img": "src", "script": "src", "iframe": "src", "source": "src", "link": "href"}
_NOT_LOADED = frozenset({"canonical", "next", "prev"})


class _Page(HTMLParser):
    """What a page calls its parts, where it leads, and what a browser loads for it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if _LOADING.get(tag, "") in given and given.get("rel") not in _NOT_LOADED:
            self.loaded.append(given[_LOADING[tag]])


_read = cache(_Page)


def problems(site: Path) -> list[str]:
    """Return what is wrong in it, each with its page."""
    found = []
    for path in sorted(site.rglob("*.html")):
        page = _read(path)
        found += [
            f"{path.relative_to(site)}: {what} {address}"
            for what, addresses in (("leads nowhere:", page.links), ("loads", page.loaded))
            for address in addresses
            if not _good(site, path, address, may_leave=what != "loads")
        ]
    return found


def _good(site: Path, page: Path, address: str, *, may_leave: bool) -> bool:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return may_leave
    target = (
        site / unquote(parts.path[1:])
        if parts.path[:1] == "/"
        else page.parent / unquote(parts.path)
    )
    target = page if not parts.path else target.resolve()
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        return False
    is_named = parts.fragment and target.suffix == ".html"
    return not is_named or unquote(parts.fragment) in _read(target).names


def main(site: str) -> int:
    """Print what is wrong; return the exit code."""
    found = problems(Path(site).resolve())
    sys.stderr.writelines(f"{line}\n" for line in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
