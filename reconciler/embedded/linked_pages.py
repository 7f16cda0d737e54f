"""Offset paging with totals and links in headers (A 13, D 7)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from reconciler.embedded import places
from reconciler.embedded.params import Params
from reconciler.embedded.verification import INT64, internal_error, whole_number


@dataclass(frozen=True)
class Page:
    """A number past the end means the last page."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def asked_for(params: Params, total: int, default_size: int = 30) -> Page:
    number = _positive(params, "page", 1)
    size = _positive(params, "page_size", default_size)
    if size not in INT64:  # it does not fit into the message to the scheduler
        raise internal_error()
    last = max(1, -(-total // size))
    return Page(min(number, last), size, total)


def headers(request: Request, page: Page) -> dict[str, str]:
    return {
        "link": _links(request, page),
        "total": str(page.total),
        "per-page": str(page.size),
        "total-pages": str(page.last),
        "page-number": str(page.number),
    }


def _links(request: Request, page: Page) -> str:
    numbers = {"first": 1, "last": page.last}
    if page.number > 1:
        numbers = {"prev": page.number - 1} | numbers
    if page.number < page.last:
        numbers = {"next": page.number + 1} | numbers
    return ", ".join(f'<{_url(request, n)}>; rel="{rel}"' for rel, n in numbers.items())


def _url(request: Request, number: int) -> str:
    """Always plain http, the query's keys sorted (A 13)."""
    asked = dict(parse_qsl(request.url.query, keep_blank_values=True)) | {"page": str(number)}
    host = request.headers.get("host", "localhost").removesuffix(":80")
    path = places.prefix(request) + request.url.path
    return f"http://{host}{path}?{urlencode(sorted(asked.items()))}"


def _positive(params: Params, name: str, default: int) -> int:
    number = whole_number(params.get(name, default), name)
    return number if number > 0 else default
