"""With a ledger among artifacts, what is deleted to be created again is written down there first.

Each job has a machine of its own, and is killed where it hurts most.
"""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.jobs import LEDGER, Job, Project, dashboard, wait_until_hit
from tests.embedded.servers import Server, served

pytestmark = pytest.mark.timeout(300)
OBJECTS = "*/objects/*"
RESTORED = "      an earlier run deleted it to create it again, and came no further\n"
RESTRICTED = {"projects_access": "NONE", "debug_access": "JOB_DEBUG_NO"}
ALLOWED = "reconciler: {replace: allow}\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("served"), "--db", ":memory:") as found:
        yield found


def secret(name: str, value: str = "new", policy: str = "", rules: str = ALLOWED) -> str:
    return f"""\
apiVersion: v1beta
kind: Secret
metadata: {{name: {name}}}
data: {{env_vars: [{{name: A, value: nightjar-{value}}}]}}
{policy}{rules}---
"""


def restricted(name: str) -> str:
    return secret(name, "old", f"org_config: {json.dumps(RESTRICTED)}\n")


def secrets(server: Server) -> dict[str, dict[str, Any]]:
    found = server.get("/api/v1beta/secrets").json().get("secrets", [])
    return {each["metadata"]["name"]: each for each in found}


def is_restricted(server: Server, name: str) -> bool:
    there: dict[str, Any] = secrets(server)[name]["org_config"]
    return RESTRICTED.items() <= there.items()


def cut_off(address: str) -> str:
    return f"an earlier run was cut off during replace of {address}, or is still at it; "


def hanging(
    project: Project, job: Job, method: str, path: str, *arguments: str, when: str = "before"
) -> "subprocess.Popen[str]":
    """Start an apply, and return it once such a request hangs ``when`` it comes about."""
    server = project.server
    server.request("DELETE", "/__admin__/faults")
    server.fault(action="hang", when=when, method=method, path=path)
    running = job.start("apply", "--auto-approve", *LEDGER, *(arguments or ("m.yml",)))
    wait_until_hit(server, running)
    return running


def killed(running: "subprocess.Popen[str]") -> None:
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL


def goes_on_as_declared(project: Project, manifest: str) -> None:
    """Apply what a killed run left; then there is nothing more to do, and no word of it."""
    assert project.job(manifest).apply().code == 0
    looked = project.job(manifest).run("plan", "--detailed-exitcode", *LEDGER, "m.yml")
    assert (looked.code, "cut off" in looked.out) == (0, False), looked
    assert project.job().run("ledger", "verify", *LEDGER).code == 0


def test_killed_before_it_is_made_anew(project: Project) -> None:
    """Who may use the secret was said elsewhere, and nothing but the ledger knows it."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    killed(hanging(project, project.job(secret(name)), "POST", "*/secrets"))
    assert name not in secrets(project.server)
    looked = project.job(secret(name)).run("plan", *LEDGER, "m.yml")
    assert (RESTORED in looked.out, "deleted outside" in looked.out) == (True, False)
    assert cut_off(f"Secret/{name}") in looked.out
    assert "org_config.projects_access  NONE\n" in looked.out
    shown = project.job().run("ledger", "show", *LEDGER).out
    assert f"replace Secret/{name}  cut off\n" in shown
    assert shown.endswith("is applying now is not known: a copy carries no lease.\n")
    goes_on_as_declared(project, secret(name))
    assert is_restricted(project.server, name)


def test_killed_before_it_is_deleted(project: Project) -> None:
    """It is there, and is created again by the next run as by any."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    killed(hanging(project, project.job(secret(name)), "DELETE", "*/secrets/*"))
    assert is_restricted(project.server, name)
    looked = project.job(secret(name)).run("plan", *LEDGER, "m.yml")
    assert (cut_off(f"Secret/{name}") in looked.out, f"-/+ Secret/{name}" in looked.out) == (
        True,
        True,
    )
    goes_on_as_declared(project, secret(name))
    assert is_restricted(project.server, name)


def test_killed_before_it_is_written_down(project: Project) -> None:
    """Nothing was deleted then."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    before = secrets(project.server)[name]
    killed(hanging(project, project.job(secret(name)), "PUT", OBJECTS))
    assert secrets(project.server)[name] == before
    goes_on_as_declared(project, secret(name))
    assert is_restricted(project.server, name)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", OBJECTS), ("DELETE", "*/secrets/*"), ("POST", "*/secrets")]
)
def test_killed_before_the_answer(project: Project, method: str, path: str) -> None:
    """The request came about: it is written down, deleted, created again."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    killed(hanging(project, project.job(secret(name)), method, path, when="after"))
    looked = project.job(secret(name)).run("plan", *LEDGER, "m.yml")
    assert cut_off(f"Secret/{name}") in looked.out
    goes_on_as_declared(project, secret(name))
    assert is_restricted(project.server, name)


def test_killed_while_it_gets_another_name(project: Project) -> None:
    """A secret whose values are hidden is renamed by creating it again."""
    old, new = f"s-{project.name}", f"t-{project.name}"
    renamed = secret(new, "old", rules=f"reconciler: {{replace: allow, renamed_from: {old}}}\n")
    assert project.job(restricted(old)).apply().code == 0
    killed(hanging(project, project.job(renamed), "POST", "*/secrets"))
    assert {old, new}.isdisjoint(secrets(project.server))
    assert RESTORED in project.job(renamed).run("plan", *LEDGER, "m.yml").out
    goes_on_as_declared(project, renamed)
    assert is_restricted(project.server, new)


def project_of(name: str, host: str, description: str = "") -> str:
    return f"""\
