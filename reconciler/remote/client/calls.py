"""What every family of methods does: send a request, read the answer into a model."""

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

from reconciler.errors import BadAnswer
from reconciler.kinds.api import Paging
from reconciler.model import Sealed
from reconciler.remote.client.model import M, parsed
from reconciler.remote.http import Answer, Http, Params
from reconciler.remote.pages import pages
from reconciler.remote.waiting import Patience

V1ALPHA = "/api/v1alpha"
RUNS_PAGE = 100  # items of a page of workflows or pipelines; the server has no limit (D 7)

Values = Mapping[str, str | Sealed]
"""Parameters of a run, by name."""


class Calls:
    """One connection, and how long to wait on it."""

    def __init__(self, http: Http, patience: Patience) -> None:
        self.http = http
        self.patience = patience

    async def send(  # noqa: PLR0913 — the parts of one request
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Params | None = None,
        repeatable: bool = False,
        raw: bool = False,
        asks: bool = False,
        authorization: Sealed | None = None,
    ) -> Answer:
        """Send one request; NotSent for a secret value that is not in hand."""
        return await self.http.call(
            method,
            path,
            body=body,
            params=params,
            repeatable=repeatable,
            raw=raw,
            asks=asks,
            authorization=authorization,
        )

    async def get(
        self, model: type[M], path: str, *, inside: str = "", params: Params | None = None
    ) -> M:
        """Read one object, from the key ``inside`` of the answer."""
        answer = await self.send("GET", path, params=params)
        return parsed(model, answer.within(inside), method="GET", path=path)

    async def post(
        self,
        model: type[M],
        path: str,
        body: Any = None,
        *,
        repeatable: bool = False,
    ) -> M:
        """Send a request that changes something and read what it answers."""
        answer = await self.send("POST", path, body=body, repeatable=repeatable)
        return parsed(model, answer.data, method="POST", path=path)

    async def list(  # noqa: PLR0913 — what is known about one listing
        self,
        model: type[M],
        path: str,
        *,
        scheme: Paging,
        key: str = "",
        params: Params | None = None,
        size: int | None = None,
    ) -> AsyncIterator[M]:
        """Yield every item of a listing once."""
        async for item in pages(self.http, path, scheme=scheme, key=key, params=params, size=size):
            yield parsed(model, item, method="GET", path=path)

    async def runs(
        self, model: type[M], path: str, *, params: Params | None = None, size: int = RUNS_PAGE
    ) -> AsyncIterator[M]:
        """Yield every item of a listing of what ran, newest first; new ones may come meanwhile."""
        found = pages(self.http, path, scheme=Paging.LINKS, params=params, size=size, growing=True)
        async for item in found:
            yield parsed(model, item, method="GET", path=path)


def text_of(answer: Answer, key: str, method: str, path: str) -> str:
    """Return the text under ``key`` of an answer; BadAnswer where there is none."""
    found = answer.within(key)
    if isinstance(found, str) and found:
        return found
    where = f" under {key!r}" if key else ""
    raise BadAnswer(method, path, status=answer.status, words=f"expected a text{where}")


def given(**params: Any) -> dict[str, Any]:
    """Return the parameters that were given: neither None nor ""."""
    return {name: value for name, value in params.items() if value not in (None, "")}


def token_or_new(token: str | None) -> str:
    """Return the idempotency token, or a new one; never one derived from content (C 1.8)."""
    return token or str(uuid.uuid4())
