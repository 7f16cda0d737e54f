"""Objects as they are in Semaphore, with names in the place of ids."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any

from reconciler.errors import ApiError, BadAnswer, NotFound, PermissionDenied, Rejected
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.api import Body, Item
from reconciler.kinds.kind import refs, settle, translate
from reconciler.model import Address, Live, LiveState, Scope
from reconciler.remote import routes
from reconciler.remote.blame import about
from reconciler.remote.http import Http
from reconciler.remote.newcomers import Newcomers
from reconciler.remote.order import segment
from reconciler.remote.pages import pages
from reconciler.remote.waiting import Patience

LAG = 10.0
"""Seconds for which a read may be behind a write."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Reader:
    """Reads objects of every kind.

    ``projects`` maps names to ids, as names will be once the run's renames are done.
    ``newcomers`` are those that the run itself creates.
    """

    def __init__(self, http: Http, patience: Patience) -> None:
        self.http = http
        self.projects: dict[str, str] = {}
        self._listed: list[Body] = []
        self._roles: dict[str, str] = {}
        self._patience = patience
        self.newcomers = Newcomers(patience)

    async def read_projects(self, named: Iterable[str]) -> dict[str, str]:
        """Return the names of all projects by id.

        ``named`` projects that are not listed are asked for one by one: the listing lacks those
        that are not ready yet (A 5).
        """
        kind = KINDS["Project"]
        self._listed = [body async for body in self._list(kind, "")]
        known = {text for body in self._listed for text in _named(body)}
        missing = sorted(name for name in set(named) - known if not _UUID.fullmatch(name))
        found = await together(self._project(name) for name in missing)
        self._listed += [body for body in found if body is not None]
        names = {body["metadata"]["id"]: body["metadata"]["name"] for body in self._listed}
        self.projects = {name: id_ for id_, name in names.items()}
        return names

    async def _project(self, name: str) -> Body | None:
        kind = KINDS["Project"]
        try:
            with about(kind.address(name, "")):
                return await self._describe(kind, "", "", name)
        except PermissionDenied as error:  # it is there, so perhaps an earlier run made it (A 0)
            error.advice += "; if it was just created, try again in five minutes"
            raise

    def call_projects(self, names: Mapping[str, str]) -> None:
        """Take other names for projects, by id: those they will have."""
        self.projects = {name: id_ for id_, name in names.items()}

    async def snapshot(self, scope: Scope) -> LiveState:
        """Read everything in scope, concurrently; fails whole if any part can't be read."""
        organization = sorted(scope.kinds - {"Project"})
        within = sorted(
            (kind, project) for kind, projects in scope.within.items() for project in projects
        )
        lists = await together(
            [self._read_all(KINDS[kind], "", scope) for kind in organization]
            + [
                self._read_all(KINDS[kind], project, scope)
                for kind, project in within
                if project in self.projects
            ]
        )
        items = [pair for found in lists for pair in found]
        if "Project" in scope.kinds:
            kind = KINDS["Project"]
            items += [(kind, self._decode(kind, body)) for body in self._listed]
        await self._learn_roles(_roles_in(item for _, item in items) | scope.roles)
        names = self._names()
        lives = [_live(kind, item, names) for kind, item in items]
        return LiveState({live.address: live for live in lives}, names)

    async def find(self, address: Address, id_: str) -> Live | None:
        """Read one object in full, waiting out its being busy; None if it is not there.

        Without an id it is looked for by its name.
        """
        return await self.newcomers.admitted(address, lambda: self._find_in_full(address, id_))

    async def _find_in_full(self, address: Address, id_: str) -> Live | None:
        kind = KINDS[address.kind]
        project_id = self.projects.get(address.project, "")
        with about(address):
            body = await self._at_rest(
                kind, lambda: self._find(kind, project_id, id_, address.name)
            )
            if body is None:
                return None
            item = self._decode(kind, body)
            await self._learn_roles(_roles_in([item]))
        return _live(kind, item._replace(project=project_id or item.project), self._names())

    async def settled(
        self, address: Address, id_: str, good: Callable[[Live | None], bool]
    ) -> Live | None:
        """Read until what was written shows, for some seconds; return the last reading."""
        return await self._patience.until(lambda: self.find(address, id_), good, LAG)

    async def vanished(self, address: Address, id_: str) -> bool:
        """Wait until an object is gone, or another has its name; say whether it is."""
        left = await self._patience.until(
            lambda: self.find(address, id_), lambda live: live is None or live.id != id_
        )
        return left is None or left.id != id_

    async def pause(self, attempt: int, after: ApiError) -> None:
        """Wait before the same is tried again, as long as the server asked for."""
        await self._patience.sleep(max(after.retry_after or 0.0, 0.5 * 2.0**attempt))

    async def children(self, kind: Kind, project: Live) -> list[Item]:
        """Return all objects of a kind inside a project, as they are on the wire.

        Those that the project shows and the list leaves out are asked for one by one.
        """
        found = [self._decode(kind, body) async for body in self._list(kind, project.id)]
        missed = sorted(project.children - {item.id for item in found})
        bodies = [await self._describe(kind, project.id, id_, "") for id_ in missed]
        return found + [self._decode(kind, body) for body in bodies if body is not None]

    def id_of(self, kind: str, name: str) -> str:
        """Return the id that the API wants for a name; the name itself where it takes both."""
        if kind == "Project":
            return self.projects.get(name, name)
        return next((i for i, n in self._roles.items() if n == name), name)

    async def _find(self, kind: Kind, project_id: str, id_: str, name: str) -> Body | None:
        if id_ or kind.api.item != "id":
            body = await self._describe(kind, project_id, id_, name)
            if body is None and kind.api.item == "id":
                await self._may_list(kind, project_id)
            return body
        async for body in self._list(kind, project_id):
            item = self._decode(kind, body)
            if item.name == name:
                return await self._describe(kind, project_id, item.id, name)
        return None

    async def _may_list(self, kind: Kind, project_id: str) -> None:
        """Raise unless what is there can be seen: for some, "not found" may mean "not allowed".

        So it is with secrets, notifications and schedules (B 8, D 2).
        """
        path, params = routes.collection(kind, project_id)
        size = {"page_size": "1"} if kind.api.page_size else {}
        await self.http.call("GET", path, params=params | size)

    async def _read_all(self, kind: Kind, project: str, scope: Scope) -> list[tuple[Kind, Item]]:
        project_id = self.projects.get(project, "")
        with about(Address(kind.name, project, "")):
            if kind.singleton:
                body = await self._patience.through(
                    kind.api.not_ready, lambda: self._describe(kind, project_id, "", "")
                )
                if body is None:  # each project has one: this is no reason to write a new one
                    path = routes.item(kind, kind.api.item, id_="", name="", project_id=project_id)
                    raise NotFound("GET", path, status=404, words="it is not there to be read")
                bodies = [body]
            else:
                bodies = await self._all(kind, project_id)
        items = [self._decode(kind, body)._replace(project=project_id) for body in bodies]
        wanted = [
            index
            for index, item in enumerate(items)
            if kind.address(item.name, project) in scope.details
        ]
        full = await together(self._in_full(kind, items[index], project) for index in wanted)
        for index, body in zip(wanted, full, strict=True):
            if body is not None:
                items[index] = self._decode(kind, body)._replace(project=project_id)
        return [(kind, item) for item in items]

    async def _all(self, kind: Kind, project_id: str) -> list[Body]:
        try:
            return [body async for body in self._list(kind, project_id)]
        except NotFound as error:  # some servers hide what may not be seen (D 2)
            permission = kind.api.permissions.get("GET", "")
            if project_id:
                error.advice = f"the project is gone, or the owner of the token lacks {permission}"
            raise

    async def _in_full(self, kind: Kind, item: Item, project: str) -> Body | None:
        with about(kind.address(item.name, project)):
            return await self._at_rest(
                kind, lambda: self._describe(kind, item.project, item.id, item.name)
            )

    async def _at_rest(self, kind: Kind, read: Callable[[], Awaitable[Body | None]]) -> Body | None:
        """Read until the object is not busy: a target tells its values when they are stored."""
        return await self._patience.until(
            read, lambda body: body is None or not kind.api.busy(body)
        )

    def _list(self, kind: Kind, project_id: str) -> AsyncIterator[Body]:
        path, params = routes.collection(kind, project_id)
        return pages(
            self.http,
            path,
            scheme=kind.api.paging,
            key=kind.api.list_key,
            params=params,
            size=kind.api.page_size or None,
        )

    async def _describe(self, kind: Kind, project_id: str, id_: str, name: str) -> Body | None:
        path = routes.item(kind, kind.api.item, id_=id_, name=name, project_id=project_id)
        try:
            answer = await self.http.call("GET", path, params=dict(kind.api.detail_params))
        except NotFound:
            return None
        body = answer.data.get(kind.api.inside) if kind.api.inside else answer.data
        if not isinstance(body, dict):
            raise BadAnswer("GET", path, status=answer.status, words="expected an object")
        return body

    def _decode(self, kind: Kind, body: Body) -> Item:
        try:
            return kind.decode(body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"this {kind.name} can't be read: {type(error).__name__}"
            raise BadAnswer("GET", kind.api.path, words=what) from None

    async def _learn_roles(self, named: Iterable[str]) -> None:
        """Ask for the names of roles that are referred to by id (C 1.5)."""
        ids = {text.lower() for text in named if _UUID.fullmatch(text)} - self._roles.keys()
        await together(self._learn_role(id_) for id_ in sorted(ids))

    async def _learn_role(self, id_: str) -> None:
        try:
            answer = await self.http.call("GET", f"/api/v1alpha/roles/{segment(id_)}")
        except (NotFound, PermissionDenied, Rejected):
            return  # it stays an id, on both sides
        name = answer.data.get("name") if isinstance(answer.data, dict) else None
        if isinstance(name, str):
            self._roles[id_] = name

    def _names(self) -> Mapping[str, Mapping[str, str]]:
        projects = {id_: name for name, id_ in self.projects.items()}
        return {"Project": projects, "Role": dict(self._roles)}


def _roles_in(items: Iterable[Item]) -> set[str]:
    return {text for item in items for ref, text in refs(item.spec) if ref.kind == "Role"}


def _live(kind: Kind, item: Item, names: Mapping[str, Mapping[str, str]]) -> Live:
    project = names["Project"].get(item.project, item.project)
    verbatim = translate(item.spec, lambda sort, text: names.get(sort, {}).get(text, text))
    return Live(
        kind.address(item.name, project),
        item.id,
        settle(verbatim),
        fixed=item.fixed,
        broken=item.broken,
        revision=item.revision,
        verbatim=verbatim,
        children=item.children,
    )


def _named(body: Body) -> tuple[str, str]:
    return body["metadata"]["name"], body["metadata"]["id"]


async def together(calls: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Run all, return their results in order; the first error ends the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as several:
        first: BaseException = several
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return [task.result() for task in tasks]
