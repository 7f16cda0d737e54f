"""Looking up what ids stand for, as far as the API tells; what is found goes into the directory."""

from collections.abc import Iterable

from reconciler.errors import NotFound, PermissionDenied, Rejected
from reconciler.model import Directory, Mention
from reconciler.model.literal import UUID
from reconciler.remote.http import Http
from reconciler.remote.order import segment
from reconciler.remote.together import together


class Lookup:
    """Holds the directory and fills it; what was asked for once is not asked for again."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self.directory = Directory()

    async def learn(self, mentions: Iterable[Mention]) -> None:
        """Look up what is not known yet; projects are known, or there was no need."""
        roles = {mention.text for mention in mentions if mention.kind == "Role"}
        if roles:
            await self._learn_roles(roles)

    async def _learn_roles(self, texts: Iterable[str]) -> None:
        """Ask for the names of roles that are referred to by id (C 1.5)."""
        known = self.directory.names("Role")
        ids = sorted({text.lower() for text in texts if UUID.fullmatch(text)} - known.keys())
        names = await together(self._role(id_) for id_ in ids)
        found = {id_: name for id_, name in zip(ids, names, strict=True) if name}
        self.directory = self.directory.having("Role", {**self.directory.names("Role"), **found})

    async def _role(self, id_: str) -> str:
        try:
            answer = await self._http.call("GET", f"/api/v1alpha/roles/{segment(id_)}")
        except (NotFound, PermissionDenied, Rejected):
            return ""  # it stays an id, on both sides
        name = answer.data.get("name") if isinstance(answer.data, dict) else None
        return name if isinstance(name, str) else ""
