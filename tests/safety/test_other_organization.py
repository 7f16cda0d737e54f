"""A set that `sem get` printed in one organization, planned in another."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import InvalidManifests
from tests.safety.conftest import House
from tests.safety.samples import documents, project

_V1 = "/api/v1alpha"
_ELSEWHERE = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"
EVERYTHING = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, project_id_or_name: api}
---
apiVersion: v1alpha
kind: Dashboard
metadata: {name: d}
spec: {widgets: [{name: w, type: list_pipelines, filters: {project_id: api}}]}
---
apiVersion: v1beta
kind: Secret
metadata: {name: s}
data: {env_vars: [{name: A, value: x}]}
org_config: {projects_access: ALLOWED, project_ids: [api, web]}
---
apiVersion: v1
kind: ProjectSecret
metadata: {name: p, project_id_or_name: web}
data: {env_vars: [{name: A, value: x}]}
"""


def project_id(house: House, name: str) -> str:
    return str(house.call("GET", f"{_V1}/projects/{name}")["metadata"]["id"])


def printed(house: House) -> list[dict[str, Any]]:
    """Return all there is as `sem get` prints it: as the API answers, with kind and version."""
    web = project_id(house, "web")
    api = project_id(house, "api")
    (found,) = house.call("GET", f"{_V1}/deployment_targets?project_id={api}")
    named = ("id", "name", "project_id")
    target = {
        "metadata": {key: found[key] for key in named},
        "spec": {key: found[key] for key in ("subject_rules", "object_rules")},
    }
    return [
        *(
            {"apiVersion": "v1alpha", "kind": "Project", **each}
            for each in house.call("GET", f"{_V1}/projects")
        ),
        {"apiVersion": "v1alpha", "kind": "DeploymentTarget", **target},
        *(
            {"apiVersion": "v1alpha", "kind": "Dashboard", **each}
            for each in house.call("GET", f"{_V1}/dashboards")["dashboards"]
        ),
        *(
            {"apiVersion": "v1beta", "kind": "Secret", **each}
            for each in house.call("GET", "/api/v1beta/secrets")["secrets"]
        ),
        *(
            {"apiVersion": "v1", "kind": "ProjectSecret", **each}
            for each in house.call("GET", f"/api/v1/projects/{web}/secrets")["secrets"]
        ),
    ]


def as_printed(objects: list[dict[str, Any]]) -> str:
    for each in objects:
        for tasks in ("tasks", "schedulers"):
            each.get("spec", {}).pop(tasks, None)
    return documents(*(json.dumps(each) + "\n" for each in objects))


def refused(house: House) -> list[str]:
    with pytest.raises(InvalidManifests) as caught:
        house.plan()
    return [str(problem).rpartition("/manifests/")[2] for problem in caught.value.problems]


def test_a_printed_set_holds_together(make_house: Callable[..., House]) -> None:
    """Its ids lead to its own projects, wherever it is planned."""
    here = make_house(secrets_exposed_content=True)
    here.write("a.yml", documents(project("api"), project("web"), EVERYTHING))
    here.apply()
    text = as_printed(printed(here))
    assert project_id(here, "api") in text

    there = make_house(secrets_exposed_content=True)
    there.write("set.yml", text)
    outcomes = there.apply()
    assert {str(outcome.change.address) for outcome in outcomes} == {
        "Project/api",
        "Project/web",
        "DeploymentTarget/api/prod",
        "Dashboard/d",
        "Secret/s",
        "ProjectSecret/web/p",
    }
    assert [outcome.detail for outcome in outcomes if outcome.result != "done"] == []
    assert there.plan().changes == ()
    (board,) = there.call("GET", f"{_V1}/dashboards")["dashboards"]
    assert board["spec"]["widgets"][0]["filters"]["project_id"] == project_id(there, "api")
    (secret,) = there.call("GET", "/api/v1beta/secrets")["secrets"]
    ids = {project_id(there, name) for name in ("api", "web")}
    assert set(secret["org_config"]["project_ids"]) == ids

    here.write("a.yml", text)  # and where it is from it is what is there
    assert here.plan().changes == ()


