"""What a manifest says is what Semaphore has, and what it shows is what was said."""

from typing import Any

import pytest

from reconciler.model import Action
from tests.safety.conftest import House
from tests.safety.samples import documents, project, schedule

_V1 = "/api/v1alpha"
REFS = ("default_branch", "non_default_branch", "pull_request", "forked_pull_request", "tag")
TARGET = (
    "apiVersion: v1alpha\nkind: DeploymentTarget\n"
    "metadata: {name: prod, project_id_or_name: api}\nspec: {active: %s}\n"
)


def _project(house: House) -> Any:
    return house.call("GET", f"{_V1}/projects/api")


def test_every_word_of_a_permission(house: House) -> None:
    """They are Semaphore's own, and reach it one by one."""
    spec = {"custom_permissions": "true", "debug_permissions": f"[{', '.join(REFS)}]"}
    house.write("a.yml", project("api", **spec, attach_permissions="[empty]"))
    house.apply()
    shown = _project(house)["spec"]
    assert shown["custom_permissions"] is True
    assert set(shown["debug_permissions"]) == set(REFS)
    assert house.plan().changes == ()


@pytest.mark.parametrize("active", [True, False])
def test_a_target_is_made_as_it_is_to_be(house: House, active: bool) -> None:
    """Another request switches it off; what is on needs none."""
    house.write("a.yml", documents(project("api"), TARGET % str(active).lower()))
    house.apply()
    query = f"?project_id={_project(house)['metadata']['id']}"
    (found,) = house.call("GET", f"{_V1}/deployment_targets{query}")
    assert found["state"] == ("USABLE" if active else "CORDONED")
    switched = [each for each in house.writes() if each.endswith(("/activate", "/deactivate"))]
    assert len(switched) == (not active)
    assert house.plan().changes == ()


def test_the_description_of_a_schedule(house: House) -> None:
    """It is read back, missed where it is another, and empty where nobody says it."""
    text = schedule("api", "nightly").replace("{name: nightly}", "{name: nightly, description: d}")
    house.write("a.yml", documents(project("api"), text, schedule("api", "weekly")))
    house.apply()
    assert house.plan().changes == ()
    found = house.call("GET", f"{_V1}/schedules?project_id={_project(house)['metadata']['id']}")
    assert {each["name"]: each["description"] for each in found} == {"nightly": "d", "weekly": ""}
    house.write(
        "a.yml", documents(project("api"), text.replace("description: d", "description: e"))
    )
    (change,) = house.plan().changes
    assert change.action is Action.UPDATE
    assert [(f.path, f.before, f.after) for f in change.fields] == [
        ("metadata.description", "d", "e")
    ]
