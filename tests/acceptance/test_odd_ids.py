"""Ids that are no ids, and objects of which half is missing: it is told that they can't be read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.remote import routes
from tests.acceptance.conftest import TOKEN, Program
from tests.embedded.servers import ADMIN, PROJECTS, Server, served

LISTED = sorted(name for name, kind in KINDS.items() if not kind.singleton)
ODD: tuple[Any, ...] = ({"a": 1}, [{}], 7, None)


@pytest.fixture
def full(reconciler: Program, place: Path) -> Iterator[Server]:
    """A server of its own that has an object of every kind."""
    with served(place, "--organization", "acme", "--token", TOKEN, "--db", ":memory:") as found:
        ran = reconciler("--org", f"{found.url}/acme", "-q", "apply", "all.yml", "--auto-approve")
        assert ran.code == 0, ran
        yield found


def _home(full: Server) -> str:
    projects = full.get(f"/acme{PROJECTS}", token=TOKEN).json()
    return next(str(p["metadata"]["id"]) for p in projects if p["metadata"]["name"] == "api")


@pytest.mark.parametrize("name", LISTED)
def test_an_id_that_is_not_text(full: Server, reconciler: Program, name: str) -> None:
    """An object, a list, a number, null; agent types have no id, and are known by name."""
    kind = KINDS[name]
    path, params = routes.collection(kind, _home(full))
    listed = full.get(f"/acme{path}", token=TOKEN, params=params).json()
    items = listed[kind.api.list_key] if kind.api.list_key else listed
    for odd in ODD:
        for item in items:
            item.get("metadata", item)["name" if name == "SelfHostedAgentType" else "id"] = odd
        full.request("DELETE", f"/acme{ADMIN}/faults", token=TOKEN)
        answer = {"action": "answer", "status": 200, "body": json.dumps(listed), "times": None}
        full.fault("/acme", path=path, method="GET", **answer)
        for command in ("plan", "drift"):
            ran = reconciler("--org", f"{full.url}/acme", "-q", command, "all.yml")
            assert (ran.code, ran.out) == (1, ""), (odd, ran)
            said = f"GET {path}: this {name} can't be read: "
            assert ran.err.startswith("error: ")
            assert said in ran.err
            assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if kind.api.always))
def test_what_every_answer_has(full: Server, reconciler: Program, name: str) -> None:
    """Its lack is no emptiness, which the next update would make true."""
    kind = KINDS[name]
    home = _home(full)
    path = f"{kind.api.path}/{home}" if kind.singleton else routes.collection(kind, home)[0]
    _, params = routes.collection(kind, home)
    there = full.get(f"/acme{path}", token=TOKEN, params=params).json()
    items = [there] if kind.singleton else there[kind.api.list_key]
    for item in items:
        del item[kind.api.always[0]]
    answer = {"action": "answer", "status": 200, "body": json.dumps(there), "times": None}
    full.fault("/acme", path=path, method="GET", **answer)
    for command in ("plan", "drift"):
        ran = reconciler("--org", f"{full.url}/acme", "-q", command, "all.yml")
        assert (ran.code, ran.out) == (1, "")
        lacking = f"this {name} can't be read: it has no {kind.api.always[0]}"
        assert lacking in ran.err