BOARD = """\
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: d}}
spec: {{widgets: [{{name: w, type: list_pipelines, filters: {{project_id: {id}}}}}]}}
"""


def with_id(name: str, id_: str) -> str:
    return project(name).replace(f"{{name: {name}}}", f"{{name: {name}, id: {id_}}}")


def test_an_id_that_no_manifest_has(house: House) -> None:
    """It is missed, with words about where it would lead somewhere."""
    house.write("a.yml", documents(project("api"), BOARD.format(id=_ELSEWHERE)))
    (problem,) = refused(house)
    assert problem == (
        f"a.yml:10:60: error: Dashboard/d needs project '{_ELSEWHERE}', which neither exists nor "
        "is declared; an id of elsewhere leads to the project whose manifest has it"
    )


def test_an_id_of_two_manifests(house: House) -> None:
    """A file that was copied leaves its id behind: it leads to neither."""
    copies = (with_id("api", _ELSEWHERE), with_id("web", _ELSEWHERE))
    house.write("a.yml", documents(*copies, BOARD.format(id=_ELSEWHERE)))
    (problem,) = refused(house)
    assert f"needs project '{_ELSEWHERE}'" in problem
    house.write("a.yml", documents(*copies))
    assert len(house.plan().changes) == 2


def test_an_id_that_is_another_projects_here(house: House) -> None:
    """Whether the one of this organization or of the manifest is meant is asked back."""
    house.write("a.yml", project("api"))
    house.apply()
    id_ = project_id(house, "api")
    house.write("b.yml", documents(with_id("copy", id_), BOARD.format(id=id_)))
    (problem,) = refused(house)
    assert problem == (
        f"b.yml:10:60: error: Dashboard/d is about '{id_}', which is the id of project 'api' and "
        "in its manifest that of 'copy'; write 'api' if that is meant"
    )


TARGET = """\
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {{name: prod, project_id_or_name: {name}, project_id: {id}}}
"""


def test_a_project_by_name_and_by_id(house: House) -> None:
    """Both may be there; that they are two projects is said when that is known."""
    house.write("a.yml", documents(project("api"), project("web")))
    house.apply()
    id_ = project_id(house, "api")
    house.write("t.yml", TARGET.format(name="api", id=id_))
    house.apply()
    assert house.plan().changes == ()
    house.write("t.yml", TARGET.format(name="web", id=id_))
    (problem,) = refused(house)
    assert problem == (
        "t.yml:3:49: error: DeploymentTarget/web/prod: metadata.project_id_or_name is 'web', and "
        "metadata.project_id is the id of 'api'; keep one of them"
    )
    house.write("t.yml", TARGET.format(name="api", id=_ELSEWHERE))
    (problem,) = refused(house)
    assert problem.endswith("is 'api', and metadata.project_id leads nowhere; keep one of them")


def test_a_project_by_name_and_by_the_id_of_its_manifest(house: House) -> None:
    """An id of another organization counts, too."""
    text = TARGET.format(name="api", id=_ELSEWHERE)
    house.write("a.yml", documents(with_id("api", _ELSEWHERE), text))
    assert len(house.plan().changes) == 2


def test_one_object_declared_by_name_and_by_id(house: House) -> None:
    """It is one all the same, and which of the two is meant can't be known."""
    house.write("a.yml", project("api"))
    house.apply()
    text = TARGET.replace(", project_id: {id}", "")
    house.write("t.yml", text.format(name="api"))
    house.write("u.yml", text.format(name=project_id(house, "api")))
    (problem,) = refused(house)
    assert problem in {f"{file}.yml:1:1 too, its project named otherwise" for file in "tu"}
