"""A server of a later version: keys more in all it shows, kept as long as they are sent."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded import Action, Fault
from tests.embedded.conftest import Semaphore

V1 = "/api/v1alpha"
SECRETS = "/api/v1beta/secrets"
PREFIX = "future_"


@pytest.fixture
def later(make_semaphore: Callable[..., Semaphore]) -> Semaphore:
    """Of a later version in every answer."""
    semaphore = make_semaphore(project_ready_seconds=0, target_sync_seconds=0)
    semaphore.embedded.faults.add(Fault(action=Action.FUTURE, times=None, seed=1))
    return semaphore


def keys(value: Any, above: str = "") -> dict[str, Any]:
    """Every key of the later version with its path."""
    found: dict[str, Any] = {}
    if isinstance(value, list):
        for number, item in enumerate(value):
            found |= keys(item, f"{above}{number}.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            path = f"{above}{key}"
            found |= {path: inner} if key.startswith(PREFIX) else keys(inner, f"{path}.")
    return found


def notification(**more: Any) -> dict[str, Any]:
    slack = {"endpoint": "https://hooks.slack.com/x"}
    rule = {"name": "all", "filter": {}, "notify": {"slack": slack, "email": {}, "webhook": {}}}
    return {"metadata": {"name": "ops"}, "spec": {"rules": [rule]}, **more}


def test_every_object_in_an_answer_has_keys_more(later: Semaphore) -> None:
    """The same in each reading, whether of one or of a list, and in what a write answers."""
    made = later.post(f"{V1}/notifications", json=notification()).json()
    shown = later.get(f"{V1}/notifications/ops").json()
    assert made == shown == later.get(f"{V1}/notifications").json()["notifications"][0]
    places = {path.rpartition(".")[0] for path in keys(shown)}
    assert places == {
        *("", "metadata", "spec", "spec.rules.0", "spec.rules.0.filter"),
        *(f"spec.rules.0.notify{part}" for part in ("", ".slack", ".email", ".webhook")),
    }


def test_what_exists_has_values_that_somebody_set(make_semaphore: Callable[..., Semaphore]) -> None:
    """By the seed: the same version has the same keys, and the same values in the same object."""
    semaphore = make_semaphore()
    semaphore.post(f"{V1}/notifications", json=notification())
    found = []
    for seed in (1, 1, 2):
        semaphore.embedded.faults.clear()
        semaphore.embedded.faults.add(Fault(action=Action.FUTURE, times=None, seed=seed))
        found.append(keys(semaphore.get(f"{V1}/notifications/ops").json()))
    assert found[0] == found[1] != found[2]
    assert None not in found[0].values()


def test_an_update_keeps_what_it_sends_and_resets_the_rest(later: Semaphore) -> None:
    """Everywhere, items of lists included; whatever the value is."""
    later.post(f"{V1}/notifications", json=notification())
    before = later.get(f"{V1}/notifications/ops").json()
    sent = later.patch(f"{V1}/notifications/ops", json=before | {"metadata": {"name": "ops"}})
    assert sent.status_code == 200, sent.text
    after = keys(later.get(f"{V1}/notifications/ops").json())
    lost = {path for path in after if path.startswith("metadata.")}
    assert lost
    assert {path: value for path, value in after.items() if path not in lost} == {
        path: value for path, value in keys(before).items() if path not in lost
    }
    assert {after[path] for path in lost} == {None}


def test_other_keys_are_as_strange_as_ever(later: Semaphore) -> None:
    """Only those of the later version pass where an unknown key is refused (A 10)."""
    later.project()
    spec = {"project": "api", "recurring": False, "pipeline_file": "p.yml"}
    for key, status in (("future_zone", 200), ("zone", 400)):
        definition = {
            "apiVersion": "v1.1",
            "kind": "Schedule",
            "metadata": {"name": key},
            "spec": spec | {key: "x"},
        }
        answer = later.post(f"{V1}/schedules", json={"yml_definition": json.dumps(definition)})
        assert answer.status_code == status, answer.text


def test_a_definition_of_a_schedule_keeps_what_it_leaves_out(later: Semaphore) -> None:
    """But a list that it says is replaced (A 11)."""
    project = later.project()
    spec = {
        "project": "api",
        "recurring": False,
        "pipeline_file": "p.yml",
        "parameters": [{"name": "p", "required": False, "future_zone": "eu"}],
        "future_zone": "utc",
    }
    definition = {"apiVersion": "v1.1", "kind": "Schedule", "metadata": {"name": "n"}, "spec": spec}
    made = later.post(f"{V1}/schedules", json={"yml_definition": json.dumps(definition)})
    del spec["future_zone"], spec["parameters"]
    definition["metadata"] = {"name": "n", "id": made.json()}
    later.post(f"{V1}/schedules", json={"yml_definition": json.dumps(definition)})
    (kept,) = later.get(f"{V1}/schedules?project_id={project['metadata']['id']}").json()
    assert tree(later, "schedules", made.json())["own"] == {"future_zone": "utc"}
    assert zone(kept["parameters"][0], "eu")
    spec["parameters"] = [{"name": "p", "required": True}]
    later.post(f"{V1}/schedules", json={"yml_definition": json.dumps(definition)})
    reset = later.get(f"{V1}/schedules/{made.json()}").json()["schedule"]
    assert set(keys(reset["parameters"]).values()) == {None}


def zone(item: dict[str, Any], value: str) -> bool:
    """Whether a key that was sent shows, if this version has it, and others do not."""
    return {v for k, v in item.items() if k.startswith(PREFIX)} <= {value, None}


def tree(semaphore: Semaphore, kind: str, id_: str) -> Any:
    rows = semaphore.embedded.world.db.execute(
        "SELECT kept FROM future WHERE kind = ? AND id = ?", (kind, id_)
    )
    return json.loads(rows.fetchone()["kept"])


def test_a_task_is_a_schedule_in_both_its_forms(later: Semaphore) -> None:
    """An update of the project resets what it does not say of its tasks."""
    project = later.project(tasks=[{"name": "n", "scheduled": False, "pipeline_file": "p.yml"}])
    (task,) = project["spec"]["tasks"]
    assert set(keys(task).values()) == {None}
    (key, *_) = keys(task)
    body = {"metadata": {"name": "api"}, "spec": project["spec"] | {"tasks": [task | {key: [1]}]}}
    answer = later.patch(f"{V1}/projects/{project['metadata']['id']}", json=body)
    assert answer.json()["spec"]["tasks"][0][key] == [1]
    schedule = later.get(f"{V1}/schedules/{task['id']}").json()["schedule"]
    assert schedule[key] == [1]
    later.patch(f"{V1}/projects/{project['metadata']['id']}", json=project)
    assert later.get(f"{V1}/schedules/{task['id']}").json()["schedule"][key] is None


def test_a_target_keeps_the_values_that_an_update_leaves_out(later: Semaphore) -> None:
    """They are a unit of their own (C 1.4); all else is reset."""
    home = later.project()["metadata"]["id"]
    token = "0f1a3a5e-5a8e-4b5c-9f53-1d1f3a0c7b1{}"
    target = {
        "project_id": home,
        "name": "prod",
        "unique_token": token.format(0),
        "env_vars": [{"name": "A", "value": "x"}],
        "files": [],
    }
    later.embedded.faults.clear()
    made = later.post(f"{V1}/deployment_targets", json=target).json()
    later.embedded.faults.add(Fault(action=Action.FUTURE, times=None, seed=1))
    place = f"{V1}/deployment_targets/{made['id']}"
    before = keys(later.get(place, params={"include_secrets": "true"}).json())
    answer = later.patch(place, json={"unique_token": token.format(1), "description": "new"})
    assert answer.status_code == 200, answer.text
    after = keys(later.get(place, params={"include_secrets": "true"}).json())
    kept = {path for path in before if path.startswith(("env_vars", "subject", "object"))}
    assert {path for path, value in after.items() if value is not None} == kept
    assert {path: after[path] for path in kept} == {path: before[path] for path in kept}


def test_who_is_made_anew_under_a_name_inherits_nothing(later: Semaphore) -> None:
    """An agent type's id is its name (C 2.1)."""
    body = {"metadata": {"name": "s1-a"}, "spec": {"agent_name_settings": {}}}
    types = f"{V1}/self_hosted_agent_types"
    made = later.post(types, json=body).json()
    key = next(key for key in made["spec"] if key.startswith(PREFIX))
    body["spec"] = {**made["spec"], key: "kept", "agent_name_settings": {}}
    assert later.patch(f"{types}/s1-a", json=body).json()["spec"][key] == "kept"
    later.delete(f"{types}/s1-a")
    later.post(types, json={"metadata": {"name": "s1-a"}, "spec": {"agent_name_settings": {}}})
    assert later.get(f"{types}/s1-a").json()["spec"][key] is None


