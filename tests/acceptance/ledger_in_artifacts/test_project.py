"""The project with the artifacts: whose job it is, who reads them, what would delete them."""

import pytest

from tests.acceptance.jobs import (
    LEDGER,
    Project,
    dashboard,
    new_project,
)

pytestmark = pytest.mark.timeout(300)


def test_not_in_a_job(project: Project) -> None:
    """It says what is missing and where it works; nothing is asked."""
    job = project.job(dashboard("a"))
    for name in ("SEMAPHORE_ARTIFACT_TOKEN", "SEMAPHORE_PROJECT_ID"):
        ran = job.apply(**{name: ""})
        assert (ran.code, ran.out) == (1, "")
        assert f"{name} is not set" in ran.err
        assert "inside a job of Semaphore" in ran.err
    assert "openssl rand" in job.apply(RECONCILER_LEDGER_KEY="").err
    assert "RECONCILER_LEDGER_KEY is not set" in job.apply(RECONCILER_LEDGER_KEY="").err


def test_another_organization(project: Project) -> None:
    """The job's token goes to the job's organization alone."""
    job = project.job(dashboard("a"))
    elsewhere = project.server.url.replace("127.0.0.1", "127.0.0.2")
    ran = job.run("--org", elsewhere, "plan", *LEDGER, "m.yml")
    assert ran.code == 1
    assert "whose job this is" in ran.err


def test_another_jobs_token(project: Project) -> None:
    """Of another project."""
    job = project.job(dashboard("a"))
    other = new_project(project.server, project.place, project.capsys)
    wrong = other.job().variables["SEMAPHORE_ARTIFACT_TOKEN"]
    ran = job.apply(SEMAPHORE_ARTIFACT_TOKEN=wrong)
    assert ran.code == 1
    assert "the job's token is refused: it is another project's" in ran.err
    assert wrong not in ran.err
    assert project.dashboards() == set()


def test_a_public_project(project: Project) -> None:
    """Everybody can read its artifacts: no ledger goes there, nor is one taken from there."""
    assert project.job(dashboard("a")).apply().code == 0
    publish(project)
    for command in ("plan", "drift", "apply"):
        ran = project.job(dashboard("b")).run(command, *LEDGER, "m.yml")
        assert ran.code == 1
        assert f"project {project.name} is public" in ran.err
        assert "by an apply with --ledger none" in ran.err
    assert project.dashboards() == {"a"}
    job = project.job(declared(project, "private"))
    assert job.run("apply", "--auto-approve", "--ledger", "none", "m.yml").code == 0
    assert project.job(dashboard("b")).apply().code == 0
    assert project.steps() == {"a", "b"}


def test_a_plan_that_publishes_the_project(project: Project) -> None:
    """It is refused: the ledger would be read by everybody, and by no later run."""
    job = project.job(declared(project, "public"))
    for command in (["plan"], ["apply", "--auto-approve"]):
        ran = job.run(*command, *LEDGER, "m.yml")
        assert ran.code == 4
        assert "everybody could read" in ran.out + ran.err
    there = project.server.get(f"/api/v1alpha/projects/{project.name}").json()
    assert there["spec"]["visibility"] == "private"


def test_a_plan_that_deletes_the_project(project: Project) -> None:
    """Declared as absent, destroyed or pruned: it is refused, for the ledger would go with it."""
    kept = declared(project, "private")
    absent = kept + "reconciler: {absent: true}\n"
    assert project.job(kept).apply().code == 0
    for manifest, command in (
        (absent, ["plan"]),
        (absent, ["apply", "--auto-approve"]),
        (kept, ["destroy", "--auto-approve"]),
        (dashboard("a"), ["apply", "--auto-approve", "--prune"]),
    ):
        ran = project.job(manifest).run(*command, *LEDGER, "m.yml")
        assert ran.code == 4, ran
        assert "takes artifact:ci/ledger along" in ran.out + ran.err
        assert "m.yml" in ran.out + ran.err
        assert ("say `absent: true`" in ran.out + ran.err) == ("--prune" in command), ran
    assert project.name in project.server.names()
    assert project.dashboards() == set()
    ran = project.job(absent).run("apply", "--auto-approve", "--ledger", "none", "m.yml")
    assert ran.code == 0, ran
    assert project.name not in project.server.names()


def declared(project: Project, visibility: str) -> str:
    body = project.server.get(f"/api/v1alpha/projects/{project.name}").json()
    repository = {"url": body["spec"]["repository"]["url"]}
    return f"""\
apiVersion: v1alpha
kind: Project
metadata: {{name: {project.name}}}
spec: {{visibility: {visibility}, repository: {repository}}}
"""


def publish(project: Project) -> None:
    path = f"/api/v1alpha/projects/{project.name}"
    body = project.server.get(path).json()
    body["spec"]["visibility"] = "public"
    answer = project.server.request(
        "PATCH", f"/api/v1alpha/projects/{body['metadata']['id']}", json=body
    )
    assert answer.json()["spec"]["visibility"] == "public"


def test_a_declared_retention_policy_that_reaches_it(project: Project) -> None:
    """Before it does, each plan says so."""
    policy = f"""\
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {{project_id_or_name: {project.name}}}
spec: {{project_level_retention_policies: [{{selector: /**/*, age: 6 months}}]}}
"""
    ran = project.job(policy).run("plan", *LEDGER, "m.yml")
    assert ran.code == 0
    assert "deletes the ledger" in ran.out + ran.err
    assert "m.yml:4" in ran.out + ran.err


def test_a_retention_policy_that_was_made_by_hand(project: Project) -> None:
    """Whether it is declared, or its level mentioned, or neither; or can't be read at all."""
    path = "/api/v1alpha/artifacts_retention_policies"
    id_ = project.server.get(f"/api/v1alpha/projects/{project.name}").json()["metadata"]["id"]
    rules = [{"selector": "/**/*", "age": "1 week"}]
    body = {"project_id": id_, "project_level_retention_policies": rules}
    assert project.server.request("POST", path, json=body).status_code == 200
    declared_in_part = f"""\
apiVersion: v1alpha
kind: ArtifactsRetentionPolicy
metadata: {{project_id_or_name: {project.name}}}
spec: {{job_level_retention_policies: [{{selector: /**/*, age: 6 months}}]}}
"""
    for manifest, place in ((dashboard("a"), LEDGER[1]), (declared_in_part, "m.yml:4:1")):
        for command in ("plan", "drift"):
            ran = project.job(manifest).run(command, *LEDGER, "m.yml")
            said = f"{place}: warning: ArtifactsRetentionPolicy/{project.name}: deletes the ledger"
            assert said in ran.out
            assert ", 1 week after the last run" in ran.out
    fault = {"action": "answer", "status": 401, "path": f"{path}/*", "times": None}
    project.server.request("POST", "/__admin__/faults", json=fault)
    ran = project.job(dashboard("a")).run("plan", *LEDGER, "m.yml")
    assert ran.code == 0
    assert "warning: whether a retention policy deletes it was not to be read: GET " in ran.out
