"""Every item of a listing, whichever of the API's paging schemes it follows (D 7)."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import BadAnswer
from reconciler.kinds.api import Paging
from reconciler.remote.answers import AnswerTooLarge
from reconciler.remote.http import Answer, Http, Params

Item = dict[str, Any]

MAX_PAGES = 1000
MAX_PROJECT_PAGES = 100  # the server refuses to count further (A 5)
PROJECT_PAGE = 500
SMALLEST_DEFAULT = 10  # items per page of promotions (D 7)
GATEWAY_PAGE = 100
MAX_LISTED = 256 * 1024 * 1024
"""Characters of all pages that are kept together, as they were answered."""
MAX_REPEATS = 3
IDS = ("id", "ppl_id", "wf_id")  # a pipeline names its workflow too
MAX_SWEEPS = 5


@dataclass(slots=True)
class Budget:
    """How much may still be listed, in characters; shared by what is kept together."""

    left: int = MAX_LISTED


@dataclass(slots=True)
class _Sweep:
    """One walk over all pages, and what makes one doubt that it saw everything."""

    growing: bool = False
    marks: set[str] = field(default_factory=set)
    last: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    overlaps: bool = False
    total: int | None = None
    shrank: bool = False
    pages: int = 0

    def note(self, marks: frozenset[str], total: int | None) -> None:
        self.pages += 1
        self.overlaps = self.overlaps or not self.marks.isdisjoint(marks)
        self.marks |= marks
        self.last = marks
        if total is not None:
            self.shrank = self.shrank or total < (self.total or 0)
            self.total = total if self.total is None else self.total

    @property
    def sure(self) -> bool:
        """Whether nothing can have slipped from one page to another meanwhile."""
        moved = self.shrank or (self.overlaps and not self.growing)
        return not moved and len(self.marks) >= (self.total or 0)


async def pages(  # noqa: PLR0913 — what is known about one listing
    http: Http,
    path: str,
    *,
    scheme: Paging,
    key: str = "",
    params: Params | None = None,
    size: int | None = None,
    growing: bool = False,
    budget: Budget | None = None,
) -> AsyncIterator[Item]:
    """Yield each item once; BadAnswer if the listing can't be read to its end.

    ``key`` names the list inside the answer, "" where the answer is the list. Numbered pages are
    read again when items moved between them, so that none is missed. ``growing``: items only ever
    come, at the front, so that those that moved come twice and none is missed. ``budget``: what is
    left for this listing and others, its own if it is not given.
    """
    listing = _Listing(http, path, scheme, key, dict(params or {}), size, budget or Budget())
    seen: set[str] = set()
    for _ in range(MAX_SWEEPS):
        known = len(seen)
        sweep = _Sweep(growing)
        async for batch in listing.walk(sweep):
            for item in batch:
                if (mark := _identity(item)) not in seen:
                    seen.add(mark)
                    yield item
        if sweep.sure or scheme is Paging.CURSOR or known == len(seen):
            return
    raise listing.bad(f"the list was different each of {MAX_SWEEPS} times it was read")


@dataclass(slots=True)
class _Listing:
    http: Http
    path: str
    scheme: Paging
    key: str
    params: dict[str, Any]
    size: int | None
    budget: Budget

    async def walk(self, sweep: _Sweep) -> AsyncIterator[list[Item]]:
        """Yield page after page, in the order of the server."""
        place: dict[str, Any] | None = {}
        repeats = 0
        while place is not None:
            if sweep.pages == self.limit:
                raise self.bad(f"there are more than {self.limit} pages")
            answer = await self._ask(place)
            self.budget.left -= len(answer.text)
            if self.budget.left < 0:
                raise self.bad(f"what is listed has more than {MAX_LISTED} characters")
            if self._clamped(answer, place):
                return
            items = self._items(answer)
            marks = frozenset(map(_identity, items))
            if place and marks and marks == sweep.last:
                repeats += 1
                if repeats == MAX_REPEATS:
                    raise self.bad("the same page came again and again")
                continue
            sweep.note(marks, _number(answer, "total"))
            yield items
            place = self._next(answer, items, place, sweep)

    @property
    def limit(self) -> int:
        return MAX_PROJECT_PAGES if self.scheme is Paging.HAS_MORE else MAX_PAGES

    def bad(self, words: str) -> BadAnswer:
        return BadAnswer("GET", self.path, words=words)

    async def _ask(self, place: dict[str, Any]) -> Answer:
        while True:
            params = self.params | place
            if self.size:
                params["page_size"] = self.size
            try:
                return await self.http.call("GET", self.path, params=params)
            except AnswerTooLarge:
                if self.scheme is not Paging.TOKENS or self.size == 1:
                    raise
                self.size = (self.size or GATEWAY_PAGE) // 2

    def _items(self, answer: Answer) -> list[Item]:
        found = answer.within(self.key)
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self.bad(f"expected a list{f' under {self.key!r}' if self.key else ''}")
        return found

    def _clamped(self, answer: Answer, place: dict[str, Any]) -> bool:
        """Whether a page beyond the end was answered with the last one again (D 7)."""
        got = _number(answer, "page-number" if self.scheme is Paging.LINKS else "x-page")
        return got is not None and got < place.get("page", 1)

    def _next(
        self, answer: Answer, items: list[Item], place: dict[str, Any], sweep: _Sweep
    ) -> dict[str, Any] | None:
        """Return the parameters of the next page, None after the last."""
        match self.scheme:
            case Paging.WHOLE:
                return None
            case Paging.TOKENS:
                return self._follow("page_token", answer.within("next_page_token"), sweep)
            case Paging.CURSOR:
                return self._follow("cursor", answer.within("cursor"), sweep)
            case Paging.HAS_MORE:
                more = answer.headers.get("x-has-more")
                last = len(items) < PROJECT_PAGE if more is None else more.lower() != "true"
            case Paging.LINKS:
                last = self._is_last(answer, items, place)
        return None if last else {"page": place.get("page", 1) + 1}

    def _follow(self, name: str, token: Any, sweep: _Sweep) -> dict[str, Any] | None:
        if token in (None, ""):
            return None
        if not isinstance(token, str | int) or str(token) in sweep.used:
            raise self.bad("the server's page tokens lead nowhere")
        sweep.used.add(str(token))
        return {name: str(token)}

    def _is_last(self, answer: Answer, items: list[Item], place: dict[str, Any]) -> bool:
        if (count := _number(answer, "total-pages")) is not None:
            return bool(place.get("page", 1) >= count)
        if links := answer.headers.get("link"):
            return 'rel="next"' not in links
        return len(items) < (self.size or SMALLEST_DEFAULT)


def _identity(item: Item) -> str:
    """Return what tells an item from others: its id, else its name, else all of it."""
    metadata = item.get("metadata")
    inner = metadata if isinstance(metadata, dict) else {}
    found = inner.get("id") or next((item[name] for name in IDS if item.get(name)), None)
    return str(found or inner.get("name") or json.dumps(item, sort_keys=True))


def _number(answer: Answer, header: str) -> int | None:
    text = answer.headers.get(header, "")
    return int(text) if text.isascii() and text.isdecimal() else None
