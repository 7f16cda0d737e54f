"""The endpoints of one kind; paths, paging and forms are the kind's own facts."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any, Generic, TypeVar

from reconciler.errors import ApiError, NotFound, PermissionDenied
from reconciler.kinds import Kind
from reconciler.kinds.api import Body, Item
from reconciler.kinds.kind import settle
from reconciler.model import Spec
from reconciler.remote import routes
from reconciler.remote.client.calls import Calls
from reconciler.remote.client.model import M, parsed
from reconciler.remote.decoding import decoded
from reconciler.remote.http import Params
from reconciler.remote.order import segment
from reconciler.remote.pages import pages

T = TypeVar("T")


class Objects(Generic[M]):
    """Reads and writes objects of a kind as ``model``: its facts and a field ``definition``.

    ``hides``: the server says that an object is missing to whoever may not read it (B 1.6).
    """

    def __init__(self, calls: Calls, kind: Kind, model: type[M], *, hides: bool = False) -> None:
        self.calls = calls
        self.kind = kind
        self._model = model
        self._hides = hides

    async def list(self, project_id: str = "") -> AsyncIterator[M]:
        if self.kind.project_at:
            segment(project_id)
        path, params = routes.collection(self.kind, project_id)
        api = self.kind.api
        found = pages(
            self.calls.http,
            path,
            scheme=api.paging,
            key=api.list_key,
            params=params,
            size=api.page_size or None,
        )
        async for body in found:
            yield self.read(body, path)

    async def describe(self, key: str, project_id: str = "", *, params: Params | None = None) -> M:
        path = self.path(key, project_id)
        answer = await self._apart(self.calls.send("GET", path, params=params))
        return self.read(answer.within(self.kind.api.inside), path)

    async def item(self, key: str, project_id: str = "") -> Item:
        """Read an object as it is on the wire."""
        path = self.path(key, project_id)
        answer = await self._apart(self.calls.send("GET", path))
        return decoded(self.kind, answer.within(self.kind.api.inside), path)

    async def create(self, item: Item, extra: Params | None = None) -> M:
        """Create an object; repeatable with an ``extra`` that is an idempotency token."""
        path, _ = routes.collection(self.kind, item.project)
        body = self.kind.encode(item, None) | dict(extra or {})
        answer = await self.calls.send("POST", path, body=body, repeatable=bool(extra))
        return self.read(answer.data, path, "POST")

    async def update(self, key: str, item: Item) -> M:
        """Replace an object, by its id or name; harmless to repeat."""
        path = self.path(key, item.project)
        body = self.kind.encode(item, None)
        answer = await self._apart(self.calls.send("PATCH", path, body=body, repeatable=True))
        return self.read(answer.data, path, "PATCH")

    async def delete(self, key: str, project_id: str = "") -> None:
        """Delete an object; not repeated, for the second time would say that it is missing."""
        await self._apart(self.calls.send("DELETE", self.path(key, project_id)))

    def path(self, key: str, project_id: str = "") -> str:
        """Return the path of one object."""
        if "{project}" in self.kind.api.path:
            segment(project_id)
        path, _ = routes.collection(self.kind, project_id)
        return f"{path}/{segment(key)}"

    def read(self, body: Any, path: str, method: str = "GET") -> M:
        """Return an answer as a model: the facts around it, and what a manifest would say."""
        definition: Spec = settle(decoded(self.kind, body, path, method).spec)
        self.calls.http.hide(definition)
        facts = {**body, **_inner(body, "metadata"), **_inner(body, "status")}
        return parsed(self._model, facts | {"definition": definition}, method=method, path=path)

    async def _apart(self, call: Awaitable[T]) -> T:
        """Tell what is missing from what may not be seen, where the server does not."""
        try:
            return await call
        except NotFound as error:
            missing = error
        if self._hides:
            path, _ = routes.collection(self.kind, "")
            try:
                await self.calls.send("GET", path, params={"page_size": 1})
            except PermissionDenied:
                raise
            except ApiError:
                pass
        raise missing


def _inner(body: Body, key: str) -> Body:
    """Return the facts under a key; what is none is passed over, and missed where it is needed."""
    found = body.get(key)
    return found if isinstance(found, dict) else {}