apiVersion: v1alpha
kind: Project
metadata: {{name: {name}{description}}}
spec: {{repository: {{url: 'git@github.com:acme/x.git', integration_type: {host}}}}}
{ALLOWED}---
"""


def secret_of(project: str, value: str) -> str:
    return f"""\
apiVersion: v1
kind: ProjectSecret
metadata: {{name: db, project_id_or_name: {project}}}
data: {{env_vars: [{{name: A, value: nightjar-{value}}}]}}
{ALLOWED}---
"""


@pytest.mark.parametrize("kind", ["Project", "ProjectSecret"])
def test_killed_in_the_sisters(project: Project, kind: str) -> None:
    """A project that is moved to another host, a secret that is inside one."""
    other, said = f"o-{project.name}", ", description: nightly"
    both = project_of(other, "github_app", said)
    before, after = both + secret_of(other, "old"), both + secret_of(other, "new")
    address, path = f"ProjectSecret/{other}/db", "*/secrets"
    if kind == "Project":
        before, after = both, project_of(other, "github_token")
        address, path = f"Project/{other}", "*/projects"
    assert project.job(before).apply().code == 0
    killed(hanging(project, project.job(after), "POST", path))
    looked = project.job(after).run("plan", *LEDGER, "m.yml")
    assert (RESTORED in looked.out, cut_off(address) in looked.out) == (True, True), looked
    goes_on_as_declared(project, after)
    found = project.server.get(f"/api/v1alpha/projects/{other}").json()
    assert found["metadata"]["description"] == "nightly"


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_a_project_is_made_anew(project: Project, when: str) -> None:
    """What was in it went with the old one: nobody else deleted that."""
    other = f"o-{project.name}"
    before, after = (
        project_of(other, host) + secret_of(other, "old") for host in ("github_app", "github_token")
    )
    assert project.job(before).apply().code == 0
    killed(hanging(project, project.job(after), "POST", "*/projects", when=when))
    looked = project.job(after).run("plan", *LEDGER, "m.yml")
    assert cut_off(f"Project/{other}") in looked.out
    assert "      created again with its project\n" in looked.out
    assert "deleted outside" not in looked.out
    goes_on_as_declared(project, after)


def test_a_saved_plan_that_was_killed(project: Project) -> None:
    """It is stale, and a new one knows what the deleted object had."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    planning = project.job(secret(name))
    assert planning.run("plan", "--out", "plan.json", *LEDGER, "m.yml").code == 0
    applying = [project.job(secret(name)) for _ in range(2)]
    for job in applying:
        shutil.copy(planning.place / "plan.json", job.place)
    killed(hanging(project, applying[0], "POST", "*/secrets", "plan.json"))
    again = applying[1].run("apply", "--auto-approve", *LEDGER, "plan.json")
    assert (again.code, "the plan is stale, nothing was changed" in again.err) == (4, True)
    assert name not in secrets(project.server)
    goes_on_as_declared(project, secret(name))
    assert is_restricted(project.server, name)


def puts(project: Project) -> int:
    entries = project.server.get("/__admin__/journal").json()["entries"]
    return len([entry for entry in entries if entry["method"] == "PUT"])


