"""Jobs: describe, list, create, stop, debug (D 14)."""

import base64
from typing import Any

import pytest

from reconciler.embedded import Edition
from tests.embedded.run_calls import JOBS, MISSING, START, Runs, block, definition

AGENT = {"machine": {"type": "e1-standard-2", "os_image": "ubuntu2404"}}
ALL = "states=PENDING&states=QUEUED&states=RUNNING&states=FINISHED"


def refusal(response: Any) -> tuple[int, int, str]:
    body = response.json()
    return response.status_code, body["code"], body["message"]


def new(runs: Runs, name: str = "hello", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1alpha",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"project_id": runs.project_id, "agent": AGENT, "commands": ["make"], **spec},
    }


def create(runs: Runs, name: str = "hello", **spec: Any) -> dict[str, Any]:
    response = runs.semaphore.post(JOBS, json=new(runs, name, **spec))
    assert response.status_code == 200, response.text
    job: dict[str, Any] = response.json()
    return job


def get(runs: Runs, job_id: str) -> dict[str, Any]:
    response = runs.semaphore.get(f"{JOBS}/{job_id}")
    assert response.status_code == 200, response.text
    job: dict[str, Any] = response.json()
    return job


def status(runs: Runs, job_id: str) -> tuple[str, str]:
    shown = get(runs, job_id)["status"]
    return shown["state"], shown["result"]


def job_of_run(runs: Runs, reference: str = "main", *commands: str) -> str:
    """The id of the only job of a run, just before it runs."""
    runs.put(definition(block("A", *(commands or ["sleep 60"]))))
    pipeline_id = runs.start(reference)
    runs.pass_by(3)
    (job,) = runs.jobs(pipeline_id, "A").values()
    return str(job["job_id"])


def test_a_created_job_has_all_keys(runs: Runs) -> None:
    """Pending, without an agent; times as text, `"0"` where there is none (D 14.1)."""
    job = create(runs, secrets=[{"name": "s"}], unknown=1)
    seconds = str(int(START))
    assert job == {
        "metadata": {
            "name": "hello",
            "id": job["metadata"]["id"],
            "create_time": seconds,
            "update_time": seconds,
            "start_time": "0",
            "finish_time": "0",
        },
        "spec": {
            "project_id": runs.project_id,
            "agent": {**AGENT, "containers": [], "image_pull_secrets": []},
            "secrets": [{"name": "s"}],
            "env_vars": [],
            "files": [],
            "commands": ["make"],
            "epilogue_commands": [],
            "epilogue_always_commands": [],
            "epilogue_on_pass_commands": [],
            "epilogue_on_fail_commands": [],
        },
        "status": {"state": "PENDING", "result": "NONE", "agent": None},
    }
    assert get(runs, job["metadata"]["id"]) == job


def test_a_job_goes_from_state_to_state(runs: Runs) -> None:
    """Pending, queued, running with an agent, finished with a result (D 14.1)."""
    job_id = create(runs, commands=["false"])["metadata"]["id"]
    seen = []
    for _ in range(4):
        seen.append(status(runs, job_id))
        runs.pass_by(1)
    assert seen == [
        ("PENDING", "NONE"),
        ("QUEUED", "NONE"),
        ("RUNNING", "NONE"),
        ("FINISHED", "FAILED"),
    ]
    job = get(runs, job_id)
    assert job["metadata"]["start_time"] == str(int(START) + 2)
    assert job["metadata"]["finish_time"] == str(int(START) + 3)
    agent = job["status"]["agent"]
    assert agent["ip"]
    assert agent["name"]
    assert agent["ports"][0]["name"] == "ssh"


