"""Answers that contradict each other, or what was asked: nothing is taken for gone by them."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.remote import routes
from tests.acceptance.conftest import Program
from tests.acceptance.hosted import (
    AGENTS,
    HOME,
    INSIDE,
    ORGANIZATION,
    address,
    home,
    listed_at,
    manifest,
    run,
)
from tests.acceptance.renaming import PROJECT
from tests.embedded.servers import ADMIN, Server

BY_ID = pytest.mark.parametrize(
    "kind", sorted((INSIDE | ORGANIZATION).keys() - {"SelfHostedAgentType"})
)


def _listed(acme: Server, kind: str) -> dict[str, str]:
    """Return the ids of all there are of a kind, by name."""
    found = acme.get(f"/acme{listed_at(acme, kind)}?project_id={_id(home(acme).json())}").json()
    bodies = found if isinstance(found, list) else next(v for v in found.values() if v)
    return {_facts(body)["name"]: _id(body) for body in bodies}


def _facts(body: Any) -> Any:
    return body.get("metadata", body)


def _id(body: Any) -> str:
    found: str = _facts(body)["id"]
    return found


def _two(reconciler: Program, acme: Server, place: Path, kind: str, rules: str = "") -> str:
    """Have two of ours, and the one shown where the other was asked for; return its path."""
    second = manifest(kind, name="y").partition("---\n")[2]
    (place / "m.yml").write_text(f"{manifest(kind, rules)}---\n{second}")
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    ids = _listed(acme, kind)
    path = listed_at(acme, kind)
    params = "?include_secrets=true" if kind == "DeploymentTarget" else ""
    other = acme.get(f"/acme{path}/{ids['y']}{params}")
    assert other.status_code == HTTPStatus.OK, other.text
    at = f"{path}/{ids['x']}"
    answer = {"action": "answer", "status": 200, "body": other.text, "times": None}
    acme.fault("/acme", path=at, method="GET", **answer)
    return at


@BY_ID
@pytest.mark.parametrize("status", [HTTPStatus.OK, HTTPStatus.INTERNAL_SERVER_ERROR])
def test_another_one_is_shown_after_a_delete(
    reconciler: Program, acme: Server, place: Path, kind: str, status: int
) -> None:
    """It does not tell that what was to be deleted is gone."""
    at = _two(reconciler, acme, place, kind)
    undone = {"action": "answer", "status": int(status), "body": "{}", "times": None}
    acme.fault("/acme", path=at, method="DELETE", **undone)
    chosen = ("--target", address(kind))
    ran = run(reconciler, acme, "destroy", *chosen, "--auto-approve")
    assert ran.code == 3, ran
    assert "was asked for" in ran.out + ran.err
    acme.request("DELETE", f"/acme{ADMIN}/faults")
    assert set(_listed(acme, kind)) == {"x", "y"}
    told = run(reconciler, acme, "list", "--format", "json", "--manifests")
    assert {e["address"]: e["ours"] for e in json.loads(told.out)["objects"]}[address(kind)]


@pytest.mark.parametrize("kind", ["Project", "SelfHostedAgentType"])
def test_another_one_is_shown_by_name_after_a_delete(
    reconciler: Program, acme: Server, place: Path, kind: str
) -> None:
    """As before, of what is asked for by its name."""
    text = {"Project": PROJECT, "SelfHostedAgentType": AGENTS}[kind]
    names = ["s1-x", "s1-y"] if kind == "Project" else ["x", "y"]
    (place / "m.yml").write_text("---\n".join(text.replace("NAME", name) for name in names))
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    path, _ = routes.collection(KINDS[kind], "")
    other = acme.get(f"/acme{path}/s1-y")
    answer = {"action": "answer", "status": 200, "body": other.text, "times": None}
    undone = {"action": "answer", "status": 500, "body": "{}", "times": None}
    acme.fault("/acme", path=f"{path}/s1-x", method="DELETE", **undone)
    acme.fault("/acme", path=f"{path}/s1-x", method="GET", when="before", nth=2, **answer)
    ran = run(reconciler, acme, "destroy", "--target", f"{kind}/s1-x", "--auto-approve")
    assert ran.code == 3, ran
    acme.request("DELETE", f"/acme{ADMIN}/faults")
    assert acme.get(f"/acme{path}/s1-x").status_code == HTTPStatus.OK


@pytest.mark.parametrize("kind", INSIDE)
def test_another_one_is_shown_for_what_is_protected(
    reconciler: Program, acme: Server, place: Path, kind: str
) -> None:
    """What no list shows either keeps its project: nobody said that it is gone."""
    _two(reconciler, acme, place, kind, "reconciler: {protect: true}\n")
    shown = acme.get(f"/acme{listed_at(acme, kind)}?project_id={_id(home(acme).json())}").json()
    left = (
        {"secrets": [b for b in shown["secrets"] if _facts(b)["name"] == "y"]}
        if isinstance(shown, dict)
        else [b for b in shown if _facts(b)["name"] == "y"]
    )
    answer = {"action": "answer", "status": 200, "body": json.dumps(left), "times": None}
    acme.fault("/acme", path=listed_at(acme, kind), method="GET", **answer)
    (place / "m.yml").write_text(f"{HOME}reconciler: {{absent: true}}\n")
    ran = run(reconciler, acme, "apply", "--max-deletes", "9", "--auto-approve")
    assert ran.code == 1, ran
    assert "was asked for" in ran.out + ran.err
    assert home(acme).status_code == HTTPStatus.OK


TASK = "{name: %s, branch: main, at: '0 3 * * *', pipeline_file: a.yml, scheduled: true}"


def test_a_task_that_its_project_shows_and_nothing_else(
    reconciler: Program, acme: Server, place: Path
) -> None:
    """An update of the project repeats its tasks, so without this one it would delete it."""
    tasks = f"  tasks: [{TASK % 'a'}, {TASK % 'b'}]\n"
    text = HOME.replace("spec: {", "spec:\n  ").replace("github_app}}", "github_app}")
    (place / "m.yml").write_text(text + tasks)
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    path, ids = listed_at(acme, "Schedule"), _listed(acme, "Schedule")
    shown = acme.get(f"/acme{path}?project_id={_id(home(acme).json())}").json()
    only = json.dumps([task for task in shown if task["name"] == "a"])
    acme.fault("/acme", path=path, method="GET", action="answer", status=200, body=only, times=None)
    gone = {"action": "answer", "status": 404, "body": '{"message": "Not found"}', "times": None}
    acme.fault("/acme", path=f"{path}/{ids['b']}", method="GET", **gone)
    (place / "m.yml").write_text(text.replace("{name: home}", "{name: home, description: new}"))
    ran = run(reconciler, acme, "--ledger", "none", "apply", "--auto-approve")
    assert ran.code == 3, ran
    assert "though its project shows it" in ran.out + ran.err
    acme.request("DELETE", f"/acme{ADMIN}/faults")
    assert set(_listed(acme, "Schedule")) == {"a", "b"}
    assert not home(acme).json()["metadata"]["description"]


@BY_ID
@pytest.mark.parametrize("renamed", [False, True])
def test_a_create_is_answered_with_another_one(
    reconciler: Program, acme: Server, place: Path, kind: str, renamed: bool
) -> None:
    """What is not ours is not taken for it; what was made is looked for under its name.

    ``renamed``: by its id alone it can be told, since it was there before.
    """
    (place / "m.yml").write_text(manifest(kind, name="y"))
    assert run(reconciler, acme, "--ledger", "theirs.db", "apply", "--auto-approve").code == 0
    path, ids = listed_at(acme, kind), _listed(acme, kind)
    params = "?include_secrets=true" if kind == "DeploymentTarget" else ""
    other = acme.get(f"/acme{path}/{ids['y']}{params}").json()
    _facts(other)["name"] = "x" if renamed else "y"
    answer = {"action": "answer", "status": 200, "body": json.dumps(other), "when": "after"}
    acme.fault("/acme", path=path, method="POST", **answer)
    (place / "m.yml").write_text(manifest(kind))
    ran = run(reconciler, acme, "apply", "--auto-approve")
    assert ran.code == 0, ran
    assert set(_listed(acme, kind)) == {"x", "y"}
    proven = kind == "DeploymentTarget"  # by its token; of the others, that has to be said before
    for ours in (proven, True):
        told = json.loads(run(reconciler, acme, "list", "--format", "json", "--manifests").out)
        whose = {e["address"]: e["ours"] for e in told["objects"]}
        assert (whose[address(kind)], whose[address(kind, "y")]) == (ours, False)
        ran = run(reconciler, acme, "apply", "--auto-approve")
        assert (ran.code, "Not ours so far" in ran.out) == (0, not ours), ran


@pytest.mark.parametrize("kind", ["Secret", "ProjectSecret"])
@pytest.mark.parametrize("time", [{}, {"update_time": "0"}, {"update_time": None}])
def test_nothing_tells_when_a_secret_was_written(
    reconciler: Program, acme: Server, place: Path, kind: str, time: dict[str, Any]
) -> None:
    """Then nothing tells that nobody wrote it, and its values are not known until it does."""
    (place / "m.yml").write_text(manifest(kind).replace("value_from: {env: T}", "value: one"))
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    path, ids = listed_at(acme, kind), _listed(acme, kind)
    (shown,) = acme.get(f"/acme{path}").json()["secrets"]
    facts = {key: value for key, value in shown["metadata"].items() if key != "update_time"}
    timeless = shown | {"metadata": facts | time}
    answer = {"action": "answer", "status": 200, "times": None, "method": "GET"}
    acme.fault("/acme", path=path, body=json.dumps({"secrets": [timeless]}), **answer)
    acme.fault("/acme", path=f"{path}/{ids['x']}", body=json.dumps(timeless), **answer)
    applied = run(reconciler, acme, "apply", "--auto-approve")
    assert (applied.code, "with 1 value not known" in applied.out) == (0, True), applied
    for command in (("plan", "--detailed-exitcode"), ("drift",)):
        ran = run(reconciler, acme, *command, "--strict")
        assert (ran.code, "with 1 value not known" in ran.out) == (2, True), ran
    acme.request("DELETE", f"/acme{ADMIN}/faults")
    assert run(reconciler, acme, "drift", "--strict").code == 0


@pytest.mark.parametrize("kind", ["Secret", "ProjectSecret"])
def test_a_value_that_is_said_to_be_hidden_shows(
    reconciler: Program, acme: Server, place: Path, kind: str
) -> None:
    """Whether it is as declared is not to be had from such an answer, and it repeats no value."""
    (place / "m.yml").write_text(manifest(kind).replace("value_from: {env: T}", "value: one"))
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    path = listed_at(acme, kind)
    (shown,) = acme.get(f"/acme{path}").json()["secrets"]
    shown["data"]["env_vars"][0]["value"] = "magpie-7"
    answer = {"action": "answer", "status": 200, "times": None, "method": "GET"}
    acme.fault("/acme", path=path, body=json.dumps({"secrets": [shown]}), **answer)
    ran = run(reconciler, acme, "drift")
    assert (ran.code, "content_included is false, and" in ran.err) == (1, True), ran
    assert "magpie" not in ran.out + ran.err


@BY_ID
def test_a_create_is_answered_with_what_is_no_id(
    reconciler: Program, acme: Server, place: Path, kind: str
) -> None:
    """Nothing is remembered by it, which no later request could ask for."""
    body = {"id": "../x", "name": "x"}
    odd = json.dumps("../x" if kind == "Schedule" else body | {"metadata": body})
    answer = {"action": "answer", "status": 200, "body": odd, "when": "after"}
    (place / "m.yml").write_text(HOME)
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    acme.fault("/acme", path=listed_at(acme, kind), method="POST", **answer)
    (place / "m.yml").write_text(manifest(kind))
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    ran = run(reconciler, acme, "apply", "--auto-approve")
    assert ran.code == 0, ran
    assert run(reconciler, acme, "drift").code == 0


@pytest.mark.parametrize("kind", [*sorted(INSIDE | ORGANIZATION), "ArtifactsRetentionPolicy"])
def test_a_create_that_is_answered_makes_it_ours(
    reconciler: Program, acme: Server, place: Path, kind: str
) -> None:
    """At once, and its project, too: nothing is left to adopt, and no answer is missed."""
    policy = "apiVersion: v1alpha\nkind: ArtifactsRetentionPolicy\n"
    policy += "metadata: {project_id_or_name: home}\n"
    policy += 'spec: {project_level_retention_policies: [{selector: "*", age: 1 week}]}\n'
    singleton = kind == "ArtifactsRetentionPolicy"
    (place / "m.yml").write_text(f"{HOME}---\n{policy}" if singleton else manifest(kind))
    made = run(reconciler, acme, "apply", "--auto-approve")
    assert (made.code, "no answer told" in made.out) == (0, False), made
    told = json.loads(run(reconciler, acme, "plan", "--format", "json").out)
    assert (told["adopted"], told["changes"], len(told["unchanged"])) == ([], [], 2)
