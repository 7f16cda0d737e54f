"""Storing and loading as a job, on a real socket, with both stores and in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from reconciler.embedded import Edition, Embedded
from reconciler.embedded.artifacts import tokens
from reconciler.errors import NotFound, PermissionDenied, Rejected
from reconciler.remote import Semaphore
from reconciler.remote.client import Access, SignedUrl
from tests.embedded.servers import Server, served

T = TypeVar("T")
CONTENT = bytes(range(256)) * 100


class Job:
    """A job of the project `api`, and the client it uses."""

    def __init__(self, found: dict[str, str], transport: httpx.AsyncBaseTransport | None) -> None:
        self.url = found["SEMAPHORE_ORGANIZATION_URL"]
        self.path = f"artifacts/projects/{found['SEMAPHORE_PROJECT_ID']}/some/file"
        self._token = found["SEMAPHORE_ARTIFACT_TOKEN"]
        self._transport = transport

    def do(self, work: Callable[[Semaphore], Awaitable[T]]) -> T:
        async def main() -> T:
            async with Semaphore.open(self.url, "any", transport=self._transport) as semaphore:
                return await work(semaphore)

        return asyncio.run(main())

    def sign(self, access: Access) -> tuple[SignedUrl, ...]:
        return self.do(lambda s: s.artifacts.job_urls([self.path], access, job_token=self._token))

    def head(self) -> SignedUrl:
        return self.sign(Access.PUSH)[0]

    def put(self, content: bytes = CONTENT, over: str | None = None) -> str:
        signed = self.sign(Access.PUSH)[1]
        return self.do(lambda s: s.artifacts.store(signed, content, over=over))


def environment(server: Server) -> dict[str, str]:
    """What a job in a new project finds."""
    assert server.create("api").status_code == 200
    answer = server.request("POST", "/__admin__/environment", json={"project": "api"})
    found: dict[str, str] = answer.json()["environment"]
    return found


@pytest.fixture(params=[Edition.CLOUD, Edition.CE])
def job(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Job]:
    """Over HTTP."""
    with served(tmp_path, "--edition", request.param) as server:
        yield Job(environment(server), None)


def test_what_is_stored_is_loaded(job: Job) -> None:
    """The same bytes, of the version that storing told."""
    head = job.head()
    assert job.do(lambda s: s.artifacts.version(head)) == ""
    with pytest.raises(NotFound):
        job.sign(Access.PULL)
    version = job.put()
    assert job.do(lambda s: s.artifacts.version(head)) == version
    (get,) = job.sign(Access.PULL)
    found = job.do(lambda s: s.artifacts.load(get))
    assert (found.content, found.version) == (CONTENT, version)
    assert job.put(b"another") != version


def test_an_address_is_for_one_method(job: Job) -> None:
    """Whatever a store refuses is said of the address."""
    put = job.sign(Access.PUSH_FORCE)[0]
    wrong = put.model_copy(update={"method": "GET"})
    with pytest.raises(PermissionDenied, match="signed address"):
        job.do(lambda s: s.artifacts.load(wrong))


def test_only_s3_heeds_what_is_to_be_replaced(tmp_path: Path) -> None:
    """Google's store writes all the same: who has to know looks before and after."""
    for edition, heeds in ((Edition.CLOUD, False), (Edition.CE, True)):
        place = tmp_path / edition
        place.mkdir()
        with served(place, "--edition", edition) as server:
            job = Job(environment(server), None)
            first = job.put(b"first", over="")
            assert job.put(b"second", over=first)
            for over in (first, ""):
                if heeds:
                    with pytest.raises(Rejected, match="PreconditionFailed"):
                        job.put(b"third", over=over)
                else:
                    job.put(b"third", over=over)


def test_in_this_process(tmp_path: Path) -> None:
    """The addresses lead to where the transport does."""
    project = "1b2a6a8e-2a4f-4b0c-9d3e-5f6a7b8c9d0e"
    with Embedded(str(tmp_path / "embedded.db")) as embedded:
        found = {
            "SEMAPHORE_ORGANIZATION_URL": "https://acme.example.com",
            "SEMAPHORE_PROJECT_ID": project,
            "SEMAPHORE_ARTIFACT_TOKEN": tokens.issued(embedded.world, project=project),
        }
        job = Job(found, embedded.transport())
        version = job.put()
        (get,) = job.sign(Access.PULL)
        assert job.do(lambda s: s.artifacts.load(get)).version == version
