"""The server as a process: readiness, signals, state, organizations, TLS, rough clients."""

import asyncio
import itertools
import json
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest
import yaml

from tests.embedded.servers import PROJECTS, SECRETS, Server, environment, served

MANIFEST = """
apiVersion: v1alpha
kind: Dashboard
metadata: {name: main}
spec: {widgets: [{name: W, type: list_workflows, filters: {branch: main}}]}
"""


def test_ready_means_that_requests_are_taken(tmp_path: Path) -> None:
    """The line has the address; health needs no token, everything else does."""
    with served(tmp_path) as server:
        assert server.said == [f"ready: http://127.0.0.1:{server.port}"]
        health = server.get("/__admin__/health", token=None)
        assert (health.status_code, health.json()) == (200, {"status": "ok"})
        assert server.get(PROJECTS, token=None).status_code == 401
        answer = server.get(PROJECTS)
        assert (answer.status_code, answer.json()) == (200, [])
        assert "server" not in answer.headers


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: int, code: int) -> None:
    """The exit code is a promise; nothing is said, and the database is closed."""
    with served(tmp_path) as server:
        assert server.create("api").status_code == 200
        assert server.end(number) == (code, "")
    assert [each.name for each in (tmp_path / ".reconciler").iterdir()] == ["embedded.db"]


def test_a_call_in_flight_is_finished_before_the_end(tmp_path: Path) -> None:
    """The client of a slow answer gets it although the server has been told to stop."""
    with served(tmp_path) as server:
        server.fault(action="delay", method="POST", when="after", seconds=0.5)
        with server.connect() as connection:
            body = json.dumps({"metadata": {"name": "slow"}, "data": {}}).encode()
            head = f"POST {SECRETS} HTTP/1.1\r\nHost: x\r\nAuthorization: Token t\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            while not _entries(server, SECRETS):
                pass
            server.process.send_signal(signal.SIGTERM)
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
        assert server.process.wait(20) == 0


def _entries(server: Server, path: str) -> list[str]:
    entries = server.get("/__admin__/journal").json()["entries"]
    return [entry["path"] for entry in entries if entry["path"].startswith(path)]


