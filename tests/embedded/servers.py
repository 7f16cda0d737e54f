"""Real servers in processes of their own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PROJECTS = "/api/v1alpha/projects"
SECRETS = "/api/v1beta/secrets"
ADMIN = "/__admin__"
ITS_TOKEN = ""
_OUTSIDE = ("SEMAPHORE", "RECONCILER", "SSL_CERT", "CURL_CA")


@dataclass
class Server:
    """A running server; requests carry ``token``, one that it takes, unless told otherwise."""

    process: "subprocess.Popen[str]"
    url: str
    said: list[str]
    certificate: str | None
    token: str = "any"

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def request(
        self, method: str, path: str, *, token: str | None = ITS_TOKEN, **parts: Any
    ) -> httpx.Response:
        token = self.token if token == ITS_TOKEN else token
        headers = {} if token is None else {"Authorization": f"Token {token}"}
        headers |= parts.pop("headers", {})
        parts = {"timeout": 10, "trust_env": False} | parts
        return httpx.request(method, self.url + path, headers=headers, **parts)

    def get(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("GET", path, **parts)

    def create(self, name: str, prefix: str = "", **parts: Any) -> httpx.Response:
        repository = {"url": f"git@github.com:acme/{name}.git", "integration_type": "github_app"}
        body = {"metadata": {"name": name}, "spec": {"repository": repository}}
        return self.request("POST", prefix + PROJECTS, json=body, **parts)

    def secret(self, name: str, **parts: Any) -> httpx.Response:
        return self.request("POST", SECRETS, json={"metadata": {"name": name}, "data": {}}, **parts)

    def names(self, prefix: str = "") -> list[str]:
        """The projects, once all of them are initialised."""
        moved = self.request("POST", f"{prefix}{ADMIN}/clock", json={"advance": 1})
        assert moved.status_code == 200, moved.text
        listed = self.get(prefix + PROJECTS).json()
        return sorted(project["metadata"]["name"] for project in listed)

    def fault(self, prefix: str = "", **fault: Any) -> None:
        response = self.request("POST", f"{prefix}{ADMIN}/faults", json=fault)
        assert response.status_code == 200, response.text

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send the signal and return exit code and standard error."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=60)
        return self.process.returncode, err


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OUTSIDE)}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"} | more


@contextmanager
def served(place: Path, *arguments: str, **variables: str) -> Iterator[Server]:
    """`reconciler serve` on a free port, once it is ready."""
    process = subprocess.Popen(  # noqa: S603 - the program under test
        [sys.executable, "-m", "reconciler", "serve", "--port", "0", *arguments],
        cwd=place,
        env=environment(place, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        server = _ready(process)
        if "--token" in arguments:
            server.token = arguments[arguments.index("--token") + 1]
        yield server
    finally:
        process.kill()
        process.communicate()


def _ready(process: "subprocess.Popen[str]") -> Server:
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line.rstrip("\n"))
        if line.startswith("ready: "):
            break
    else:
        raise AssertionError(process.communicate()[1])
    certificates = [line for line in said if re.match("SSL_CERT_FILE=", line)]
    certificate = certificates[0].partition("=")[2] if certificates else None
    return Server(process, said[-1].removeprefix("ready: "), said, certificate)
