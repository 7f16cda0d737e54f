"""A deployment target whose values could not be stored is out of order, and a plan repairs it."""

from typing import Any

import pytest

from reconciler.model import Action
from tests.safety.conftest import House
from tests.safety.samples import documents, project

TARGETS = "/api/v1alpha/deployment_targets"
NAME = "DeploymentTarget/api/prod"
BROKEN = "UNUSABLE, its values could not be stored"
VALUES = "spec: {env_vars: [{name: KEY, value: v1}]}\n"


def target(spec: str = VALUES) -> str:
    head = "apiVersion: v1alpha\nkind: DeploymentTarget\n"
    return f"{head}metadata: {{name: prod, project_id_or_name: api}}\n{spec}"


def live(house: House) -> Any:
    """Return what the server shows of the target, its values in their digests."""
    project_id = house.call("GET", "/api/v1alpha/projects/api")["metadata"]["id"]
    query = f"?project_id={project_id}"
    (found,) = house.call("GET", f"{TARGETS}{query}")
    return house.call("GET", f"{TARGETS}/{found['id']}?include_secrets=true")


@pytest.fixture
def out_of_order(house: House) -> House:
    """A target of ours to which somebody gave a value that can't be stored."""
    house.write("a.yml", documents(project("api"), target()))
    house.apply()
    body = {"env_vars": [{"name": "KEY", "value": ""}]}
    token = "9f0c3ab2-1d3c-4c65-a8fd-3b2a2c8f8d51"
    path = f"{TARGETS}/{live(house)['id']}"
    house.call("PATCH", path, json={"unique_token": token, **body})
    house.embedded.clock.advance(200)
    assert live(house)["state"] == "UNUSABLE"
    return house


def test_its_values_are_written_again(out_of_order: House) -> None:
    """All is as declared but for its state; what heals it is told with the reason."""
    (change,) = out_of_order.plan().changes
    assert (str(change.address), change.action) == (NAME, Action.UPDATE)
    assert change.reason.startswith(f"repair: {BROKEN}")
    assert [field.path for field in change.fields] == ["spec.env_vars.KEY.value"]
    (outcome,) = out_of_order.apply()
    assert outcome.result.name == "DONE", outcome
    assert live(out_of_order)["state"] == "USABLE"
    assert out_of_order.plan().changes == ()


def test_without_values_nothing_could_heal_it(out_of_order: House) -> None:
    """That is told, and nothing is written."""
    out_of_order.write("a.yml", documents(project("api"), target("")))
    planned = out_of_order.plan()
    assert planned.changes == ()
    said = [note.text for note in planned.notes]
    assert [text for text in said if BROKEN in text and "no declared value could heal it" in text]
    assert live(out_of_order)["state"] == "UNUSABLE"


def test_values_that_are_kept_could_not_heal_it(out_of_order: House) -> None:
    """There is none to keep that could be stored, so to send it again is no repair."""
    kept = VALUES.replace("value: v1", "value_from: {live: keep}")
    out_of_order.write("a.yml", documents(project("api"), target(kept)))
    planned = out_of_order.plan()
    assert planned.changes == ()
    said = [note.text for note in planned.notes]
    assert [text for text in said if BROKEN in text and "no declared value could heal it" in text]


def test_an_export_of_it_says_so_and_a_plan_of_that_is_empty(out_of_order: House) -> None:
    """The comment stands above the manifest."""
    found = out_of_order.exported()
    (file,) = [path for address, path in found.places.items() if str(address) == NAME]
    assert found.files[file].startswith(f"# it is out of order: {BROKEN}")
    out_of_order.write("a.yml", "---\n".join(found.files.values()))
    assert out_of_order.plan().changes == ()
