"""A ledger among a project's artifacts: copied before a command, put back while and after it."""

import asyncio
import gzip
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from reconciler.commands.artifact_file import NOTHING, ArtifactFile
from reconciler.commands.artifact_place import ORGANIZATION, Place, check_private, place_of
from reconciler.commands.organization import Organization, Session, connect
from reconciler.errors import (
    ApiError,
    BadSettings,
    LedgerUnusable,
    NotFound,
    ReconcilerError,
    Rejected,
)
from reconciler.kinds.artifacts_retention_policy import ArtifactsRetentionPolicy
from reconciler.ledger import Ledger, canonical, opened_copy
from reconciler.model import Action, DesiredState, Plan, Problem, Refusal, Severity
from reconciler.model import Place as ManifestPlace
from reconciler.planning import retention
from reconciler.remote import Semaphore
from reconciler.remote.wire import MAX_ANSWER

MOST: Final = 256 * 1024 * 1024
"""Bytes that a ledger may have unpacked: many thousand runs of ten changes."""

NO_POLICY: Final = ArtifactsRetentionPolicy()

_GZIP: Final = 31  # how zlib calls that format
_LEFT: Final = ".reconciler"


@dataclass(slots=True)
class Copy:
    """The ledger, in memory, and what is known of the file.

    ``project``: the name of the project whose artifact it is, "" where nobody asked. ``version``:
    the one of the file that ours goes over, NOTHING before the first. ``there``: how many of our
    events are in the file. ``policy``: what deletes artifacts of the project, None where that is
    ``unread``, with the reason.
    """

    ledger: Ledger
    place: Place
    organization: Organization
    project: str
    version: str
    there: int
    policy: ArtifactsRetentionPolicy | None = NO_POLICY
    unread: str = ""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _trouble: str = ""

    @property
    def is_new(self) -> bool:
        return self.version == NOTHING

    async def keep(self) -> None:
        """Put there what was written so far; raises LedgerUnusable where that can't be.

        Who comes while that is done for another waits, and what all who wait have written goes
        there at once. Once it went wrong, it is not tried again for who waits for it.
        """
        written = self.ledger.count()
        async with self._turn:
            if self.there < written and not self._trouble:
                self._trouble = await self._put()
            if self.there < written:
                raise LedgerUnusable(
                    f"what it has could not be written down in {self.place.where} before it is "
                    f"deleted to be created again: {self._trouble}; try again, or with another "
                    "--ledger"
                )

    async def push(self) -> str:
        """Put it back, with what others wrote meanwhile; return what went wrong, "" if nothing.

        Nothing is raised, also if it is interrupted: what a run did has to be told.
        """
        if self.there == self.ledger.count():
            return ""
        try:
            why = await self._put()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 — it was cancelled
            task.uncancel()
            why = "it was interrupted"
        return self._left(why) if why else ""

    async def _put(self) -> str:
        """Put there all there is; return what went wrong, "" if nothing."""
        try:
            async with _reached(self.place, self.organization, read_only=False) as (file, _):
                await asyncio.sleep(0)  # who begins at the same time writes first
                await self._replace(file)
        except ReconcilerError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 — no bug may cost the records
            return f"a mistake in reconciler itself, {type(error).__name__}; please report it"
        return ""

    def warnings(self, state: DesiredState) -> Iterator[Problem]:
        """Tell what the retention policy of the project will do to the file."""
        live, path, where = self.policy or NO_POLICY, self.place.path, self.place.where
        yield from retention.warnings(state, live, self.project, path, where)
        if self.policy is None:
            text = f"whether a retention policy deletes it was not to be read: {self.unread}"
            yield Problem(ManifestPlace(where), text, Severity.WARNING)

    def refusals(self, plan: Plan) -> Iterator[Refusal]:
        """Refuse to publish or delete the project whose artifact this is.

        The next run would not read what all can read, and what is deleted it would not find.
        """
        for change in plan.changes:
            if change.live is None or change.live.id != self.place.project_id:
                continue
            if change.action in (Action.DELETE, Action.REPLACE):
                unsaid = change.action is Action.DELETE and change.desired is None
                said = "say `absent: true` in a manifest, and " if unsaid else ""
                text = (
                    f"takes {self.place.where} along, an artifact of this project; to delete it "
                    f"all the same, {said}keep the ledger elsewhere: --ledger none, or a file"
                )
                yield Refusal(change.address, text, change.place)
            elif any(f.path == "spec.visibility" and f.after == "public" for f in change.fields):
                text = (
                    f"everybody could read {self.place.where}, an artifact of this project; "
                    "leave it private, or keep the ledger elsewhere"
                )
                yield Refusal(change.address, text, change.place)

    async def _replace(self, file: ArtifactFile) -> None:
        """Write over what is there, and remember on this machine what that is from then on."""
        written, seen = self.ledger.count(), self.ledger.sighting()

        def with_ours(there: bytes | None) -> bytes | None:
            nonlocal seen
            with _unpacked(self.place, there, self.organization) as other:
                number = other.replay(self.ledger.content())
                seen = other.sighting()
                return _packed(other) if number else None

        self.version = await file.replace(self.version, _packed(self.ledger), with_ours)
        self.there = written
        if seen:
            self.ledger.remember(seen)

    def _left(self, why: str) -> str:
        """Leave the ledger on this disk, and say where it is."""
        said = f"{self.place.where} could not be pushed: {why}. What was done is done"
        try:
            Path(_LEFT).mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(
                prefix="not-pushed-", suffix=".db", dir=_LEFT, delete=False
            ) as file:
                file.write(self.ledger.content())
        except OSError as error:
            return f"{said}; its records are lost, for {_LEFT} can't be written: {error.strerror}"
        return f"{said}; its records are in {file.name}, and the next run does not know them"