def test_jobs_of_pipelines_know_their_commit(runs: Runs) -> None:
    """Git variables are appended to those of the definition (D 14.1)."""
    runs.put(
        "version: v1.0\nagent: {machine: {type: e1-standard-2}}\nblocks:\n"
        "- task:\n    prologue: {commands: [checkout]}\n    epilogue: {always: {commands: [bye]}}\n"
        "    secrets: [{name: s}]\n    env_vars: [{name: A, value: b}]\n"
        "    jobs: [{name: j1, commands: [make]}]\n"
    )
    pipeline_id = runs.start("refs/tags/v1")
    runs.pass_by(4)
    ((job,),) = (shown["jobs"] for shown in runs.detailed(pipeline_id)["blocks"])
    spec = get(runs, job["job_id"])["spec"]
    variables = {variable["name"]: variable["value"] for variable in spec["env_vars"]}
    assert variables == {
        "A": "b",
        "SEMAPHORE_GIT_BRANCH": "v1",
        "SEMAPHORE_GIT_REF": "refs/tags/v1",
        "SEMAPHORE_GIT_REF_TYPE": "tag",
        "SEMAPHORE_GIT_SHA": runs.pipeline(pipeline_id)["commit_sha"],
        "SEMAPHORE_GIT_URL": "git@github.com:acme/api.git",
    }
    assert spec["commands"] == ["checkout", "make"]
    assert spec["epilogue_always_commands"] == ["bye"]
    assert spec["secrets"] == [{"name": "s"}]


def test_unseen_jobs_are_not_found(runs: Runs, make_runs: Any) -> None:
    """404 with the id; what is no id is refused, or breaks the database (D 14.2)."""
    post = runs.semaphore.post
    missing = (404, 5, f"Job {MISSING} not found")
    for path in (f"{JOBS}/{MISSING}", f"{JOBS}/{MISSING}/debug_ssh_key"):
        assert refusal(runs.semaphore.get(path)) == missing
    assert refusal(post(f"{JOBS}/{MISSING}/stop")) == missing
    assert refusal(post(f"{JOBS}/{MISSING}/debug", json={})) == missing
    assert refusal(runs.semaphore.get(f"{JOBS}/x")) == (400, 3, "Job id x is invalid")
    assert refusal(runs.semaphore.get(f"{JOBS}/")) == (400, 3, "Job id  is invalid")
    assert refusal(post(f"{JOBS}/x/stop"))[:2] == (500, 2)
    blind = make_runs(permissions_denied=frozenset({"project.view"}))
    response = blind.semaphore.post(JOBS, json=new(blind))
    assert refusal(response) == (404, 5, f"Project {blind.project_id} not found")
    assert blind.semaphore.get(f"{JOBS}?{ALL}").json()["jobs"] == []


def listed(runs: Runs, query: str) -> list[str]:
    response = runs.semaphore.get(f"{JOBS}?{query}")
    assert response.status_code == 200, response.text
    return [job["metadata"]["name"] for job in response.json()["jobs"]]


def test_a_list_without_states_is_empty(runs: Runs) -> None:
    """Only asked-for states are listed, over all projects, the newest first (D 14.2)."""
    create(runs, "old", commands=["sleep 60"])
    runs.pass_by(5)
    create(runs, "new")
    assert runs.semaphore.get(JOBS).json() == {"jobs": [], "next_page_token": ""}
    assert listed(runs, ALL) == ["new", "old"]
    assert listed(runs, "states=RUNNING") == ["old"]
    assert listed(runs, "states=PENDING&states=2&order=BY_CREATE_TIME_DESC") == ["new", "old"]


def test_the_list_comes_in_pages_with_tokens(runs: Runs) -> None:
    """At most thirty; garbage as a token crashes the server (D 14.2, D 7)."""
    for number in range(33):
        create(runs, f"j{number:02}")
        runs.pass_by(number % 2)
    first = runs.semaphore.get(f"{JOBS}?{ALL}").json()
    names = [job["metadata"]["name"] for job in first["jobs"]]
    assert len(names) == 30
    token = first["next_page_token"]
    rest = runs.semaphore.get(f"{JOBS}?{ALL}&page_token={token}").json()
    names += [job["metadata"]["name"] for job in rest["jobs"]]
    assert sorted(names) == [f"j{number:02}" for number in range(33)]
    assert rest["next_page_token"] == ""
    times = [job["metadata"]["create_time"] for job in first["jobs"] + rest["jobs"]]
    assert times == sorted(times, reverse=True)
    too_many = runs.semaphore.get(f"{JOBS}?page_size=31")
    assert refusal(too_many) == (400, 3, "Page size can't exceed 30")
    assert runs.semaphore.get(f"{JOBS}?{ALL}&page_token=x").status_code == 500
    assert runs.semaphore.get(f"{JOBS}?states=DONE").status_code == 400


