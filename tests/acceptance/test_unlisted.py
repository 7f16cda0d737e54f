"""Lists that leave out what there is: nothing is taken for gone by them alone."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from reconciler.kinds import KINDS
from reconciler.remote import routes
from tests.acceptance.conftest import TOKEN, Program, Ran
from tests.acceptance.renaming import PROJECT, SCHEDULE, SECRET, TARGET
from tests.embedded.servers import PROJECTS, Server, served

INSIDE = {"DeploymentTarget": TARGET, "ProjectSecret": SECRET, "Schedule": SCHEDULE}
HOME = PROJECT.replace("NAME", "home")
EMPTY = {"DeploymentTarget": "[]", "ProjectSecret": '{"secrets": []}', "Schedule": "[]"}


@pytest.fixture
def server(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("T", "nightjar-1")
    with served(place, "--organization", "acme", "--token", TOKEN, "--db", ":memory:") as found:
        yield found


def _run(reconciler: Program, server: Server, *arguments: str) -> Ran:
    return reconciler("--org", f"{server.url}/acme", *arguments, "m.yml")


def _home(server: Server) -> httpx.Response:
    return server.get(f"/acme{PROJECTS}/home", token=TOKEN)


def _hidden(reconciler: Program, server: Server, place: Path, kind: str, rules: str) -> None:
    """Have something of ours in a project, which no list shows any more, nor a manifest."""
    inside = INSIDE[kind].replace("NAME", "x").partition("reconciler:")[0]
    (place / "m.yml").write_text(f"{HOME}---\n{inside}{rules}")
    ran = _run(reconciler, server, "apply", "--auto-approve")
    assert ran.code == 0, ran
    id_ = _home(server).json()["metadata"]["id"]
    path, _ = routes.collection(KINDS[kind], id_)
    answer = {"action": "answer", "status": 200, "body": EMPTY[kind], "times": None}
    server.fault("/acme", path=path, method="GET", **answer)


@pytest.mark.parametrize("kind", INSIDE)
@pytest.mark.parametrize("way", ["destroy", "absent"])
def test_what_is_protected_keeps_its_project(
    reconciler: Program, server: Server, place: Path, kind: str, way: str
) -> None:
    """It is asked for by its id."""
    _hidden(reconciler, server, place, kind, "reconciler: {protect: true}\n")
    (place / "m.yml").write_text(f"{HOME}reconciler: {{absent: {str(way == 'absent').lower()}}}\n")
    command = ("destroy",) if way == "destroy" else ("apply", "--max-deletes", "9")
    ran = _run(reconciler, server, *command, "--auto-approve")
    assert ran.code == (0 if way == "destroy" else 4), ran
    assert f"{kind}/home/x in it is protected" in ran.out
    assert _home(server).status_code == HTTPStatus.OK


@pytest.mark.parametrize("kind", INSIDE)
def test_what_is_ours_is_named(reconciler: Program, server: Server, place: Path, kind: str) -> None:
    """It goes with its project, as the server shows it by its id."""
    _hidden(reconciler, server, place, kind, "")
    (place / "m.yml").write_text(f"{HOME}reconciler: {{absent: true}}\n")
    ran = _run(reconciler, server, "plan")
    assert f"{kind}/home/x" in ran.out
