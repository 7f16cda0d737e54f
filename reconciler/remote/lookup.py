"""Looking up what ids stand for, as far as the API tells; what is found goes into the directory."""

from collections.abc import Iterable

from reconciler.kinds.kind import refs
from reconciler.model import Directory, Mention, Spec
from reconciler.model.literal import UUID
from reconciler.remote.http import Http
from reconciler.remote.roles import Roles


class Lookup:
    """Holds the directory and fills it."""

    def __init__(self, http: Http) -> None:
        self.directory = Directory()
        self._roles = Roles(http)

    async def learn(self, mentions: Iterable[Mention]) -> None:
        """Look up what is not known yet; projects are known, or there was no need."""
        await self._roles.look_up(mentions, self.directory)
        self.directory = self._roles.listed(self.directory)

    def heed(self, sent: Spec, answered: Spec) -> None:
        """Learn from the answer to a write: the server puts ids where names were sent (C 1.5).

        Only where it shows them nowhere else.
        """
        names, ids = list(refs(sent)), list(refs(answered))
        if not self.directory.veiled("Role") or len(names) != len(ids):
            return
        for (ref, name), (_, id_) in zip(names, ids, strict=True):
            if ref.kind == "Role" and UUID.fullmatch(id_) and not UUID.fullmatch(name):
                self._roles.told(id_, name)
        self.directory = self._roles.listed(self.directory)
