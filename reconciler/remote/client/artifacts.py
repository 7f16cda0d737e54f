"""Artifacts: what is stored, and signed addresses to load and store it (D 16)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AliasChoices, Field, PlainValidator

from reconciler.errors import BadAnswer, NotFound, PermissionDenied, Unauthenticated
from reconciler.model import Sealed
from reconciler.remote.client.calls import V1ALPHA, Calls, given
from reconciler.remote.client.model import M, Model, SecretAddress, parsed
from reconciler.remote.http import Answer

PATH = f"{V1ALPHA}/artifacts"
JOB_PATH = "/api/v1/artifacts"
_FOREIGN = "the job's token is refused: it is another project's or job's, or older than a day"
_REFUSED = "the store refused the signed address, which lasts 20 minutes; try again"


class Scope(StrEnum):
    """Whose artifacts."""

    PROJECTS = "projects"
    WORKFLOWS = "workflows"
    JOBS = "jobs"


class Access(StrEnum):
    """What a job wants to do with artifacts (D 16.1)."""

    PUSH = "PUSH"
    PUSH_FORCE = "PUSHFORCE"
    PULL = "PULL"
    YANK = "YANK"


_METHODS: Final = {
    Access.PUSH: ("HEAD", "PUT"),
    Access.PUSH_FORCE: ("PUT",),
    Access.PULL: ("GET",),
    Access.YANK: ("DELETE",),
}
_EXPANDED: Final = (Access.PULL, Access.YANK)  # one for each file of a directory


class Artifact(Model):
    """A file or directory."""

    name: str
    path: str = ""
    is_directory: bool = False
    size: int | None = Field(default=None, description="bytes; None for a directory")


class SignedUrl(Model):
    """An address that is a credential: whoever knows it may use it, for some minutes."""

    url: SecretAddress = Field(validation_alias=AliasChoices("url", "URL"))
    method: Annotated[str, PlainValidator(lambda word: str(word).upper())] = "GET"
    path: str = Field(default="", description="of the artifact; jobs' addresses don't say it")


@dataclass(frozen=True, slots=True)
class Stored:
    """The content of a file, and the version it is: another content has another one."""

    content: bytes = field(repr=False)
    version: str


class Artifacts:
    """Methods on artifacts."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def list(self, scope: Scope, scope_id: str, path: str = "") -> tuple[Artifact, ...]:
        """Return what is in a directory of artifacts, not in those below (D 16.2).

        ``scope_id`` is the id of the project, workflow or job; ``path`` is relative, without
        ``.`` or ``..``. Raises NotFound, Rejected, PermissionDenied (also where the organization
        lacks the feature).
        """
        params = given(scope=Scope(scope).value, scope_id=scope_id, path=path)
        answer = await self._calls.send("GET", PATH, params=params)
        return _several(Artifact, answer, "artifacts", "GET", PATH)

    async def signed_url(
        self, scope: Scope, scope_id: str, path: str, *, method: str = "GET"
    ) -> SignedUrl:
        """Return an address to read one file, or with HEAD to ask about it (D 16.2).

        Raises as :meth:`list`.
        """
        address = f"{PATH}/signed_url"
        params = given(
            scope=Scope(scope).value, scope_id=scope_id, path=path, method=method.upper()
        )
        answer = await self._calls.send("GET", address, params=params)
        found = _several(SignedUrl, answer, "items", "GET", address)
        if not found:
            raise BadAnswer("GET", address, status=answer.status, words="no address in the answer")
        return found[0].model_copy(update={"method": method.upper()})

    async def job_urls(
        self, paths: Iterable[str], access: Access, *, job_token: str | Sealed
    ) -> tuple[SignedUrl, ...]:
        """Return addresses to load, store or delete artifacts from inside a job (D 16.1).

        ``paths``: ``artifacts/{projects|workflows|jobs}/{id}/…``, all of one owner; PULL and YANK
        look at the first alone, and give one address per file where it is a directory. PUSH gives
        two for each, HEAD and then PUT: ask with the first whether the file exists. ``job_token``
        is the job's own (``SEMAPHORE_ARTIFACT_TOKEN``): an API token is refused. The addresses
        last 20 minutes.

        Raises NotFound where nothing is at the path, PermissionDenied for a token of something
        else, Rejected for a malformed path, BadAnswer for other addresses than these.
        """
        asked = tuple(paths)
        token = job_token if isinstance(job_token, Sealed) else Sealed(job_token)
        wanted = Access(access)
        try:
            answer = await self._calls.send(
                "POST",
                JOB_PATH,
                body={"paths": [*asked], "type": wanted.value},
                repeatable=True,
                asks=wanted is Access.PULL,
                authorization=token,
            )
        except PermissionDenied as error:
            error.advice = _FOREIGN
            raise
        found = _several(SignedUrl, answer, "URLs", "POST", JOB_PATH)
        methods = tuple(url.method for url in found)
        if not _fits(wanted, len(asked), methods):
            each, there = " and ".join(_METHODS[wanted]), ", ".join(methods) or "none"
            words = f"expected addresses for {each} of each file, got {there}"
            raise BadAnswer("POST", JOB_PATH, status=answer.status, words=words)
        return found

    async def load(self, signed: SignedUrl) -> Stored:
        """Return the file at an address for GET. Raises NotFound, PermissionDenied (too late).

        No token is sent there. A file of more than 32 MiB is a BadAnswer.
        """
        answer = await self._at(signed)
        return Stored(answer.content, _version(answer, signed))

    async def version(self, signed: SignedUrl) -> str:
        """Return the version of the file at an address for HEAD, "" for no file.

        Raises PermissionDenied (too late).
        """
        try:
            return _version(await self._at(signed), signed)
        except NotFound:
            return ""

    async def store(self, signed: SignedUrl, content: bytes, *, over: str | None = None) -> str:
        """Write a file whole to an address for PUT; return its version.

        ``over``: the version that is to be replaced, "" for no file. S3 raises Rejected (status
        409 or 412) or NotFound if there is another one, and writes nothing; Google's store does
        not heed it. None writes whatever is there. Raises PermissionDenied (too late).
        """
        conditions = {}
        if over is not None:
            conditions = {"If-Match": over} if over else {"If-None-Match": "*"}
        answer = await self._at(signed, content=content, conditions=conditions)
        return _version(answer, signed)

    async def _at(self, signed: SignedUrl, **parts: Any) -> Answer:
        """Send to a signed address; what a store refuses is the address, not our token."""
        try:
            answer = await self._calls.http.fetch(signed.url.reveal(), signed.method, **parts)
        except (PermissionDenied, Unauthenticated) as error:
            refused = PermissionDenied(
                error.method, error.path, status=error.status, words=error.words, advice=_REFUSED
            )
        else:
            if answer.status // 100 == 2:  # noqa: PLR2004 — the successes
                return answer
            raise _unreadable(answer, signed, "redirected to another page")
        raise refused


def _fits(access: Access, paths: int, methods: tuple[str, ...]) -> bool:
    """Tell whether these are the methods of addresses for so many paths (D 16.1)."""
    if not paths:
        return True  # whoever asked for none uses none
    if access in _EXPANDED:
        return bool(methods) and {*methods} == {*_METHODS[access]}
    return methods == _METHODS[access] * paths


def _version(answer: Answer, signed: SignedUrl) -> str:
    found = answer.headers.get("etag", "")
    if not found:
        raise _unreadable(answer, signed, "expected an ETag, to tell one version from another")
    return found


def _unreadable(answer: Answer, signed: SignedUrl, words: str) -> BadAnswer:
    place = signed.url.reveal().partition("?")[0]
    return BadAnswer(signed.method, place, status=answer.status, words=words)


def _several(model: type[M], answer: Answer, key: str, method: str, path: str) -> tuple[M, ...]:
    found = answer.within(key)
    if not isinstance(found, list):
        words = f"expected a list under {key!r}"
        raise BadAnswer(method, path, status=answer.status, words=words)
    return tuple(parsed(model, item, method=method, path=path) for item in found)
