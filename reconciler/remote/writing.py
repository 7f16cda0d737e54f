"""Requests that change something: one method for each of create, update and delete."""

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from reconciler.errors import ApiError, BadAnswer, NotPutBack
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.api import Body, Contradiction, Item
from reconciler.kinds.kind import translate
from reconciler.kinds.twins import repeated
from reconciler.model import Address, Live, Sealed, Spec
from reconciler.model.literal import UUID
from reconciler.model.paths import at, split
from reconciler.remote import routes
from reconciler.remote.blame import about
from reconciler.remote.decoding import decoded
from reconciler.remote.http import Answer
from reconciler.remote.reading import Reader
from reconciler.remote.waiting import Patience


class Written(NamedTuple):
    """What the answer to a create tells: id, revision, and a value that is shown only once.

    ``revision`` is "" where the answer tells none, or one that is going to move by itself.
    """

    id: str
    revision: str = ""
    once: Sealed | None = None


class Writer:
    """Sends what a change needs; whether it took effect is for the caller to read."""

    def __init__(self, reader: Reader, patience: Patience) -> None:
        self._reader = reader
        self._http = reader.http
        self._patience = patience

    async def create(self, address: Address, spec: Spec, token: str) -> Written:
        """Create an object; ``spec`` has all values in clear."""
        kind = KINDS[address.kind]
        item = self._item(address, spec, "")
        path, _ = routes.collection(kind, item.project)
        with about(address):
            data = await self._send(address, "POST", path, kind.encode(item, None), token)
            await self._reader.heed(kind, item.spec, data)
            id_ = _id_in(kind, data, address)
            if (kind.name, id_) in self._reader.seen:  # it was there before, so we did not make it
                raise BadAnswer("POST", kind.api.path, words=f"the answer shows another one, {id_}")
            written = Written(id_, _revision(kind, data), _once(kind, data))
            self._http.hide(written.once)
        self.made(address, written.id)
        return written

    def made(self, address: Address, id_: str) -> None:
        """Know the id of what is new: others refer to it, or are to be made in it, by that."""
        self._called(address, id_)
        if address.kind == "Project":
            self._reader.new_projects.add(address.name)

    def _called(self, address: Address, id_: str) -> None:
        reader = self._reader
        reader.directory = reader.directory.calling(address.kind, id_, address.name)

    async def update(self, address: Address, live: Live, spec: Spec, token: str) -> str:
        """Make ``live`` be ``spec``, under the name of ``address``.

        A switch has its own route, and is left out of the rest. Returns the revision that the last
        answer tells, as Written has it.
        """
        told = ""
        kind = KINDS[address.kind]
        switch = kind.api.switch
        on = at(spec, split(switch.field)) if switch else None
        flips = switch and on != at(live.spec, split(switch.field))
        rest = routes.with_at(spec, switch.field, not on) if switch and flips else spec
        with about(address):
            if rest != live.spec or live.broken:
                told = await self._rewrite(kind, address, live, spec, token)
                if flips:  # not before it is done with that (C 6.13)
                    await self._reader.find(address, live.id)
            if switch and flips:
                path = f"{self._path(kind, kind.api.item, address, live)}/"
                path += switch.on if on else switch.off
                data = await self._send(address, "PATCH", path, None, "", repeatable=True)
                told = _revision(kind, data)
        if live.address.name != address.name:
            self._called(address, live.id)
        return told

    async def delete(self, live: Live, token: str) -> None:
        """Delete an object; raises NotFound if it is gone, or must not be deleted (A 14, B 8)."""
        kind = KINDS[live.address.kind]
        path = self._path(kind, kind.api.item, live.address, live)
        params = {"unique_token": token} if kind.api.tokens else {}
        with about(live.address):
            await self._patience.through(
                kind.api.not_ready,
                lambda: self._http.call("DELETE", path, params=params, repeatable=kind.api.tokens),
            )

    async def _rewrite(
        self, kind: Kind, address: Address, live: Live, spec: Spec, token: str
    ) -> str:
        item = self._item(address, spec, live.id)
        body = kind.encode(item, Item(live.spec, broken=live.broken))
        echo = kind.api.echo
        children: list[Item] = []
        if echo:
            children = await self._reader.new_projects.admitted(
                Address(echo.kind, address.name, ""),
                lambda: self._reader.children(KINDS[echo.kind], live),
            )
            routes.put(body, echo.path, repeated(echo, children, live.children))
        path = self._path(kind, kind.api.update_by, address, live)
        method = "PATCH" if kind.api.update_by else "POST"
        bent = [c._replace(project_name=address.name) for c in children if echo and echo.bent(c)]
        inside = KINDS[echo.kind] if echo else kind
        again = bool(item.id) or kind.singleton
        try:
            data = await self._send(address, method, path, body, token, repeatable=again)
        except ApiError as error:
            if error.outcome_unknown:
                await self._restore(inside, bent)
            raise
        await self._reader.heed(kind, item.spec, data)
        await self._restore(inside, bent)
        return _revision(kind, data)

    async def _restore(self, kind: Kind, children: Iterable[Item]) -> None:
        """Write children as they were; in their own words they can't be misunderstood."""
        lost = []
        for child in children:
            path, _ = routes.collection(kind, child.project)
            address = kind.address(child.name, child.project_name)
            body = kind.encode(child, child)
            try:
                await self._send(address, "POST", path, body, "", repeatable=True)
            except ApiError as error:
                lost.append(f"{address}, and giving it back failed: {error}")
        if lost:
            raise NotPutBack(f"it is updated; that changed, too: {'; '.join(lost)}")

    async def _send(  # noqa: PLR0913 — the parts of one request
        self,
        address: Address,
        method: str,
        path: str,
        body: Body | None,
        token: str,
        *,
        repeatable: bool = False,
    ) -> object:
        kind = KINDS[address.kind]
        if kind.api.tokens and token and body is not None:
            body = body | {"unique_token": token}
            repeatable = True

        async def ready() -> Answer:
            return await self._patience.through(
                kind.api.not_ready,
                lambda: self._http.call(method, path, body=body, repeatable=repeatable),
            )

        return (await self._reader.new_projects.admitted(address, ready)).data

    def _item(self, address: Address, spec: Spec, id_: str) -> Item:
        return Item(
            translate(spec, self._reader.directory.sent),
            id=id_,
            name=address.name,
            project=self._home(address),
            project_name=address.project,
        )

    def _path(self, kind: Kind, by: str, address: Address, live: Live) -> str:
        name, home = live.address.name, self._home(address)
        return routes.item(kind, by, id_=live.id, name=name, project_id=home)

    def _home(self, address: Address) -> str:
        return self._reader.directory.id("Project", address.project)