def test_what_is_no_object_of_a_kind_is_left_alone(later: Semaphore) -> None:
    """Nor is what the server alone says."""
    later.post(
        f"{V1}/self_hosted_agent_types",
        json={"metadata": {"name": "s1-a"}, "spec": {"agent_name_settings": {}}},
    )
    shown = later.get(f"{V1}/self_hosted_agent_types/s1-a").json()
    assert shown["status"] == {"total_agent_count": 0}
    assert keys(later.get(f"{V1}/plumber-workflows").text) == {}
    assert later.get(f"{SECRETS}/none").status_code == 404
    assert keys(later.get(SECRETS).json()) == {}


def test_it_survives_a_restart(make_semaphore: Callable[..., Semaphore], tmp_path: Any) -> None:
    """What was sent is in the database."""
    path = str(tmp_path / "later.db")
    for _ in range(2):
        semaphore = make_semaphore(path=path)
        semaphore.embedded.faults.add(Fault(action=Action.FUTURE, times=None, seed=3))
        if semaphore.get(f"{SECRETS}/s").status_code == 404:
            semaphore.post(SECRETS, json={"metadata": {"name": "s", "future_x": 1}, "data": {}})
        shown = semaphore.get(f"{SECRETS}/s").json()
        assert tree(semaphore, "secrets", shown["metadata"]["id"])["fields"]["metadata"]["own"] == {
            "future_x": 1
        }
        semaphore.embedded.close()