def test_what_is_replaced_at_once_is_written_down_at_once(project: Project) -> None:
    """Once for all of it, and once at the end; what is not replaced needs nothing before."""
    names = [f"s{number}-{project.name}" for number in range(5)]
    before, after = ("".join(secret(name, value) for name in names) for value in ("old", "new"))
    for manifest, number in ((before, 1), (after, 2), (after + dashboard("a"), 1)):
        project.server.request("DELETE", "/__admin__/journal")
        assert project.job(manifest).apply().code == 0
        assert puts(project) == number


def test_others_wrote_meanwhile(project: Project) -> None:
    """What is written down goes behind theirs, and again at the end, each record once."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    server = project.server
    late: dict[str, Any] = {"action": "delay", "when": "before", "seconds": 4}
    server.fault(**late, method="POST", path="/api/v1/artifacts", nth=2)  # where to push
    server.fault(**late, method="DELETE", path="*/secrets/*")
    first = project.job(secret(name)).start("apply", "--auto-approve", *LEDGER, "m.yml")
    for number, other in enumerate("ab"):
        wait_until_hit(server, first, number)
        assert project.job(dashboard(other)).apply().code == 0
    out, err = first.communicate(timeout=60)
    assert first.returncode == 0, (out, err)
    assert is_restricted(server, name)
    runs = project.runs()
    done = [(step["address"], step["result"]) for run in runs for step in run["steps"]]
    both = [(f"Secret/{name}", "done")] * 2
    assert sorted(done) == [("Dashboard/a", "done"), ("Dashboard/b", "done"), *both]
    assert (len(runs), all(run["ended"] for run in runs)) == (4, True)
    goes_on_as_declared(project, secret(name))


def test_it_can_not_be_written_down(project: Project) -> None:
    """Then it is not deleted, which is told as a failed step; everything else is done."""
    name, next_ = f"s-{project.name}", f"t-{project.name}"
    assert project.job(restricted(name) + secret(next_, "old")).apply().code == 0
    before = secrets(project.server)
    project.server.fault(action="answer", status=503, method="PUT", path=OBJECTS, times=4)
    job = project.job(secret(name), secret(next_), dashboard("a"))
    ran = job.apply("--parallelism", "1", "--format", "json")
    assert ran.code == 3, ran
    document = json.loads(ran.out)
    assert document["ledger_error"] == ""
    steps = {step["address"]: step for step in document["outcomes"]}
    assert steps["Dashboard/a"]["result"] == "done"
    for each in (name, next_):
        step = steps[f"Secret/{each}"]
        assert (step["result"], step["left"]) == ("failed", "nothing was deleted")
        assert (
            "what it has could not be written down in artifact:ci/ledger before it is deleted to "
            "be created again: PUT "
        ) in step["detail"]
        assert step["detail"].endswith("; try again, or with another --ledger")
    assert secrets(project.server) == before
    looked = project.job(secret(name), secret(next_)).run("plan", *LEDGER, "m.yml")
    assert "cut off" not in looked.out
    goes_on_as_declared(project, secret(name) + secret(next_))
    assert is_restricted(project.server, name)


def test_it_can_not_be_written_down_until_the_end(project: Project) -> None:
    """In words: why nothing was deleted, and where the records of what was done are."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    project.server.fault(action="answer", status=503, method="PUT", path=OBJECTS, times=None)
    job = project.job(secret(name), dashboard("a"))
    ran = job.apply()
    assert (ran.code, project.dashboards()) == (1, {"a"}), ran
    assert "state: nothing was deleted\n" in ran.out
    assert "artifact:ci/ledger could not be pushed" in ran.err
    assert len(list((job.place / ".reconciler").iterdir())) == 1
    assert is_restricted(project.server, name)


def test_stopped_while_it_is_written_down(project: Project) -> None:
    """Ctrl-C: no request of that step was sent, so it is not begun any more."""
    name = f"s-{project.name}"
    assert project.job(restricted(name)).apply().code == 0
    before = secrets(project.server)
    project.server.fault(action="delay", when="before", method="PUT", path=OBJECTS, seconds=2)
    running = project.job(secret(name)).start("apply", "--auto-approve", *LEDGER, "m.yml")
    wait_until_hit(project.server, running)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, "the run was stopped before it" in out) == (130, True), (out, err)
    assert secrets(project.server) == before
    looked = project.job(secret(name)).run("plan", *LEDGER, "m.yml")
    assert "cut off" not in looked.out
    goes_on_as_declared(project, secret(name))
