"""What the server answers about objects of a kind: bodies, as it says them."""

from collections.abc import AsyncIterator
from http import HTTPStatus

from reconciler.errors import BadAnswer, NotFound, ServerFault
from reconciler.kinds import Kind
from reconciler.kinds.api import Body, Item
from reconciler.remote import routes
from reconciler.remote.decoding import decoded
from reconciler.remote.http import Http
from reconciler.remote.pages import Budget, pages


class Bodies:
    """Asks for lists and for single objects. A project, where a kind is in one, goes by its id."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._budget = Budget()

    async def all(self, kind: Kind, project_id: str) -> list[Body]:
        """Return a whole list; all that is returned shares one budget of bytes."""
        try:
            return [body async for body in self.each(kind, project_id, self._budget)]
        except NotFound as error:  # some servers hide what may not be seen (D 2)
            permission = kind.api.asks("GET")
            if project_id:
                error.advice = f"the project is gone, or the owner of the token lacks {permission}"
            raise
        except ServerFault as error:
            if kind.api.crash and error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
                error.advice += f"; {kind.api.crash}"
            raise

    def each(
        self, kind: Kind, project_id: str, budget: Budget | None = None
    ) -> AsyncIterator[Body]:
        """Yield what a list holds, page by page."""
        path, params = routes.collection(kind, project_id)
        return pages(
            self._http,
            path,
            scheme=kind.api.paging,
            key=kind.api.list_key,
            params=params,
            size=kind.api.page_size or None,
            budget=budget,
        )

    async def describe(self, kind: Kind, project_id: str, id_: str, name: str) -> Body | None:
        """Ask for an object by what its kind is addressed by; None if there is none."""
        path = routes.item(kind, kind.api.item, id_=id_, name=name, project_id=project_id)
        try:
            answer = await self._http.call("GET", path, params=dict(kind.api.detail_params))
        except NotFound:
            return None
        body = answer.within(kind.api.inside)
        if not isinstance(body, dict):
            where = f" under {kind.api.inside!r}" if kind.api.inside else ""
            raise BadAnswer("GET", path, status=answer.status, words=f"expected an object{where}")
        return body

    async def find(self, kind: Kind, project_id: str, id_: str, name: str) -> Body | None:
        """Ask for an object, by its name if the id is not known; raises if it may be hidden."""
        if id_ or kind.api.item != "id":
            body = await self.describe(kind, project_id, id_, name)
            if body is None and kind.api.item == "id":
                await self._may_list(kind, project_id)
            return body
        item = await self.item(kind, project_id, name)
        return item and await self.describe(kind, project_id, item.id, name)

    async def item(self, kind: Kind, project_id: str, name: str) -> Item | None:
        """Look for an object in the list of its kind."""
        async for body in self.each(kind, project_id):
            item = decoded(kind, body, routes.collection(kind, project_id)[0])
            if item.name == name:
                return item
        return None

    async def _may_list(self, kind: Kind, project_id: str) -> None:
        """Raise unless what is there can be seen: for some, "not found" may mean "not allowed".

        So it is with secrets, notifications and schedules (B 8, D 2).
        """
        path, params = routes.collection(kind, project_id)
        size = {"page_size": "1"} if kind.api.page_size else {}
        await self._http.call("GET", path, params=params | size)
