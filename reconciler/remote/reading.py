"""Objects as they are in Semaphore, with names in the place of ids."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial

from reconciler.errors import ApiError, BadAnswer, NotFound, PermissionDenied, Rejected, ServerFault
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.api import Body, Item
from reconciler.kinds.kind import refs
from reconciler.model import Address, Directory, Live, LiveState, Scope, Spec, Unread
from reconciler.model.literal import UUID
from reconciler.remote import routes
from reconciler.remote.blame import about
from reconciler.remote.bodies import Bodies
from reconciler.remote.decoding import (
    check_distinct,
    decoded,
    in_full,
    known_by,
    live_of,
    mentions_of,
    within,
)
from reconciler.remote.http import Http
from reconciler.remote.lookup import Lookup
from reconciler.remote.new_projects import NewProjects
from reconciler.remote.together import together
from reconciler.remote.waiting import Patience

LAG = 10.0
"""Seconds for which a read may be behind a write."""


_SHOWN = "not found, though its project shows it; perhaps it was just deleted: plan again"
_OLDER = "the answer is older than what the list shows; plan again"
_LISTED = "not found, though the list shows it; perhaps it was just deleted, or may not be read"


class Reader:
    """Reads objects of every kind.

    ``new_projects`` are those that the run itself creates; ``closed`` the names of those that are
    there, and not for us to read; ``lacking`` the kinds that the organization has no feature for;
    ``seen`` kind and id of all that was found to be there before anything was made.
    """

    def __init__(self, http: Http, patience: Patience) -> None:
        self.http = http
        self._bodies = Bodies(http)
        self._lookup = Lookup(http)
        self._listed: list[Body] = []
        self._patience = patience
        self.new_projects = NewProjects(patience)
        self.closed: set[str] = set()
        self.lacking: set[str] = set()
        self.seen: set[tuple[str, str]] = set()

    @property
    def directory(self) -> Directory:
        """What is called what, as names will be once the renames of the run are done."""
        return self._lookup.directory

    @directory.setter
    def directory(self, directory: Directory) -> None:
        self._lookup.directory = directory

    def over(self, address: Address) -> str:
        """Say why nothing will be asked about an object for now, "" without a reason."""
        path, _ = routes.collection(KINDS[address.kind], self._home(address.project))
        return self.http.over(path)

    async def read_projects(self, named: Collection[str], also: Collection[str]) -> Directory:
        """Return the directory with all projects in it.

        ``named`` projects that are not listed are asked for one by one: the listing lacks those
        that are not ready yet (A 5); ``also`` those, unless they are not for us to read.
        """
        kind = KINDS["Project"]
        self._listed = await self._bodies.all(kind, "")
        names = dict(map(known_by, self._listed))
        check_distinct(kind, names.items())
        known = {*names, *names.values()}
        missing = sorted(n for n in {*named, *also} - known if not UUID.fullmatch(n))
        found = await together(self._project(n, optional=n not in named) for n in missing)
        self._listed += [body for body in found if body is not None]
        self.directory = self.directory.having("Project", dict(map(known_by, self._listed)))
        return self.directory

    async def _project(self, name: str, *, optional: bool) -> Body | None:
        kind = KINDS["Project"]
        try:
            with about(kind.address(name, "")):
                body = await self._bodies.describe(kind, "", "", name)
        except PermissionDenied as error:  # it is there, so perhaps an earlier run made it (A 0)
            if optional:
                self.closed.add(name)
                return None
            what = "it exists, and the owner of the token can't see it, who lacks project.view"
            error.advice = (
                f"{what}; if it was just created, try again in five minutes; else leave it out by "
                f"--exclude '*/{name}', with what is in it, '*/{name}/*', and what refers to it"
            )
            raise
        if body is not None:
            known_by(body, routes.place(kind, "", "", name), name)
        return body

    async def snapshot(self, scope: Scope) -> LiveState:
        """Read everything in scope, concurrently; fails whole if a part that is needed can't be."""
        organization = sorted(scope.kinds - {"Project"})
        within = sorted(
            (kind, project) for kind, projects in scope.within.items() for project in projects
        )
        lists = await together(
            [self._read_part(KINDS[kind], "", scope) for kind in organization]
            + [
                self._read_part(KINDS[kind], project, scope)
                for kind, project in within
                if self._home(project)
            ]
        )
        unread = sorted(found for found in lists if isinstance(found, Unread))
        items = [pair for found in lists if not isinstance(found, Unread) for pair in found]
        if "Project" in scope.kinds:
            kind = KINDS["Project"]
            items += [(kind, decoded(kind, body)) for body in self._listed]
        mentioned = {mention for _, item in items for mention in mentions_of(item)}
        await self._lookup.learn(scope.mentions | mentioned)
        self.http.hide(*(item.spec for _, item in items))
        self.seen |= {(kind.name, item.id) for kind, item in items if item.id}
        lives = [live_of(kind, item, self.directory) for kind, item in items]
        return LiveState({live.address: live for live in lives}, self.directory, tuple(unread))

    async def find(self, address: Address, id_: str) -> Live | None:
        """Read one object in full, waiting out its being busy; None if it is not there.

        Without an id it is looked for by its name.
        """
        return await self.new_projects.admitted(address, lambda: self._find_in_full(address, id_))

    async def _find_in_full(self, address: Address, id_: str) -> Live | None:
        kind = KINDS[address.kind]
        project_id = self._home(address.project)
        with about(address):
            body = await self._at_rest(
                kind, lambda: self._bodies.find(kind, project_id, id_, address.name)
            )
            if body is None:
                return None
            item = in_full(kind, body, project_id, id_, address.name)
            self.http.hide(item.spec)
            await self._lookup.learn(mentions_of(item))
        return live_of(kind, item, self.directory)

    async def listed(self, address: Address) -> Live | None:
        """Look for an object in the list of its kind; NotFound if it is there and can't be read."""
        kind, project_id = KINDS[address.kind], self._home(address.project)
        with about(address):
            item = await self._bodies.item(kind, project_id, address.name)
            found = item and await self._find_in_full(address, item.id)
        if item is not None and found is None:
            path = routes.place(kind, project_id, item.id, item.name)
            raise NotFound("GET", path, status=404, words=_LISTED)
        return found

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

    async def heed(self, kind: Kind, sent: Spec, answer: object) -> None:
        """Learn what the answer to a write tells of names in what was sent, if it tells it."""
        if any(ref.resolved for ref, _ in refs(sent)) and isinstance(answer, dict):
            with suppress(ApiError):  # it is written; what can't be told shows when it is read back
                item = decoded(kind, answer)
                await self._lookup.learn(mentions_of(item))
                self._lookup.heed(sent, item.spec)

    async def pause(self, attempt: int, after: ApiError) -> None:
        """Wait before the same is tried again, as long as the server asked for."""
        await self._patience.sleep(max(after.retry_after or 0.0, 0.5 * 2.0**attempt))

    async def children(self, kind: Kind, project: Live) -> list[Item]:
        """Return all objects of a kind inside a project, as they are on the wire.

        Those that the project shows and the list leaves out are asked for one by one; raises
        NotFound if one can't be had: without it, an update of the project would delete it.
        """
        path, _ = routes.collection(kind, project.id)
        bodies = [body async for body in self._bodies.each(kind, project.id)]
        found = [within(kind, body, path, project.id) for body in bodies]
        for id_ in sorted(project.children.keys() - {item.id for item in found}):
            body = await self._bodies.describe(kind, project.id, id_, "")
            if body is None:
                place = routes.place(kind, project.id, id_, "")
                raise NotFound("GET", place, status=404, words=_SHOWN)
            found.append(in_full(kind, body, project.id, id_, ""))
        return found

    def _home(self, project: str) -> str:
        """Return the id of the project that something is in, "" if it is in none that is there."""
        return self.directory.id("Project", project)

    async def _read_part(
        self, kind: Kind, project: str, scope: Scope
    ) -> list[tuple[Kind, Item]] | Unread:
        try:
            return await self._read_all(kind, project, scope)
        except (PermissionDenied, NotFound, Rejected, ServerFault, BadAnswer) as error:
            if (kind.name, project) not in scope.optional:
                raise
            without = bool(kind.api.no_feature) and kind.api.no_feature in error.words
            if without:
                self.lacking.add(kind.name)
            if without or (kind.api.not_ready and kind.api.not_ready in error.words):
                return []  # too new a project has none
            return Unread(kind.name, project, str(error))

    async def _read_all(self, kind: Kind, project: str, scope: Scope) -> list[tuple[Kind, Item]]:
        items = await self._shown(kind, project, scope)
        wanted = [
            index
            for index, item in enumerate(items)
            if kind.address(item.name, project) in scope.details
            or (scope.in_full and kind.api.detail)
        ]
        full = await together(self._in_full(kind, items[index], project) for index in wanted)
        for index, item in zip(wanted, full, strict=True):
            items[index] = item
        return [(kind, item) for item in items]

    async def _shown(self, kind: Kind, project: str, scope: Scope) -> list[Item]:
        """Return what a list says, or the one that each project has; no answer outlives this."""
        project_id = self._home(project)
        with about(Address(kind.name, project, "")):
            if kind.singleton:
                waits = (kind.name, project) not in scope.optional
                read = partial(self._bodies.describe, kind, project_id, "", "")
                body = await (self._at_rest(kind, read) if waits else read())
                if body is None:  # each project has one: this is no reason to write a new one
                    path = routes.item(kind, kind.api.item, id_="", name="", project_id=project_id)
                    raise NotFound("GET", path, status=404, words="it is not there to be read")
                bodies = [body]
            else:
                bodies = await self._bodies.all(kind, project_id)
            path, _ = routes.collection(kind, project_id)
            items = [within(kind, body, path, project_id) for body in bodies]
            check_distinct(kind, ((item.id, item.name) for item in items), path)
        return items

    async def _in_full(self, kind: Kind, item: Item, project: str) -> Item:
        """Return what is listed, with what the list lacks; raises NotFound if it can't be read."""
        with about(kind.address(item.name, project)):
            body = await self._at_rest(
                kind, lambda: self._bodies.describe(kind, item.project, item.id, item.name)
            )
            if body is None:
                place = routes.place(kind, item.project, item.id, item.name)
                raise NotFound("GET", place, status=404, words=_LISTED)
            found = in_full(kind, body, item.project, item.id, item.name)
            if found.revision < item.revision and len(found.revision) == len(item.revision):
                place = routes.place(kind, item.project, item.id, item.name)
                raise BadAnswer("GET", place, words=_OLDER)
            return found

    async def _at_rest(self, kind: Kind, read: Callable[[], Awaitable[Body | None]]) -> Body | None:
        """Read until the object is ready and not busy: a target tells its values when stored."""
        return await self._patience.until(
            lambda: self._patience.through(kind.api.not_ready, read),
            lambda body: body is None or not kind.api.busy(body),
        )
