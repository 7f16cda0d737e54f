"""Listings are read to their true end, whatever the servers do with their pages."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.errors import BadAnswer, RateLimited
from reconciler.kinds.api import Paging
from reconciler.model import Sealed
from reconciler.remote.http import Http
from reconciler.remote.pages import MAX_LISTED, Budget, pages
from reconciler.remote.wire import MAX_ANSWER

Handler = Callable[[dict[str, str]], httpx.Response]


def listed(handler: Handler, scheme: Paging, **options: Any) -> list[dict[str, Any]]:
    """Read the whole listing a handler of query parameters serves."""

    def handle(request: httpx.Request) -> httpx.Response:
        return handler(dict(request.url.params))

    async def main() -> list[dict[str, Any]]:
        transport = httpx.MockTransport(handle)
        async with Http("https://acme.example", Sealed("t"), transport=transport) as http:
            return [item async for item in pages(http, "/api/x", scheme=scheme, **options)]

    return asyncio.run(main())


def named(*numbers: int) -> list[dict[str, Any]]:
    return [{"metadata": {"id": str(number), "name": "same"}} for number in numbers]


def linked(items: list[dict[str, Any]], size: int = 2) -> Handler:
    """Serve pages as Scrivener does: a page beyond the end is the last one again."""
    count = max(1, -(-len(items) // size))

    def handle(query: dict[str, str]) -> httpx.Response:
        page = min(int(query.get("page", 1)), count)
        headers = {"page-number": page, "total-pages": count, "total": len(items)}
        texts = {name: str(number) for name, number in headers.items()}
        return httpx.Response(200, json=items[size * (page - 1) : size * page], headers=texts)

    return handle


def scripted(*answers: httpx.Response) -> Handler:
    """Serve these answers one after the other."""
    left = list(answers)
    return lambda _: left.pop(0)


def links(items: list[dict[str, Any]], page: int, count: int, total: int) -> httpx.Response:
    numbers = {"page-number": page, "total-pages": count, "total": total}
    headers = {name: str(number) for name, number in numbers.items()}
    return httpx.Response(200, json=items, headers=headers)


def numbered(items: list[dict[str, Any]], page: int, *, more: bool) -> httpx.Response:
    headers = {"x-page": str(page), "x-has-more": str(more).lower()}
    return httpx.Response(200, json=items, headers=headers)


def tokened(items: list[dict[str, Any]], token: Any) -> httpx.Response:
    return httpx.Response(200, json={"secrets": items, "next_page_token": token})


def test_whole() -> None:
    """An undivided listing is an array, or a list inside an object."""
    assert named(1, 2) == listed(lambda _: httpx.Response(200, json=named(1, 2)), Paging.WHOLE)
    inside = httpx.Response(200, json={"agent_types": named(3)})
    assert named(3) == listed(lambda _: inside, Paging.WHOLE, key="agent_types")


def test_has_more() -> None:
    """Projects end where the header says so, not where a page is empty (A 5)."""
    handler = scripted(
        numbered(named(1, 2), 1, more=True),
        numbered([], 2, more=True),
        numbered(named(3), 3, more=False),
    )
    assert named(1, 2, 3) == listed(handler, Paging.HAS_MORE)


def test_has_more_clamped() -> None:
    """A page beyond the end that repeats the last one ends the listing."""
    handler = scripted(numbered(named(1), 1, more=True), numbered(named(1), 1, more=True))
    assert named(1) == listed(handler, Paging.HAS_MORE)


def test_has_more_without_headers() -> None:
    """An old server that knows no pages gives all at once."""
    assert named(1) == listed(lambda _: httpx.Response(200, json=named(1)), Paging.HAS_MORE)


def test_overlapping_pages_are_read_again() -> None:
    """Projects come in no order: an overlap means that one may have been missed."""
    first = [numbered(named(1, 2), 1, more=True), numbered(named(2, 3), 2, more=False)]
    second = [numbered(named(1, 2), 1, more=True), numbered(named(3, 4), 2, more=False)]
    assert named(1, 2, 3, 4) == listed(scripted(*first, *second), Paging.HAS_MORE)


def test_has_more_never_ends() -> None:
    """More pages than the server can count are an error, not a short list."""

    def handle(query: dict[str, str]) -> httpx.Response:
        page = int(query.get("page", 1))
        assert page <= 100
        return numbered(named(page), page, more=True)

    with pytest.raises(BadAnswer, match="more than 100 pages"):
        listed(handle, Paging.HAS_MORE)


def test_a_page_repeated_once_is_asked_again() -> None:
    """A repeated page loses nothing when asking again helps."""
    handler = scripted(
        numbered(named(1), 1, more=True),
        numbered(named(1), 2, more=True),
        numbered(named(2), 2, more=False),
    )
    assert named(1, 2) == listed(handler, Paging.HAS_MORE)


def test_a_page_repeated_always_is_an_error() -> None:
    """A server that serves one page under every number has not told all it has."""

    def handle(query: dict[str, str]) -> httpx.Response:
        return numbered(named(1), int(query.get("page", 1)), more=True)

    with pytest.raises(BadAnswer, match="same page"):
        listed(handle, Paging.HAS_MORE)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_links(count: int) -> None:
    """Numbered pages are read exactly to the last, which may be full or empty."""
    items = named(*range(count))
    assert items == listed(linked(items), Paging.LINKS)


def test_links_carry_parameters() -> None:
    """Own parameters and the page size go with every page."""
    asked = []

    def handle(query: dict[str, str]) -> httpx.Response:
        asked.append(query)
        return linked(named(1, 2, 3))(query)

    listed(handle, Paging.LINKS, params={"project_id": "p"}, size=2)
    both = {"project_id": "p", "page_size": "2"}
    assert asked == [both, both | {"page": "2"}]


def test_links_without_totals() -> None:
    """Where only a link header came, its next page is followed, never its address."""
    first = {"link": '<http://acme/api/x?page=2>; rel="next", <http://acme/api/x>; rel="first"'}
    last = {"link": '<http://acme/api/x>; rel="first"'}
    handler = scripted(
        httpx.Response(200, json=named(1), headers=first),
        httpx.Response(200, json=named(2), headers=last),
    )
    assert named(1, 2) == listed(handler, Paging.LINKS)


def test_links_without_headers() -> None:
    """Without any header a page that is not full is the last."""
    full = httpx.Response(200, json=named(1, 2))
    handler = scripted(full, httpx.Response(200, json=named(3)))
    assert named(1, 2, 3) == listed(handler, Paging.LINKS, size=2)


def test_an_item_that_moved_is_found() -> None:
    """A deletion on an earlier page moves an item there; the list is read again."""
    handler = scripted(
        links(named(1, 2), 1, 2, 4),
        links(named(4), 2, 2, 3),  # 1 was deleted, 3 moved to the first page
        links(named(2, 3), 1, 2, 3),
        links(named(4), 2, 2, 3),
    )
    assert named(1, 2, 4, 3) == listed(handler, Paging.LINKS)


def test_a_total_that_never_fits_is_not_fatal() -> None:
    """Two readings that agree are believed against the total."""
    assert named(1) == listed(lambda _: links(named(1), 1, 1, 9), Paging.LINKS)


def test_a_list_in_constant_motion_is_an_error() -> None:
    """A listing that differs at every reading is not taken for complete."""
    fresh = iter(range(1000))

    def handle(query: dict[str, str]) -> httpx.Response:
        return links(named(next(fresh)), int(query.get("page", 1)), 2, 9)

    with pytest.raises(BadAnswer, match="different each"):
        listed(handle, Paging.LINKS)


def test_a_list_that_only_grows_is_read_once() -> None:
    """In its order, however much comes in front: what moved comes twice, nothing is missed."""
    asked = []

    def handle(query: dict[str, str]) -> httpx.Response:
        asked.append(page := int(query.get("page", 1)))
        now = named(*range(5 + len(asked), 0, -1))  # one more in front at each look
        return links(now[2 * (page - 1) : 2 * page], page, -(-len(now) // 2), len(now))

    assert named(6, 5, 4, 3, 2, 1) == listed(handle, Paging.LINKS, size=2, growing=True)
    assert asked == sorted(asked)


def test_tokens() -> None:
    """Tokens are handed back untouched until there is none."""
    asked = []
    answers = [tokened(named(1), "g3QAAAAB=="), tokened([], "x+/"), tokened(named(2), "")]

    def handle(query: dict[str, str]) -> httpx.Response:
        asked.append(query.get("page_token"))
        return answers.pop(0)

    assert named(1, 2) == listed(handle, Paging.TOKENS, key="secrets")
    assert asked == [None, "g3QAAAAB==", "x+/"]


def test_tokens_in_a_circle() -> None:
    """A token that comes back is an error, not an endless list and not a short one."""
    handler = scripted(*[tokened(named(number), "ab"[number % 2]) for number in range(5)])
    with pytest.raises(BadAnswer, match="tokens lead nowhere"):
        listed(handler, Paging.TOKENS, key="secrets")


def test_tokens_without_end() -> None:
    """Too many pages are an error."""
    fresh = iter(range(10_000))

    def handle(_: dict[str, str]) -> httpx.Response:
        number = next(fresh)
        return tokened(named(number), f"t{number}")

    with pytest.raises(BadAnswer, match="more than 1000 pages"):
        listed(handle, Paging.TOKENS, key="secrets")


def test_pages_too_large_are_halved() -> None:
    """429 with code 8 means the answer's size: less is asked for, without waiting (B 1.4)."""
    sizes = []

    def handle(query: dict[str, str]) -> httpx.Response:
        size = int(query.get("page_size", 100))
        sizes.append(size)
        if size > 30:
            text = {"code": 8, "message": "grpc: received message larger than max (2 vs. 1)"}
            return httpx.Response(429, json=text)
        return tokened(named(len(sizes)), "" if "page_token" in query else "next")

    assert named(3, 4) == listed(handle, Paging.TOKENS, key="secrets")
    assert sizes == [100, 50, 25, 25]


