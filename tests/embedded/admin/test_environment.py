"""What a job finds in its environment, for programs that want to be one."""

import pytest

from tests.embedded.admin.conftest import REMOTE, Site


def project(site: Site, name: str = "api") -> str:
    """The id of a new project."""
    repository = {"url": f"git@github.com:acme/{name}.git", "integration_type": "github_app"}
    body = {"metadata": {"name": name}, "spec": {"repository": repository}}
    made = site.api("POST", "/api/v1alpha/projects", json=body).json()
    return str(made["metadata"]["id"])


def test_a_program_can_be_given_what_a_job_finds(site: Site) -> None:
    """Its token opens the artifacts of its project, workflow and job, and no other's (D 16.1)."""
    mine, other = project(site), project(site, "other")
    found = site.admin("POST", "/environment", json={"project": "api"})["environment"]
    assert found["SEMAPHORE_ORGANIZATION_URL"] == "http://localhost:8080"
    assert (found["SEMAPHORE_PROJECT_NAME"], found["SEMAPHORE_PROJECT_ID"]) == ("api", mine)
    proof = {"Authorization": found["SEMAPHORE_ARTIFACT_TOKEN"]}
    owners = {
        f"projects/{mine}": 200,
        f"workflows/{found['SEMAPHORE_WORKFLOW_ID']}": 200,
        f"jobs/{found['SEMAPHORE_JOB_ID']}": 200,
        f"projects/{other}": 403,
    }
    for owner, status in owners.items():
        asked = {"paths": [f"artifacts/{owner}/x"]}
        answer = site.send("POST", "/api/v1/artifacts", json=asked, headers=proof)
        assert answer.status_code == status
    again = site.admin("POST", "/environment", json={"project": "api"})["environment"]
    assert again["SEMAPHORE_JOB_ID"] != found["SEMAPHORE_JOB_ID"]


def test_a_job_that_runs_has_its_own_environment(site: Site) -> None:
    """Its workflow's and its pipeline's ids."""
    run = {"project_id": project(site), "reference": "main"}
    started = site.api("POST", "/api/v1alpha/plumber-workflows", json=run).json()
    site.admin("POST", "/clock", json={"advance": 86_400})
    path = f"/api/v1alpha/pipelines/{started['pipeline_id']}?detailed=true"
    (job,) = site.api("GET", path).json()["blocks"][0]["jobs"]
    found = site.admin("POST", "/environment", json={"job": job["job_id"]})["environment"]
    assert found["SEMAPHORE_JOB_ID"] == job["job_id"]
    assert found["SEMAPHORE_PIPELINE_ID"] == started["pipeline_id"]
    assert found["SEMAPHORE_WORKFLOW_ID"] == started["workflow_id"]
    asked = {"paths": [f"artifacts/workflows/{started['workflow_id']}/x"]}
    proof = {"Authorization": found["SEMAPHORE_ARTIFACT_TOKEN"]}
    answer = site.send("POST", "/api/v1/artifacts", json=asked, headers=proof)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"job": "x", "project": "y"}, 400), ({"job": "x"}, 404), ({"project": "x"}, 404)],
)
def test_an_environment_is_somebodys(site: Site, body: dict[str, str], status: int) -> None:
    """Of one job, or of one project."""
    assert site.send("POST", "/__admin__/environment", json=body).status_code == status


def test_a_token_is_given_to_who_may_use_the_interface(site: Site) -> None:
    """It is a credential."""
    project(site)
    body = {"project": "api"}
    answer = site.send("POST", "/__admin__/environment", client=REMOTE, json=body)
    assert (answer.status_code, "TOKEN" in answer.text) == (401, False)
