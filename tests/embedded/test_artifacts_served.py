"""The object store over real HTTP, as a job reaches it: kept over restarts, whole or not at all."""

import signal
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.embedded.servers import Server, served

CONTENT = bytes(range(256)) * 4096  # 1 MiB, no text


class Job:
    """A job of the project `api`, with what it found in its environment."""

    def __init__(self, server: Server) -> None:
        answer = server.request("POST", "/__admin__/environment", json={"project": "api"})
        self.found: dict[str, str] = answer.json()["environment"]
        self.path = f"artifacts/projects/{self.found['SEMAPHORE_PROJECT_ID']}/x"

    def sign(self, kind: str) -> list[dict[str, str]]:
        answer = httpx.post(
            f"{self.found['SEMAPHORE_ORGANIZATION_URL']}/api/v1/artifacts",
            json={"paths": [self.path], "type": kind},
            headers={"Authorization": self.found["SEMAPHORE_ARTIFACT_TOKEN"]},
            trust_env=False,
        )
        urls: list[dict[str, str]] = answer.json().get("URLs", [])
        return urls

    def send(self, kind: str, method: str, **parts: Any) -> httpx.Response:
        (url,) = [url["URL"] for url in self.sign(kind) if url["method"] == method]
        return httpx.request(method, url, trust_env=False, **parts)


def test_what_a_job_stores_survives_a_kill(tmp_path: Path) -> None:
    """Answered is stored; addresses lead to where the server is now."""
    with served(tmp_path) as server:
        server.create("api")
        job = Job(server)
        assert job.send("PUSH", "HEAD").status_code == 404
        assert job.send("PUSHFORCE", "PUT", content=CONTENT).status_code == 200
        server.end(signal.SIGKILL)
    with served(tmp_path) as server:
        job = Job(server)
        assert job.found["SEMAPHORE_ORGANIZATION_URL"] == server.url
        assert job.send("PUSH", "HEAD").headers["content-length"] == str(len(CONTENT))
        assert job.send("PULL", "GET").content == CONTENT
        assert job.send("YANK", "DELETE").status_code == 204
        assert job.sign("PULL") == []


def test_half_an_upload_changes_nothing(tmp_path: Path) -> None:
    """What was there before is there whole."""
    with served(tmp_path) as server:
        server.create("api")
        job = Job(server)
        assert job.send("PUSHFORCE", "PUT", content=b"before").status_code == 200
        url = urlsplit(job.sign("PUSHFORCE")[0]["URL"])
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n"
            connection.sendall(f"{head}Content-Length: {len(CONTENT)}\r\n\r\n".encode())
            connection.sendall(CONTENT[: len(CONTENT) // 2])
        assert job.send("PULL", "GET").content == b"before"


def test_an_organization_below_a_path_has_its_addresses_there(tmp_path: Path) -> None:
    """Of several organizations on one server, each keeps its own."""
    with served(tmp_path, "--organization", "acme", "--organization", "globex") as server:
        for name in ("acme", "globex"):
            server.create("api", f"/{name}")
        acme, globex = (
            Job(Server(server.process, f"{server.url}/{name}", [], None))
            for name in ("acme", "globex")
        )
        assert acme.send("PUSHFORCE", "PUT", content=b"1").status_code == 200
        assert acme.send("PULL", "GET").content == b"1"
        assert globex.sign("PULL") == []
        foreign = acme.sign("PULL")[0]["URL"].replace("/acme/", "/globex/")
        assert httpx.get(foreign, trust_env=False).status_code == 403