def test_one_item_too_large() -> None:
    """Where one item alone is too large, that is the error."""
    text = {"code": 8, "message": "grpc: received message larger than max (2 vs. 1)"}
    with pytest.raises(RateLimited, match="larger than max"):
        listed(lambda _: httpx.Response(429, json=text), Paging.TOKENS, key="secrets")


def test_cursor() -> None:
    """Agents repeat at the seam of two pages and have no id but a name (C 3)."""
    agents = [{"metadata": {"name": name}} for name in "abc"]
    handler = scripted(
        httpx.Response(200, json={"agents": agents[:2], "cursor": "17"}),
        httpx.Response(200, json={"agents": agents[1:], "cursor": ""}),
    )
    assert agents == listed(handler, Paging.CURSOR, key="agents")


def test_items_without_id() -> None:
    """Runs have ids of other names, promotions none at all."""
    items = [
        {"wf_id": "1", "name": "n"},
        {"wf_id": "2", "name": "n"},
        {"ppl_id": "3"},
        {"id": 7, "metadata": None},
        {"name": "n", "at": 1},
        {"name": "n", "at": 2},
    ]
    handler = scripted(httpx.Response(200, json=items + items[:1]))
    assert items == listed(handler, Paging.WHOLE)


@pytest.mark.parametrize("key", ["", "secrets"])
@pytest.mark.parametrize(
    "text", ["", "null", "{}", '"x"', "3", '{"secrets": null}', '{"secrets": {}}', "[1]", "[null]"]
)
@pytest.mark.parametrize("scheme", Paging)
def test_wrong_shapes(scheme: Paging, text: str, key: str) -> None:
    """Whatever is not a list of objects stops the reading."""
    with pytest.raises(BadAnswer, match="expected a list"):
        listed(lambda _: httpx.Response(200, text=text), scheme, key=key)


