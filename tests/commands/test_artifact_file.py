"""A file among artifacts that several write, over real HTTP, with both stores."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from reconciler.commands.artifact_file import NOTHING, ArtifactFile
from reconciler.errors import ApiError, LedgerUnusable, NotFound, NotSent, PermissionDenied
from reconciler.model import Sealed
from reconciler.remote import Semaphore
from tests.embedded.servers import Server, served

T = TypeVar("T")
EDITIONS = ("cloud", "ce")


class Job:
    """A job of a project, which keeps lines in a file."""

    def __init__(self, server: Server, project: str) -> None:
        answer = server.request("POST", "/__admin__/environment", json={"project": project})
        found = answer.json()["environment"]
        self.server = server
        self.url = found["SEMAPHORE_ORGANIZATION_URL"]
        self.token = found["SEMAPHORE_ARTIFACT_TOKEN"]
        self.root = f"artifacts/projects/{found['SEMAPHORE_PROJECT_ID']}"

    async def at(
        self,
        work: Callable[[ArtifactFile], Awaitable[T]],
        name: str = "lines",
        *,
        read_only: bool = False,
    ) -> T:
        async with Semaphore.open(self.url, "any", read_only=read_only) as semaphore:
            return await work(ArtifactFile(semaphore, f"{self.root}/{name}", Sealed(self.token)))

    def do(self, work: Callable[[ArtifactFile], Awaitable[T]], name: str = "lines") -> T:
        return asyncio.run(self.at(work, name))

    def lines(self) -> set[bytes]:
        found = self.do(lambda file: file.load())
        return set(found.content.split()) if found else set()

    async def adds(self, line: bytes, over: str, others: bytes = b"") -> None:
        """Replace the version that was seen, whose content was ``others``."""

        def onto(there: bytes | None) -> bytes | None:
            lines = set((there or b"").split())
            return None if line in lines else b"\n".join(sorted({*lines, line}))

        content = b"\n".join(sorted({*others.split(), line}))
        await self.at(lambda file: file.replace(over, content, onto))


@pytest.fixture(scope="module", params=EDITIONS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("served"), "--edition", request.param) as server:
        yield server


@pytest.fixture
def job(server: Server) -> Iterator[Job]:
    """In a project of its own, and with no faults left by others."""
    name = f"p{uuid.uuid4()}"
    server.create(name)
    yield Job(server, name)
    server.request("DELETE", "/__admin__/faults")
    server.request("DELETE", "/__admin__/journal")


def test_a_file_is_made_and_replaced(job: Job) -> None:
    """Nobody else is about."""
    assert job.do(lambda file: file.load()) is None
    asyncio.run(job.adds(b"a", NOTHING))
    there = job.do(lambda file: file.load())
    assert there is not None
    asyncio.run(job.adds(b"b", there.version, there.content))
    assert job.lines() == {b"a", b"b"}


def test_a_connection_that_only_reads_can_load(job: Job) -> None:
    """And no more."""
    asyncio.run(job.adds(b"a", NOTHING))
    there = asyncio.run(job.at(ArtifactFile.load, read_only=True))
    assert there is not None
    with pytest.raises(NotSent):
        asyncio.run(job.at(lambda file: file.replace("", b"", lambda _: None), read_only=True))
    assert job.lines() == {b"a"}


def test_what_another_one_wrote_stays(job: Job) -> None:
    """The version moved since we looked; or there was none, or there is none any more."""
    asyncio.run(job.adds(b"a", NOTHING))
    there = job.do(lambda file: file.load())
    assert there is not None
    asyncio.run(job.adds(b"b", there.version, there.content))
    asyncio.run(job.adds(b"c", there.version, there.content))
    asyncio.run(job.adds(b"d", NOTHING))
    assert job.lines() == {b"a", b"b", b"c", b"d"}


def test_two_at_once_lose_nothing(job: Job) -> None:
    """Both look, both write: S3 refuses the second, at Google the first sees it afterwards."""
    asyncio.run(job.adds(b"a", NOTHING))
    there = job.do(lambda file: file.load())
    assert there is not None
    job.server.fault(action="delay", method="PUT", when="after", seconds=0.5)

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            for line in (b"b", b"c"):
                group.create_task(job.adds(line, there.version, there.content))

    asyncio.run(both())
    assert job.lines() == {b"a", b"b", b"c"}


def test_another_one_writes_while_ours_is_put_onto_what_is_there(job: Job) -> None:
    """It is looked once more right before writing, for that takes a while."""
    asyncio.run(job.adds(b"a", NOTHING))
    others = [b"b", b"c"]

    def onto(there: bytes | None) -> bytes | None:
        with ThreadPoolExecutor() as aside:
            for line in others[:1]:
                aside.submit(asyncio.run, job.adds(line, NOTHING)).result()
        del others[:1]
        return b"\n".join(sorted({*(there or b"").split(), b"d"}))

    job.do(lambda file: file.replace(NOTHING, b"d", onto))
    assert job.lines() == {b"a", b"b", b"c", b"d"}


def test_a_write_whose_answer_is_lost_is_looked_for(job: Job) -> None:
    """It is not done twice, and not given up."""
    fault = {"action": "close", "when": "after", "method": "PUT", "path": "*/objects/*"}
    job.server.fault(**fault, times=2)
    asyncio.run(job.adds(b"a", NOTHING))
    assert job.lines() == {b"a"}


def test_a_store_that_fails_is_an_error(job: Job) -> None:
    """Nothing is there, and it is known."""
    job.server.fault(
        action="answer", status=503, method="PUT", path="*/objects/*", times=None, when="before"
    )
    with pytest.raises(ApiError, match="503"):
        asyncio.run(job.adds(b"a", NOTHING))
    assert job.lines() == set()


def test_another_projects_token_opens_nothing(job: Job) -> None:
    """It says that it is the token."""
    job.root = "artifacts/projects/1b2a6a8e-2a4f-4b0c-9d3e-5f6a7b8c9d0e"
    for work in (ArtifactFile.load, lambda file: file.replace("", b"x", lambda _: None)):
        with pytest.raises(PermissionDenied, match=r"the job's token .* another project"):
            job.do(work)


def test_a_folder_is_no_file(job: Job) -> None:
    """Its files are not taken for it."""
    job.do(lambda file: file.replace(NOTHING, b"x", lambda _: None), "lines/of/others")
    with pytest.raises(LedgerUnusable, match="folder"):
        job.do(lambda file: file.load())


def test_a_store_that_does_not_know_the_file_is_an_error(job: Job) -> None:
    """The organization signs addresses of files that are there alone: it is not taken for none."""
    asyncio.run(job.adds(b"a", NOTHING))
    job.server.fault(action="answer", status=404, method="GET", path="*/objects/*", times=None)
    with pytest.raises(NotFound, match=r"GET .*404.* its store that it is not; try again"):
        job.do(lambda file: file.load())


def test_no_token_goes_to_the_store(job: Job) -> None:
    """It would refuse it: see test_artifacts of the embedded organization."""
    asyncio.run(job.adds(b"a", NOTHING))
    entries = job.server.get("/__admin__/journal").json()["entries"]
    asked = [entry["status"] for entry in entries if "/objects/" in entry["path"]]
    assert asked == [404, 200, 200]