def _id_in(kind: Kind, data: object, address: Address) -> str:
    """Return the id from the answer to a create: of that object, or just the id (A 9)."""
    item = Item(Spec(), data, address.name) if isinstance(data, str) else None
    with suppress(KeyError, TypeError, ValueError, AttributeError, Contradiction):
        item = item or kind.decode(data)  # type: ignore[arg-type]  # what else it is shows there
    if item is None or not _is_id(kind, item.id):
        raise BadAnswer("POST", kind.api.path, words="the answer shows no object")
    if item.name != address.name:
        raise BadAnswer("POST", kind.api.path, words=f"the answer shows {item.name!r}")
    return item.id


def _is_id(kind: Kind, id_: object) -> bool:
    """Whether something may be asked for by it from now on."""
    return isinstance(id_, str) and (not kind.api.has_id or bool(UUID.fullmatch(id_)))


def _revision(kind: Kind, data: object) -> str:
    """Return the revision in the answer to a write, "" for none.

    That of a busy object moves once more when it comes to rest (C 1.7).
    """
    if isinstance(data, dict) and not kind.api.busy(data):
        with suppress(BadAnswer):
            return decoded(kind, data).revision
    return ""


def _once(kind: Kind, data: object) -> Sealed | None:
    value = at(data, split(kind.api.once)) if kind.api.once else None
    return Sealed(value, live=True) if isinstance(value, str) and value else None
