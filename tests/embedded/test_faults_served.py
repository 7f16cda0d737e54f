"""Faults as a client on a socket sees them, asked for over the admin interface."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.embedded.servers import PROJECTS, SECRETS, Server, served


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all these tests: it has to survive each of them."""
    with served(tmp_path_factory.mktemp("served"), "--db", ":memory:") as server:
        yield server


@pytest.fixture
def server(shared: Server) -> Iterator[Server]:
    """Without the faults of the test before."""
    yield shared
    assert shared.request("DELETE", "/__admin__/faults").status_code == 200


def exists(server: Server, name: str) -> bool:
    return server.get(f"{PROJECTS}/{name}").status_code == 200


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("action", ["reset", "close"])
def test_a_connection_breaks(server: Server, action: str, when: str) -> None:
    """By a reset or without a word; only the server knows whether it is done."""
    name = f"{action}-{when}"
    server.fault(action=action, method="POST", path=SECRETS, when=when)
    body = json.dumps({"metadata": {"name": name}, "data": {}})
    head = f"POST {SECRETS} HTTP/1.1\r\nHost: x\r\nAuthorization: Token t\r\n"
    with server.connect() as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        if action == "reset":
            with pytest.raises(ConnectionResetError):
                connection.recv(100)
        else:
            assert connection.recv(100) == b""
    status = server.get(f"{SECRETS}/{name}").status_code
    assert status == (200 if when == "after" else 404)


@pytest.mark.parametrize("action", ["reset", "close"])
def test_httpx_sees_a_broken_connection(server: Server, action: str) -> None:
    """Which of its errors depends on how far the request had come."""
    server.fault(action=action, method="POST")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        server.create("broken")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_call_hangs(server: Server, when: str) -> None:
    """Until the client's own time is up."""
    server.fault(action="hang", method="POST", when=when)
    with pytest.raises(httpx.ReadTimeout):
        server.create(f"hang-{when}", timeout=1)
    assert exists(server, f"hang-{when}") == (when == "after")


def test_an_answer_is_cut_in_its_middle(server: Server) -> None:
    """The head promises more than comes."""
    server.fault(action="truncate", method="POST")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        server.create("truncated")
    assert exists(server, "truncated")


def test_an_answer_drips(server: Server) -> None:
    """Each read is in time, the whole is not: no timeout of a read catches it."""
    server.create("dripping")
    whole = server.get(f"{PROJECTS}/dripping").content
    server.fault(action="drip", method="GET", seconds=0.001)
    headers = {"Authorization": "Token t"}
    url = f"{server.url}{PROJECTS}/dripping"
    with httpx.stream("GET", url, headers=headers, trust_env=False) as answer:
        pieces = list(answer.iter_raw())
    assert b"".join(pieces) == whole
    assert len(pieces) > 10


def test_answers_of_the_edge_and_of_the_services(server: Server) -> None:
    """Before or after the deed."""
    for status in (429, 500, 502, 503, 504, 403):
        for when in ("before", "after"):
            name = f"s{status}-{when}"
            server.fault(action="answer", method="POST", when=when, status=status, retry_after="3")
            answer = server.create(name)
            assert (answer.status_code, answer.headers["retry-after"]) == (status, "3")
            assert exists(server, name) == (when == "after")


def test_pages_and_permissions_and_reads_that_lag(server: Server) -> None:
    """The same as in process; each once."""
    for number in range(3):
        server.secret(f"page{number}")
    server.fault(action="repeat_page", method="GET", path=SECRETS, nth=2)
    first = server.get(f"{SECRETS}?page_size=2").json()
    second = f"{SECRETS}?page_size=2&page_token={first['next_page_token']}"
    assert server.get(second).json() == first
    assert server.get(second).json() != first
    server.fault(action="stale", method="GET", path=f"{SECRETS}*")
    server.secret("page3")
    assert server.get(f"{SECRETS}/page3").status_code == 404
    assert server.get(f"{SECRETS}/page3").status_code == 200
    server.fault(action="deny", path=f"{SECRETS}*")
    assert server.get(SECRETS).status_code == 403
    assert server.get(SECRETS).status_code == 200


def test_a_committed_write_is_in_the_journal_although_its_answer_was_lost(server: Server) -> None:
    """And one that never arrived is told apart from it."""
    last = server.get("/__admin__/journal").json()["last"]
    for when in ("before", "after"):
        server.fault(action="reset", method="POST", when=when)
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            server.secret(f"lost-{when}")
    entries = server.get(f"/__admin__/journal?after={last}").json()["entries"]
    found = [(entry["method"], entry["status"], entry["fault"]) for entry in entries]
    assert found == [("POST", 0, "reset before"), ("POST", 200, "reset after")]


@pytest.mark.parametrize(
    ("when", "there", "answered"),
    [("before", False, False), ("after", True, False), ("answered", True, True)],
)
def test_a_kill_loses_the_call_in_flight_at_most(
    tmp_path: Path, when: str, there: bool, answered: bool
) -> None:
    """The second write kills the server; the first is there, the second if it was committed."""
    faults = f'[{{"action": "kill", "method": "POST", "nth": 2, "when": "{when}"}}]'
    with served(tmp_path, RECONCILER_EMBEDDED_FAULTS=faults) as server:
        assert server.secret("first").status_code == 200
        if answered:
            assert server.secret("second").status_code == 200
        else:
            with pytest.raises(httpx.TransportError):
                server.secret("second")
        assert server.process.wait(10) == -signal.SIGKILL
    with served(tmp_path) as server:
        entries = server.get("/__admin__/journal").json()["entries"]
        found = [secret["metadata"]["name"] for secret in server.get(SECRETS).json()["secrets"]]
    assert found == (["first", "second"] if there else ["first"])
    assert [entry["method"] for entry in entries] == ["POST"] * len(found)
