"""examples/ci/comment.py: one comment for each purpose, edited in place, at each host."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

SCRIPT = Path(__file__).parent.parent / "examples" / "ci" / "comment.py"
MARKER = "<!-- reconciler:plan https://acme.semaphoreci.com -->"
HOSTS = ("github", "gitlab", "bitbucket")


class Host(ThreadingHTTPServer):
    """The comments of one pull request, as one of three APIs has them."""

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = name
        self.comments: list[dict[str, Any]] = []
        self.writes: list[tuple[str, str]] = []

    def add(self, author: str, text: str) -> None:
        made: dict[str, Any] = {"id": len(self.comments)}
        if self.name == "bitbucket":
            made |= {"user": {"display_name": author}, "content": {"raw": text}}
        else:
            who = {"github": ("user", "login"), "gitlab": ("author", "username")}[self.name]
            made |= {who[0]: {who[1]: author}, "body": text}
        self.comments.append(made)

    @property
    def texts(self) -> list[str]:
        return [one["content"]["raw"] if "content" in one else one["body"] for one in self.comments]


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, found: object) -> None:
        assert "token-1" in (self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"])
        data = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        begin = (int(query["page"][0]) - 1) * 100
        found = self.server.comments[begin : begin + 100]
        self._answer({"values": found} if self.server.name == "bitbucket" else found)

    def _body(self) -> Any:
        self.server.writes.append((self.command, self.path))
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def do_POST(self) -> None:
        body = self._body()
        self.server.add("bot", body["content"]["raw"] if "content" in body else body["body"])
        self._answer({})

    def do_PUT(self) -> None:
        self.server.comments[int(self.path.rsplit("/", 1)[1])] |= self._body()
        self._answer({})

    do_PATCH = do_PUT  # noqa: N815 — the name that http.server looks for


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    with Host(request.param) as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def _comment(host: Host, folder: Path, text: str) -> None:
    """Run the script as a job of that host would."""
    (folder / "plan.md").write_text(text)
    api = f"http://127.0.0.1:{host.server_port}"
    environment = {
        "AUTHOR": "bot",
        "GITHUB_TOKEN": "token-1",
        "GITHUB_API_URL": api,
        "GITHUB_REPOSITORY": "acme/organization",
        "PULL_REQUEST": "7",
        "GITLAB_TOKEN": "token-1",
        "CI_API_V4_URL": api,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "BITBUCKET_TOKEN": "token-1",
        "BITBUCKET_API_URL": api,
        "BITBUCKET_REPO_FULL_NAME": "acme/organization",
        "BITBUCKET_PR_ID": "7",
    }
    ran = subprocess.run(  # noqa: S603 — our own script
        [sys.executable, SCRIPT, host.name, folder / "plan.md"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_one_comment_is_edited_in_place(host: Host, tmp_path: Path) -> None:
    """Made once, left alone while it says the same, and edited when it does not; no other is."""
    host.add("somebody", f"I write your marker\n\n{MARKER}")
    for number in range(150):
        host.add("bot", f"another {number}")
    others = host.texts
    first, second = (f"### Plan {word}\n\n{MARKER}\n" for word in ("one", "two"))
    _comment(host, tmp_path, first)
    assert host.texts == [*others, first.strip()]
    _comment(host, tmp_path, first)
    assert [method for method, _ in host.writes] == ["POST"]
    _comment(host, tmp_path, second)
    assert host.texts == [*others, second.strip()]
    assert [method for method, _ in host.writes][1:] == [{"github": "PATCH"}.get(host.name, "PUT")]
    drift = f"### Drift\n\n{MARKER.replace('plan', 'drift')}\n"
    _comment(host, tmp_path, drift)
    assert host.texts == [*others, second.strip(), drift.strip()]
