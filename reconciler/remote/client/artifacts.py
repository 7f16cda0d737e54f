"""Artifacts: what is stored, and signed addresses to load and store it (D 16)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, Field, PlainValidator

from reconciler.errors import BadAnswer
from reconciler.model import Sealed
from reconciler.remote.client.calls import V1ALPHA, Calls, given, within
from reconciler.remote.client.model import M, Model, Secret, parsed
from reconciler.remote.http import Answer

PATH = f"{V1ALPHA}/artifacts"
JOB_PATH = "/api/v1/artifacts"


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


class Artifact(Model):
    """A file or directory."""

    name: str
    path: str = ""
    is_directory: bool = False
    size: int | None = Field(default=None, description="bytes; None for a directory")


class SignedUrl(Model):
    """An address that is a credential: whoever knows it may use it, for some minutes."""

    url: Secret = Field(validation_alias=AliasChoices("url", "URL"))
    method: Annotated[str, PlainValidator(lambda word: str(word).upper())] = "GET"
    path: str = Field(default="", description="of the artifact; jobs' addresses don't say it")


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
        else, Rejected for a malformed path.
        """
        token = job_token if isinstance(job_token, Sealed) else Sealed(job_token)
        body = {"paths": [*paths], "type": Access(access).value}
        answer = await self._calls.send(
            "POST", JOB_PATH, body=body, repeatable=True, authorization=token
        )
        return _several(SignedUrl, answer, "URLs", "POST", JOB_PATH)


def _several(model: type[M], answer: Answer, key: str, method: str, path: str) -> tuple[M, ...]:
    found = within(answer, key)
    if not isinstance(found, list):
        words = f"expected a list under {key!r}"
        raise BadAnswer(method, path, status=answer.status, words=words)
    return tuple(parsed(model, item, method=method, path=path) for item in found)
