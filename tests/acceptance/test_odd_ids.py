"""Ids that are no ids, and objects of which half is missing: it is told that they can't be read."""

import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import BadAnswer
from reconciler.kinds import KINDS
from reconciler.remote import routes
from reconciler.remote.decoding import decoded
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


def _collection(full: Server, name: str) -> tuple[str, Any, list[Any]]:
    """Return where objects of a kind are read, what is answered, and the objects in that."""
    kind, home = KINDS[name], _home(full)
    path = f"{kind.api.path}/{home}" if kind.singleton else routes.collection(kind, home)[0]
    _, params = routes.collection(kind, home)
    there = full.get(f"/acme{path}", token=TOKEN, params=params).json()
    if kind.singleton:
        return path, there, [there]
    return path, there, there[kind.api.list_key] if kind.api.list_key else there


WHOLE = {
    "ArtifactsRetentionPolicy": "job_level_retention_policies",
    "Dashboard": "spec.widgets",
    "DeploymentTarget": "subject_rules",
    "Notification": "spec.rules.0.filter",
    "Project": "spec.repository.whitelist.branches",
    "ProjectSecret": "data.files",
    "Schedule": "parameters",
    "Secret": "data.env_vars",
    "SelfHostedAgentType": "spec.agent_name_settings.release_after",
}
"""Of each kind, something that a manifest need not mention."""


@pytest.mark.parametrize(("name", "at"), WHOLE.items())
def test_what_every_answer_has(full: Server, reconciler: Program, name: str, at: str) -> None:
    """Its lack is no emptiness, which the next update would make true."""
    path, there, items = _collection(full, name)
    *above, key = at.split(".")
    for item in items:
        part = item
        for step in above:
            part = part[int(step) if step.isdecimal() else step]
        del part[key]
    answer = {"action": "answer", "status": 200, "body": json.dumps(there), "times": None}
    full.fault("/acme", path=path, method="GET", **answer)
    for command in ("plan", "drift"):
        ran = reconciler("--org", f"{full.url}/acme", "-q", command, "all.yml")
        assert (ran.code, ran.out) == (1, "")
        assert f"this {name} can't be read: it has no " in ran.err
        assert key in ran.err


def _places(value: Any) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inner:
        if isinstance(value, dict):
            yield (key,)
        if isinstance(part, dict | list):
            yield from ((key, *below) for below in _places(part))


MAY_LACK = {("org_config",), ("git_login",), ("env_vars",), ("files",)}
"""What some editions or lists leave out; as unknown as it is then, it counts as nothing known."""


@pytest.mark.parametrize("name", KINDS)
def test_whatever_an_answer_lacks(full: Server, name: str) -> None:
    """It can't be read, or says the same as before: nothing is made up for what is missing."""
    kind = KINDS[name]
    _, _, items = _collection(full, name)
    for whole in items:
        known, tried = decoded(kind, whole), 0
        for at in _places(whole):
            body = deepcopy(whole)
            part = body
            for step in at[:-1]:
                part = part[step]
            del part[at[-1]]
            if at[-1:] in MAY_LACK or "filters" in at[:-1]:
                continue
            with suppress(BadAnswer):
                assert decoded(kind, body).spec == known.spec, at
                continue
            tried += 1
        assert tried > 2


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.project_at])
def test_what_is_in_another_project(full: Server, reconciler: Program, name: str) -> None:
    """A list that passes over which project was asked for shows nothing that is in this one."""
    path, there, items = _collection(full, name)
    elsewhere = "00000000-0000-4000-8000-000000000000"
    told = [item.get("metadata", item) for item in items]
    keys = [key for key in ("project_id", "project_id_or_name") if key in told[0]]
    for facts in told:
        facts.update(dict.fromkeys(keys, elsewhere))
    answer = {"action": "answer", "status": 200, "body": json.dumps(there), "times": None}
    full.fault("/acme", path=path, method="GET", **answer)
    ran = reconciler("--org", f"{full.url}/acme", "-q", "plan", "all.yml")
    assert (ran.code, f"it is in project {elsewhere}" in ran.err) == (int(bool(keys)), bool(keys))


def test_a_target_of_which_only_the_list_knows(full: Server, reconciler: Program) -> None:
    """It was not read: nothing is told of its values, nor written down."""
    _, _, items = _collection(full, "DeploymentTarget")
    path = f"{KINDS['DeploymentTarget'].api.path}/{items[0]['id']}"
    full.fault("/acme", path=path, method="GET", action="answer", status=404, body="", times=None)
    for command in (["plan", "all.yml"], ["drift", "all.yml"], ["export", "DeploymentTarget/*"]):
        ran = reconciler("--org", f"{full.url}/acme", "-q", *command)
        assert (ran.code, ran.out) == (1, ""), ran
        assert "not found, though the list shows it" in ran.err