def test_jobs_that_cannot_be_created(runs: Runs, make_runs: Any) -> None:
    """No machine, a self-hosted one, no name, an unknown project, no permission (D 14.2)."""

    def refused(body: dict[str, Any], at: Runs = runs) -> tuple[int, int, str]:
        return refusal(at.semaphore.post(JOBS, json=body))

    assert refused(new(runs, agent=None))[:2] == (500, 2)
    hosted = {"machine": {"type": "s1-linux"}}
    assert refused(new(runs, agent=hosted)) == (400, 3, "Self-hosted agent type is not allowed")
    blank = {"machine": {"type": ""}}
    assert refused(new(runs, agent=blank)) == (400, 3, "machine_type: can't be blank")
    assert refused(new(runs, "")) == (400, 3, "name: can't be blank")
    unknown = new(runs, project_id=MISSING)
    trouble = "Something went wrong. Please try again later. If the issue still persists contact"
    assert refused(unknown) == (500, 13, f"{trouble} support.")
    community = make_runs(edition=Edition.CE)
    assert refused(unknown, community) == (404, 5, f"Project {MISSING} not found")
    denied = make_runs(permissions_denied=frozenset({"project.job.rerun"}))
    forbidden = (403, 7, "You are not allowed to run pipelines on this project")
    assert refused(new(denied), denied) == forbidden


def test_secrets_may_forbid_jobs_of_their_own(runs: Runs) -> None:
    """A policy against debugging counts for them, too (B 2.5, D 14.2)."""
    secret = {
        "metadata": {"name": "locked"},
        "data": {"env_vars": [], "files": []},
        "org_config": {"projects_access": "ALL", "debug_access": "JOB_DEBUG_NO"},
    }
    assert runs.semaphore.post("/api/v1beta/secrets", json=secret).status_code == 200
    body = new(runs, secrets=[{"name": "locked"}])
    blocked = "Some secrets used in this job are blocking this operation"
    assert refusal(runs.semaphore.post(JOBS, json=body)) == (403, 7, blocked)


def test_stopping_takes_a_moment_and_can_be_repeated(runs: Runs) -> None:
    """No permission but to see the project is needed (D 14.2)."""
    job_id = create(runs, commands=["sleep 60"])["metadata"]["id"]
    runs.pass_by(5)
    response = runs.semaphore.post(f"{JOBS}/{job_id}/stop")
    assert (response.status_code, response.json()) == (200, {})
    assert status(runs, job_id) == ("RUNNING", "NONE")
    runs.pass_by(1)
    assert status(runs, job_id) == ("FINISHED", "STOPPED")
    assert runs.semaphore.post(f"{JOBS}/{job_id}/stop").json() == {}
    assert status(runs, job_id) == ("FINISHED", "STOPPED")


def test_one_stopped_before_it_ran_has_a_blank_agent(runs: Runs) -> None:
    """Any unfinished state can go to finished (D 14.1)."""
    job_id = create(runs)["metadata"]["id"]
    runs.semaphore.post(f"{JOBS}/{job_id}/stop")
    runs.pass_by(1)
    shown = get(runs, job_id)["status"]
    assert shown["state"] == "FINISHED"
    assert shown["agent"] == {"ip": "", "name": "", "ports": []}


def test_a_stopped_job_stops_its_block(runs: Runs) -> None:
    """The pipeline ends as the job did (D 11.2)."""
    job_id = job_of_run(runs)
    pipeline_id = runs.started[0]["pipeline_id"]
    runs.pass_by(5)
    runs.semaphore.post(f"{JOBS}/{job_id}/stop")
    assert runs.jobs(pipeline_id, "A")["j1"]["status"] == "STOPPING"
    runs.pass_by(1)
    assert runs.outcome(pipeline_id) == ("done", "stopped", "user")


def test_a_debug_job_sleeps_with_the_commands_in_a_file(make_runs: Any) -> None:
    """An hour by default; numbers may be texts (D 14.2)."""
    runs = make_runs(restrict_job_ssh_access=False)
    job_id = job_of_run(runs, "main", "make test")
    runs.pass_by(20)
    response = runs.semaphore.post(f"{JOBS}/{job_id}/debug", json={"duration": "7200"})
    job = response.json()
    assert job["metadata"]["name"] == f"Debug Session for Job {job_id}"
    assert job["spec"]["commands"] == ["sleep 7200"]
    (file,) = job["spec"]["files"]
    assert file["path"] == "commands.sh"
    assert base64.b64decode(file["content"]).decode() == "make test\n\n\n"
    usual = runs.semaphore.post(f"{JOBS}/{job_id}/debug", json={}).json()
    assert usual["spec"]["commands"] == ["sleep 3600"]
    runs.pass_by(3602)
    assert status(runs, usual["metadata"]["id"]) == ("FINISHED", "STOPPED")
    assert status(runs, job["metadata"]["id"]) == ("RUNNING", "NONE")