@pytest.mark.parametrize("token", [{}, [], True, 1.5])
def test_wrong_tokens(token: object) -> None:
    """A token that is no text can't be followed."""
    with pytest.raises(BadAnswer):
        listed(lambda _: tokened(named(1), token), Paging.TOKENS, key="secrets")


def test_pipelines_of_one_workflow_are_several() -> None:
    """A pipeline is known by its own id, not by its workflow's, which it carries too."""
    found = [{"ppl_id": "p1", "wf_id": "w"}, {"ppl_id": "p2", "wf_id": "w"}]
    assert found == listed(lambda _: httpx.Response(200, json=found), Paging.WHOLE)


def test_pages_together_have_a_limit() -> None:
    """What is kept of a listing is bounded, however many pages there are."""
    asked = 0

    def handle(query: dict[str, str]) -> httpx.Response:
        nonlocal asked
        asked += 1
        content = gzip.compress(b"[" + b" " * (MAX_ANSWER - 100) + b'{"id": "%d"}]' % asked)
        headers = {"x-has-more": "true", "x-page": query.get("page", "1")}
        stream = httpx.ByteStream(content)
        return httpx.Response(200, stream=stream, headers={"content-encoding": "gzip"} | headers)

    with pytest.raises(BadAnswer, match="what is listed has more than"):
        listed(handle, Paging.HAS_MORE)
    assert asked == MAX_LISTED // MAX_ANSWER + 1


def test_lists_that_are_kept_together_share_one_limit() -> None:
    """What one of them takes is no longer there for the next."""
    answer = httpx.Response(200, json=named(1, 2))
    budget = Budget(left=len(answer.text) + 10)
    assert named(1, 2) == listed(lambda _: answer, Paging.WHOLE, budget=budget)
    with pytest.raises(BadAnswer, match="what is listed has more than"):
        listed(lambda _: answer, Paging.WHOLE, budget=budget)