def test_a_hanging_call_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    """Whoever waits for an answer that never comes is cut off after some seconds."""
    with served(tmp_path) as server:
        server.fault(action="hang")
        with server.connect() as connection:
            connection.sendall(f"GET {PROJECTS} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            server.get("/__admin__/health")
            assert server.end()[0] == 0


def test_state_survives_a_kill(tmp_path: Path) -> None:
    """Everything that was answered is there again, journal included, and the database is whole."""
    with served(tmp_path, "--db", "s.db") as server:
        for number in range(20):
            assert server.secret(f"s{number}").status_code == 200
        server.end(signal.SIGKILL)
    with closing(sqlite3.connect(tmp_path / "s.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with served(tmp_path, "--db", "s.db") as server:
        assert len(server.get(SECRETS).json()["secrets"]) == 20
        assert len(_entries(server, SECRETS)) == 21


def test_a_kill_loses_at_most_the_write_in_flight(tmp_path: Path) -> None:
    """Killed while writes come without a pause: each one that was answered is there."""
    answered: list[str] = []
    with served(tmp_path) as server:

        def writing() -> None:
            headers = {"Authorization": "Token t"}
            with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
                for number in itertools.count():
                    body = {"metadata": {"name": f"s{number:06}"}, "data": {}}
                    try:
                        client.post(SECRETS, json=body).raise_for_status()
                    except httpx.TransportError:
                        return
                    answered.append(body["metadata"]["name"])

        with ThreadPoolExecutor() as pool:
            written = pool.submit(writing)
            while len(answered) < 30:
                assert not written.done()
            server.end(signal.SIGKILL)
            written.result()
    with closing(sqlite3.connect(tmp_path / ".reconciler" / "embedded.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = [name for (name,) in database.execute("SELECT name FROM secrets ORDER BY name")]
        written_down = database.execute("SELECT count(*) FROM journal").fetchone()[0]
    assert found[: len(answered)] == answered
    assert len(found) - len(answered) in (0, 1)
    assert len(found) - written_down in (0, 1)


def test_a_database_in_memory_leaves_nothing(tmp_path: Path) -> None:
    """For a test's own server."""
    with served(tmp_path, "--db", ":memory:") as server:
        server.create("api")
        assert server.names() == ["api"]
    assert list(tmp_path.iterdir()) == []


def test_only_the_tokens_that_were_given_open_the_door(tmp_path: Path) -> None:
    """Any of them; health is open."""
    with served(tmp_path, "--token", "one", "--token", "two") as server:
        codes = [server.get(PROJECTS, token=token).status_code for token in ("one", "two", "any")]
        assert codes == [200, 200, 401]
        assert server.get("/__admin__/health", token=None).status_code == 200


@pytest.mark.parametrize(("words", "shown"), [((), ""), (("--secrets", "exposed"), "x")])
def test_values_of_secrets_are_shown_where_asked_for(
    tmp_path: Path, words: tuple[str, ...], shown: str
) -> None:
    """Those of the organization and those of a project; hidden unless it is said."""
    data = {"env_vars": [{"name": "A", "value": "x"}]}
    with served(tmp_path, *words) as server:
        server.create("api")
        for path in (SECRETS, "/api/v1/projects/api/secrets"):
            server.request("POST", path, json={"metadata": {"name": "s"}, "data": data})
            found = server.get(f"{path}/s").json()["data"]["env_vars"]
            assert found == [{"name": "A", "value": shown}]


def test_the_edition_decides_what_there_is(tmp_path: Path) -> None:
    """The community edition has no deployment targets."""
    with served(tmp_path, "--edition", "ce") as server:
        project = server.create("api").json()["metadata"]["id"]
        answer = server.get(f"/api/v1alpha/deployment_targets?project_id={project}")
        assert answer.status_code == 403


def test_it_listens_where_it_is_told_to(tmp_path: Path) -> None:
    """On the other loopback address; beyond this machine with a warning, unless tokens are set."""
    with served(tmp_path, "--host", "::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert server.get(PROJECTS).status_code == 200
        assert server.end() == (0, "")
    with served(tmp_path, "--host", "0.0.0.0") as server:  # noqa: S104 - that is what is tested
        assert server.get(PROJECTS).status_code == 200
        assert "any token is accepted" in server.end()[1]
    with served(tmp_path, "--host", "0.0.0.0", "--token", "t") as server:  # noqa: S104 - as above
        assert server.end() == (0, "")


def test_organizations_are_worlds_of_their_own(tmp_path: Path) -> None:
    """By path and by host; what is nobody's is not found, whatever the token (D 2)."""
    arguments = ("--organization", "acme", "--organization", "beta", "--db", "orgs")
    with served(tmp_path, *arguments) as server:
        port = server.port
        assert server.said[0] == (
            f"acme: http://127.0.0.1:{port}/acme or http://acme.localhost:{port}"
        )
        assert server.create("ours", "/acme").status_code == 200
        beta = {"Host": f"beta.localhost:{port}"}
        assert server.create("theirs", headers=beta).status_code == 200
        assert (server.names("/acme"), server.names("/beta")) == (["ours"], ["theirs"])
        nobody = server.get(PROJECTS)
        assert (nobody.status_code, nobody.text) == (404, "Not Found")
        assert server.get("/nobody" + PROJECTS, token=None).status_code == 404
        server.fault("/acme", action="answer", status=503)
        assert server.get("/beta" + PROJECTS).status_code == 200
        assert server.get("/acme" + PROJECTS).status_code == 503
    files = {each.name for each in (tmp_path / "orgs").iterdir()}
    assert {"acme.db", "beta.db"} <= files


def test_one_organization_is_at_the_root_and_under_its_name(tmp_path: Path) -> None:
    """Whatever the host."""
    with served(tmp_path, "--organization", "acme") as server:
        server.create("api")
        host = {"Host": "acme.semaphoreci.com"}
        for path in (PROJECTS, "/acme" + PROJECTS):
            assert server.get(f"{path}/api", headers=host).status_code == 200


def test_its_certificate_is_trusted_by_name_and_by_address(tmp_path: Path) -> None:
    """With SSL_CERT_FILE and without any other trust; the key is its owner's alone."""
    with served(tmp_path, "--tls", "--organization", "acme", "--organization", "b") as server:
        assert server.certificate is not None
        key = Path(server.certificate).with_name("key.pem")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        trust = ssl.create_default_context(cafile=server.certificate)
        for host in ("localhost", "127.0.0.1"):
            url = f"https://{host}:{server.port}/acme{PROJECTS}"
            headers = {"Authorization": "Token t"}
            answer = httpx.get(url, headers=headers, verify=trust, trust_env=False)
            assert (answer.status_code, answer.json()) == (200, [])
        script = "import httpx, sys; print(httpx.get(sys.argv[1]).status_code)"
        found = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", script, f"https://localhost:{server.port}/__admin__/health"],
            env=environment(tmp_path, SSL_CERT_FILE=server.certificate),
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout == "200\n"
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            httpx.get(f"https://localhost:{server.port}/", trust_env=False)


def test_seeds_are_there_when_it_is_ready(tmp_path: Path) -> None:
    """Manifests, in JSON too, are applied as ever; with a name, to that organization alone."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "main.yml").write_text(MANIFEST)
    (tmp_path / "other.json").write_text(
        json.dumps(yaml.safe_load(MANIFEST)).replace("main", "other")
    )
    arguments = ("--organization", "a", "--organization", "b", "--token", "t")
    seeding = ("--seed", "seeds", "--seed", "b=other.json")
    with served(tmp_path, *arguments, *seeding) as server:
        found = {
            name: {
                dashboard["metadata"]["name"]
                for dashboard in server.get(f"/{name}/api/v1alpha/dashboards", token="t").json()[
                    "dashboards"
                ]
            }
            for name in "ab"
        }
        assert found == {"a": {"main"}, "b": {"main", "other"}}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--seed", "nowhere"), 1, "nowhere"),
        (("--organization", "API"), 64, "lower-case"),
        (("--organization", "api"), 64, "none of api, jobs"),
        (("--organization", "a", "--organization", "a"), 64, "a name of its own"),
        (("--host", "192.0.2.1"), 1, "can't listen on 192.0.2.1"),
        (("--db", "text.db"), 1, "file is not a database"),
        (("--port", "70000"), 64, "--port"),
    ],
)
def test_what_it_cannot_serve_it_says_instead_of_being_ready(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """In words, with the exit code for it, and without "ready"."""
    (tmp_path / "text.db").write_text("this is no database, whatever its name says" * 40)
    ran = subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-m", "reconciler", "serve", "--port", "0", *arguments],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (code, "")
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_port_in_use_is_said_once(tmp_path: Path) -> None:
    """With the address, and without what Python adds to the system's words."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = subprocess.run(  # noqa: S603 - the program under test
            [sys.executable, "-m", "reconciler", "serve", "--port", str(port)],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    words = f"Error: can't listen on 127.0.0.1:{port}: Address already in use\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", words)


NONSENSE = (
    b"\x00\x01\x02\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /api/v1alpha/projects HTTP/1.1\r\nContent-Length: minus\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nX-A: " + b"b" * 1_000_000,
    b"GET /%ff%fe HTTP/1.1\r\nAuthorization: Token t\r\n\r\n",
    b"GET /api/v1alpha/projects/%00 HTTP/1.1\r\nAuthorization: Token \xff\r\n\r\n",
)


def test_nonsense_is_refused_and_the_server_lives_on(tmp_path: Path) -> None:
    """A status of 4xx or a closed connection, each time, and not a word about it."""
    with served(tmp_path, "--db", ":memory:") as server:
        for nonsense in NONSENSE:
            with server.connect() as connection:
                answer = _sent(connection, nonsense)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), nonsense[:40]
        assert server.get(PROJECTS).status_code == 200
        assert server.end() == (0, "")


def _sent(connection: socket.socket, content: bytes) -> bytes:
    try:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(100)
    except ConnectionError:
        return b""


def test_a_huge_body_is_refused_in_the_words_of_the_service(tmp_path: Path) -> None:
    """D 3: 413 above 8,000,000 bytes, as soon as they are there; what is committed stays."""
    with served(tmp_path) as server:
        server.create("api")
        headers = {"Content-Type": "application/json"}
        answer = server.request("POST", PROJECTS, content=b" " * 8_000_001, headers=headers)
        assert (answer.status_code, answer.text) == (413, "Something went wrong")
        with server.connect() as connection:
            head = f"POST {PROJECTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Token t\r\n"
            length = "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"
            connection.sendall((head + length).encode() + b" " * 8_100_000)
            assert connection.recv(12) == b"HTTP/1.1 413"
        answer = server.request("POST", SECRETS, content=b" " * 64_000_001)
        assert (answer.status_code, answer.json()["code"]) == (429, 8)
        assert server.names() == ["api"]


def test_slow_and_vanishing_clients_are_nobodys_problem(tmp_path: Path) -> None:
    """Half a head, half a body, and gone in the middle: the others are served."""
    head = f"POST {PROJECTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Token t\r\n".encode()
    body = b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    with served(tmp_path) as server, ExitStack() as open_ones:
        connections = [open_ones.enter_context(server.connect()) for _ in range(200)]
        for number, connection in enumerate(connections):
            connection.sendall(head if number % 2 else head + body)
        assert server.create("api").status_code == 200
        for connection in connections[:100]:
            connection.close()
        assert server.names() == ["api"]
        assert server.end() == (0, "")


def test_many_clients_at_once_lose_nothing(tmp_path: Path) -> None:
    """200 writes over 20 connections, each of them there afterwards, once."""

    async def writing(server: Server) -> list[int]:
        limits = httpx.Limits(max_connections=20)
        headers = {"Authorization": "Token t"}
        async with httpx.AsyncClient(
            base_url=server.url, headers=headers, limits=limits, trust_env=False, timeout=60
        ) as client:
            sent = (
                client.post(SECRETS, json={"metadata": {"name": f"s{n:03}"}, "data": {}})
                for n in range(200)
            )
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    with served(tmp_path) as server:
        assert asyncio.run(writing(server)) == [200] * 200
        listed: list[str] = []
        token = ""
        while token or not listed:
            page = server.get(f"{SECRETS}?page_token={token}").json()
            listed += [secret["metadata"]["name"] for secret in page["secrets"]]
            token = page["next_page_token"]
        assert listed == [f"s{n:03}" for n in range(200)]