@asynccontextmanager
async def copied(
    where: str, organization: Organization, environ: Mapping[str, str], *, offline: bool
) -> AsyncIterator[Copy]:
    """Copy the ledger from where ``artifact:NAME`` is, a new one if it is not there yet.

    ``offline``: with the job's token alone; nobody is asked who could read it. Raises BadSettings
    where none can be kept, LedgerUnusable for one that can't be had.
    """
    place = place_of(where, environ)
    if canonical(place.organization) != canonical(organization.url):
        raise BadSettings(
            f"--ledger {where} is kept in {place.organization} ({ORGANIZATION}), whose job this "
            f"is, and can't be that of {organization.url}: give another --ledger"
        )
    organization.known.add((place.token.reveal(),))
    if offline:
        organization = replace(organization, token=place.token)
    async with _reached(place, organization, read_only=True) as (file, session):
        project = "" if offline else await check_private(session.http, place)
        with _named(place):
            there = await file.load()
        policy, unread = (NO_POLICY, "") if offline else await _policy(session, place)
    with _unpacked(place, there.content if there else None, organization) as ledger:
        version = there.version if there else NOTHING
        count = ledger.count()
        yield Copy(ledger, place, organization, project, version, count, policy, unread)


async def _policy(session: Session, place: Place) -> tuple[ArtifactsRetentionPolicy | None, str]:
    """Return what deletes the artifacts of the project; None, and why, if that can't be read."""
    try:
        policies = Semaphore(session.http).retention_policies
        return await policies.describe(place.project_id), ""
    except (NotFound, Rejected):  # there is none, or no store yet (C 4.2)
        return NO_POLICY, ""
    except ApiError as error:
        return None, str(error)


@asynccontextmanager
async def _reached(
    place: Place, organization: Organization, *, read_only: bool
) -> AsyncIterator[tuple[ArtifactFile, Session]]:
    """Connect anew: a run that was to stop, or had no more time, still has its records to push."""
    own = replace(organization, read_only=read_only, timeout=None)
    async with connect(own) as session:
        yield ArtifactFile(Semaphore(session.http), place.path, place.token), session


@contextmanager
def _named(place: Place) -> Iterator[None]:
    """Say which ledger it is that can't be had."""
    try:
        yield
    except (ApiError, LedgerUnusable) as error:
        raise LedgerUnusable(f"{place.where} can't be had: {error}") from None


def _packed(ledger: Ledger) -> bytes:
    """Return a ledger as it travels; raises LedgerUnusable if it is too large to be loaded."""
    content = gzip.compress(ledger.content(), mtime=0)
    if len(content) > MAX_ANSWER:
        raise LedgerUnusable(
            f"it has {len(content)} bytes, and no more than {MAX_ANSWER} can be loaded again: "
            "archive what is old by `reconciler ledger compact`"
        )
    return content


@contextmanager
def _unpacked(place: Place, content: bytes | None, organization: Organization) -> Iterator[Ledger]:
    """Open what travelled, a new one for None; raises LedgerUnusable."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    try:
        text = b"" if content is None else unpacker.decompress(content, MOST)
    except zlib.error:
        text = b""
    if content is not None and not (text and unpacker.eof):
        raise LedgerUnusable(
            f"{place.where} is damaged, or no ledger, and is not taken for a new one: look with "
            "`artifact pull project`, remove it with `artifact yank project`, or use another name"
        )
    with opened_copy(place.where, text, organization.url, location=place.path) as ledger:
        yield ledger
