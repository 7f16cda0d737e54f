"""A file among the artifacts of a job's project, replaced by those who know what they replace."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from reconciler.errors import ApiError, LedgerUnusable, NotFound, Rejected
from reconciler.model import Sealed
from reconciler.remote import Semaphore
from reconciler.remote.client import Access, SignedUrl, Stored

NOTHING: Final = ""
"""The version of a file that is not there."""

_ATTEMPTS: Final = 16
"""How often it is looked whether the file is still what ours goes onto."""
_DENIED: Final = (
    "the organization says that the file is there, and its store that it is not; try again"
)
_MOVED: Final = (409, 412)  # what S3 says if another version is there

Onto = Callable[[bytes | None], bytes | None]
"""Puts what is ours onto what is there; None if it has all of ours."""


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """The file at ``path`` (``artifacts/projects/ID/…``); ``token`` is the job's own (D 16.1).

    All methods raise ApiError where the organization or its store can't be reached or refuses.
    """

    semaphore: Semaphore
    path: str
    token: Sealed

    async def load(self) -> Stored | None:
        """Return what is there, None for nothing.

        That there is nothing is for the organization to say, which signs addresses of files that
        are there alone (D 16.1); a store that then denies it is an error.
        """
        try:
            signed = (await self._signed(Access.PULL))[0]
        except NotFound:
            return None
        if not unquote(urlsplit(signed.url.reveal()).path).endswith(f"/{self.path}"):
            raise LedgerUnusable("there is a folder of this name")
        try:
            return await self.semaphore.artifacts.load(signed)
        except NotFound as error:
            error.advice = _DENIED
            raise

    async def replace(self, over: str, content: bytes, onto: Onto) -> str:
        """Write the file over the version it had; if another is there by now, ours goes onto that.

        Where the store heeds no conditions, the version is looked at right before and right after
        writing: what is lost is only what another one wrote and saw in place between our look and
        our write. Returns the version to go over the next time: one that has nothing but ours.
        Raises LedgerUnusable if others are faster each time.
        """
        head, put = await self._signed(Access.PUSH)
        ours_alone, moved = over, False
        for _ in range(_ATTEMPTS):
            if await self.semaphore.artifacts.version(head) != over:
                there = await self.load()
                over = there.version if there else NOTHING
                ours = onto(there.content if there else None)
                if ours is None:
                    return ours_alone
                content, moved = ours, True
                continue  # that took a while: look again right before writing
            written = await self._written(put, content, over, head)
            if written and await self.semaphore.artifacts.version(head) == written:
                return ours_alone if moved else written
        raise LedgerUnusable("others write the same file all the time")

    async def _written(self, put: SignedUrl, content: bytes, over: str, head: SignedUrl) -> str:
        """Write if the version is still there; return the new one, "" if it has to be looked at."""
        try:
            return await self.semaphore.artifacts.store(put, content, over=over)
        except NotFound:
            return ""
        except Rejected as error:
            if error.status not in _MOVED:
                raise
            return ""
        except ApiError as error:
            failed = error
        if failed.outcome_unknown and await self.semaphore.artifacts.version(head) != over:
            return ""
        raise failed

    async def _signed(self, access: Access) -> tuple[SignedUrl, ...]:
        return await self.semaphore.artifacts.job_urls([self.path], access, job_token=self.token)