def test_a_project_can_be_debugged(make_runs: Any) -> None:
    """By name or id, on a default machine (D 14.2)."""
    runs = make_runs(restrict_job_ssh_access=False)
    for address in ("api", runs.project_id):
        job = runs.semaphore.post(f"{JOBS}/project_debug/{address}", json={}).json()
        assert job["metadata"]["name"] == "Debug Session for project api"
        assert job["spec"]["agent"]["machine"] == AGENT["machine"]
        assert job["spec"]["commands"] == ["sleep 3600"]
    body = {"duration": 60, "machine_type": "e2-standard-4"}
    job = runs.semaphore.post(f"{JOBS}/project_debug/api", json=body).json()
    assert job["spec"]["agent"]["machine"]["type"] == "e2-standard-4"
    assert job["spec"]["commands"] == ["sleep 60"]
    unknown = runs.semaphore.post(f"{JOBS}/project_debug/nobody", json={})
    assert refusal(unknown)[:2] == (500, 2)


def permit(runs: Runs, debug: list[str], attach: list[str]) -> None:
    spec = {
        "repository": {"url": "git@github.com:acme/api.git", "integration_type": "github_app"},
        "custom_permissions": True,
        "debug_permissions": debug,
        "attach_permissions": attach,
    }
    path = f"/api/v1alpha/projects/{runs.project_id}"
    body = {"metadata": {"name": "api"}, "spec": spec}
    assert runs.semaphore.patch(path, json=body).status_code == 200


@pytest.mark.parametrize(
    ("reference", "permission", "place"),
    [
        ("main", "default_branch", "on the default branch of this project"),
        ("other", "non_default_branch", "on non default branches of this project"),
        ("refs/tags/v1", "tag", "on a tag of this project"),
        ("refs/pull/7", "pull_request", "on a pull request of this project"),
    ],
)
def test_restricted_access_asks_the_project(
    runs: Runs, reference: str, permission: str, place: str
) -> None:
    """What it does not name is refused, as it is without custom permissions (D 14.2)."""
    job_id = job_of_run(runs, reference)
    runs.pass_by(3)
    debug, key = f"{JOBS}/{job_id}/debug", f"{JOBS}/{job_id}/debug_ssh_key"
    refused = (403, 7, f"You are not allowed to debug jobs {place}")
    assert refusal(runs.semaphore.post(debug, json={})) == refused
    refused = (403, 7, f"You are not allowed to attach jobs {place}")
    assert refusal(runs.semaphore.get(key)) == refused
    empty = runs.semaphore.post(f"{JOBS}/project_debug/api", json={})
    assert refusal(empty) == (403, 7, "You are not allowed to debug this project")
    permit(runs, [permission, "empty"], [permission])
    assert runs.semaphore.post(debug, json={}).status_code == 200
    assert runs.semaphore.get(key).status_code == 200
    assert runs.semaphore.post(f"{JOBS}/project_debug/api", json={}).status_code == 200


def test_keys_are_for_running_jobs_of_the_cloud(make_runs: Any) -> None:
    """400 before and after, 403 for agents of one's own (D 14.2)."""
    runs = make_runs(restrict_job_ssh_access=False)
    job_id = create(runs, commands=["sleep 60"])["metadata"]["id"]
    path = f"{JOBS}/{job_id}/debug_ssh_key"
    early = (400, 9, "Job's debug SSH is only available while the job is running")
    assert refusal(runs.semaphore.get(path)) == early
    runs.pass_by(3)
    key = runs.semaphore.get(path).json()["key"]
    assert key.startswith("-----BEGIN ")
    assert runs.semaphore.get(path).json() == {"key": key}
    runs.put(definition(block("A")).replace("e1-standard-2", "s1-linux"))
    pipeline_id = runs.start()
    runs.pass_by(5)
    own = runs.jobs(pipeline_id, "A")["j1"]["job_id"]
    refused = (403, 7, "SSH keys are not available for self-hosted jobs")
    assert refusal(runs.semaphore.get(f"{JOBS}/{own}/debug_ssh_key")) == refused
