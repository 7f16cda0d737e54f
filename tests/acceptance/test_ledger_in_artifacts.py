"""Jobs with a fresh disk each, whose ledger lies among artifacts, over real HTTP."""

import gzip
import json
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from reconciler.model import Sealed
from tests.acceptance.jobs import (
    LEDGER,
    Project,
    dashboard,
    held_write,
    new_project,
    remove,
    stopped,
    store,
    stored,
    wait_until_hit,
)
from tests.embedded.servers import Server, served

pytestmark = pytest.mark.timeout(300)
OBJECTS = "*/objects/*"
COMPACT = ("ledger", "compact", *LEDGER, "--keep", "0", "--archive", "old.gz")


def secret(name: str) -> str:
    return f"""\
apiVersion: v1beta
kind: Secret
metadata: {{name: {name}}}
data: {{env_vars: [{{name: TOKEN, value_from: {{env: ROTATED}}}}]}}
reconciler: {{replace: allow}}
---
"""


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The hosted edition, unless a test asks for another one, whose store is another, too."""
    edition = getattr(request, "param", "cloud")
    place = tmp_path_factory.mktemp("served")
    with served(place, "--edition", edition, "--db", ":memory:") as found:
        yield found


def test_a_job_knows_what_earlier_ones_did(project: Project) -> None:
    """Pruning, protection and who changed what, each on a fresh disk."""
    protected = dashboard("kept").replace("---", "reconciler: {protect: true}\n---")
    first = project.job(dashboard("a"), dashboard("gone"), protected)
    assert first.apply().code == 0
    assert list(first.place.rglob("*.db")) == []

    planned = project.job(dashboard("a", "Other")).run("plan", *LEDGER, "--prune", "m.yml")
    assert planned.code == 0
    assert "changed here" in planned.out
    assert "Dashboard/kept" in planned.out

    assert project.job(dashboard("a", "Other")).apply("--prune").code == 0
    assert project.dashboards() == {"a", "kept"}
    assert [run["command"] for run in project.runs()] == ["apply", "apply"]
    listed = project.job(dashboard("a")).run("list", *LEDGER, "--format", "json", "Dashboard/*")
    ours = {each["address"]: each["ours"] for each in json.loads(listed.out)["objects"]}
    assert ours == {"Dashboard/a": True, "Dashboard/kept": True}
    assert project.job(dashboard("a", "Other")).run("ledger", "verify", *LEDGER).code == 0


def test_a_rotated_secret_is_written_by_the_next_job(project: Project) -> None:
    """Though Semaphore hides its value."""
    name = f"s-{project.name}"
    assert project.job(secret(name)).apply(ROTATED="old").code == 0
    same = project.job(secret(name)).run(
        "plan", "--detailed-exitcode", *LEDGER, "m.yml", ROTATED="old"
    )
    assert same.code == 0, same
    rotated = project.job(secret(name)).run(
        "plan", "--detailed-exitcode", *LEDGER, "m.yml", ROTATED="new"
    )
    assert rotated.code == 2, rotated
    assert project.job(secret(name)).apply(ROTATED="new").code == 0
    again = project.job(secret(name)).run(
        "plan", "--detailed-exitcode", *LEDGER, "m.yml", ROTATED="new"
    )
    assert again.code == 0, again


def test_a_saved_plan_is_applied_by_another_job(project: Project) -> None:
    """As the pipelines of examples/ci do it."""
    planning = project.job(dashboard("a"))
    assert planning.run("plan", "--out", "plan.json", *LEDGER, "m.yml").code == 0
    applying = project.job(dashboard("a"))
    shutil.copy(planning.place / "plan.json", applying.place)
    ran = applying.run("apply", "--auto-approve", *LEDGER, "plan.json")
    assert ran.code == 0, ran
    assert project.steps() == {"a"}


def test_nothing_is_pushed_where_nothing_was_written(project: Project) -> None:
    """A plan, drift, and an apply that finds nothing to do."""
    assert project.job(dashboard("a")).apply().code == 0
    project.server.request("DELETE", "/__admin__/journal")
    assert project.job(dashboard("a")).run("plan", *LEDGER, "m.yml").code == 0
    assert project.job(dashboard("a")).run("drift", *LEDGER, "m.yml").code == 0
    assert project.job(dashboard("a")).apply().code == 0
    entries = project.server.get("/__admin__/journal").json()["entries"]
    assert [e["path"] for e in entries if e["method"] == "PUT"] == []


@pytest.mark.parametrize("server", ["cloud", "ce"], indirect=True)
def test_two_jobs_race(project: Project) -> None:
    """Both pulled the same ledger; neither loses what the other recorded."""
    assert project.job(dashboard("a")).apply().code == 0
    with held_write(project.server, seconds=2):
        first = project.job(dashboard("b")).start("apply", "--auto-approve", *LEDGER, "m.yml")
    with stopped(first):
        second = project.job(dashboard("c")).apply()
    out, err = first.communicate(timeout=60)
    assert (first.returncode, second.code) == (0, 0), (out, err, second)
    assert project.steps() == {"a", "b", "c"}
    assert project.job().run("ledger", "verify", *LEDGER).code == 0


def test_who_found_a_secret_does_not_hide_who_wrote_it(project: Project) -> None:
    """Two first runs at once; the one that wrote the secret pushes last, and its value counts."""
    name = f"s-{project.name}"
    project.server.fault(
        action="delay", when="before", method="POST", path="/api/v1/artifacts", seconds=3, nth=2
    )
    first = project.job(secret(name)).start(
        "apply", "--auto-approve", *LEDGER, "m.yml", ROTATED="old"
    )
    wait_until_hit(project.server, first)  # it has made the secret, and asks where to push
    with stopped(first):
        second = project.job(secret(name)).apply(ROTATED="new")
    out, err = first.communicate(timeout=60)
    assert (first.returncode, second.code) == (0, 0), (out, err, second)
    for value, code in (("old", 0), ("new", 2)):
        ran = project.job(secret(name)).run(
            "plan", "--detailed-exitcode", *LEDGER, "m.yml", ROTATED=value
        )
        assert ran.code == code, ran


def test_a_job_that_is_killed_before_it_pushes(project: Project) -> None:
    """Its records are lost; the next one makes its plan from what is there, and manages it."""
    assert project.job(dashboard("a")).apply().code == 0
    project.server.fault(action="hang", method="PUT", path=OBJECTS)
    killed = project.job(dashboard("a"), dashboard("b")).start(
        "apply", "--auto-approve", *LEDGER, "m.yml"
    )
    while project.dashboards() != {"a", "b"}:
        assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert project.steps() == {"a"}
    assert project.job(dashboard("a"), dashboard("b")).apply().code == 0
    assert project.job(dashboard("a")).apply("--prune").code == 0
    assert project.dashboards() == {"a"}


def test_an_interrupted_run_is_pushed(project: Project) -> None:
    """Ctrl-C during a write: what was done is recorded."""
    with held_write(project.server, seconds=2):
        stopped = project.job(dashboard("a"), dashboard("b")).start(
            "apply", "--auto-approve", "--parallelism", "1", *LEDGER, "m.yml"
        )
    stopped.send_signal(signal.SIGINT)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 130, (out, err)
    (run,) = project.runs()
    results = {step["address"].rpartition("/")[2]: step["result"] for step in run["steps"]}
    assert {name for name, result in results.items() if result == "done"} == project.dashboards()
    assert len(project.dashboards()) == 1


def test_a_push_can_be_cut_off(project: Project) -> None:
    """The first Ctrl-C lets it finish, the second does not: the report is there all the same."""
    project.server.fault(action="hang", method="PUT", path=OBJECTS)
    job = project.job(dashboard("a"))
    cut = job.start("apply", "--auto-approve", *LEDGER, "m.yml")
    while project.dashboards() != {"a"}:
        assert cut.poll() is None
    assert cut.stderr is not None
    wait_until_hit(project.server, cut)
    cut.send_signal(signal.SIGINT)
    while "Stopping" not in cut.stderr.readline():
        pass
    time.sleep(1)
    cut.send_signal(signal.SIGINT)
    out, err = cut.communicate(timeout=30)
    assert cut.returncode == 130, (out, err)
    assert "Done: 1 of 1 change" in out
    assert "could not be pushed: it was interrupted" in err
    assert len(list((job.place / ".reconciler").iterdir())) == 1


def test_a_failed_run_is_pushed(project: Project) -> None:
    """With what failed."""
    refuse_a_dashboard(project.server)
    assert project.job(dashboard("a"), dashboard("b")).apply("--parallelism", "1").code == 3
    (run,) = project.runs()
    assert sorted(step["result"] for step in run["steps"]) == ["done", "failed"]


def refuse_a_dashboard(server: Server) -> None:
    server.fault(action="answer", status=400, method="POST", path="*/dashboards")


@pytest.mark.parametrize("fails", [False, True])
def test_a_store_that_takes_nothing(project: Project, *, fails: bool) -> None:
    """What was done is told, in text, JSON and exit code; the records stay on this disk."""
    project.server.fault(
        action="answer", status=503, when="before", method="PUT", path=OBJECTS, times=None
    )
    if fails:
        refuse_a_dashboard(project.server)
    job = project.job(dashboard("a"), dashboard("b"))
    ran = job.apply("--parallelism", "1", "--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert document["results"]["done"] == (1 if fails else 2)
    assert "artifact:ci/ledger could not be pushed: PUT http" in document["ledger_error"]
    assert document["ledger_error"] in ran.err
    (left,) = (job.place / ".reconciler").iterdir()
    assert str(left.relative_to(job.place)) in ran.err
    shown = job.run("ledger", "show", "--format", "json", "--ledger", str(left))
    assert len(json.loads(shown.out)["runs"][0]["steps"]) == 2
    project.server.request("DELETE", "/__admin__/faults")
    assert project.job(dashboard("a"), dashboard("b")).apply().code == 0


@pytest.mark.parametrize("number", [0, 1, 3])
def test_an_odd_number_of_addresses(project: Project, number: int) -> None:
    """To push: what was done is told, and the records stay; to pull: nothing is begun."""
    address = {"URL": f"{project.server.url}/any", "method": "HEAD"}
    body = json.dumps({"URLs": [address] * number})
    odd: dict[str, Any] = {
        "action": "answer",
        "status": 200,
        "path": "/api/v1/artifacts",
        "body": body,
    }
    project.server.fault(**odd, nth=2)
    job = project.job(dashboard("a"))
    ran = job.apply("--format", "json")
    assert ran.code == 1, ran
    document = json.loads(ran.out)
    assert document["results"]["done"] == 1
    assert "POST /api/v1/artifacts: 200 expected addresses" in document["ledger_error"]
    (left,) = (job.place / ".reconciler").iterdir()
    assert left.name in ran.err
    project.server.request("DELETE", "/__admin__/faults")
    project.server.fault(**odd, nth=1)
    ran = project.job(dashboard("b")).apply()
    assert (ran.code, "artifact:ci/ledger can't be had: POST" in ran.err) == (1, True), ran
    assert project.dashboards() == {"a"}


@pytest.mark.parametrize("url", ["http://[::1/x", "file:///etc/x", "https://", "x", "", 7, None])
def test_an_address_that_is_none(project: Project, url: object) -> None:
    """To pull: it can't be had; to push: what was done is told, and the records stay."""
    body = json.dumps({"URLs": [{"URL": url, "method": each} for each in ("HEAD", "PUT")]})
    odd: dict[str, Any] = {"action": "answer", "status": 200, "path": "/api/v1/artifacts"}
    project.server.fault(**odd, body=body, nth=2)
    job = project.job(dashboard("a"))
    ran = job.apply("--format", "json")
    document = json.loads(ran.out)
    assert (ran.code, document["results"]["done"]) == (1, 1)
    assert "artifact:ci/ledger could not be pushed" in document["ledger_error"]
    assert "in reconciler itself" not in document["ledger_error"]
    project.server.request("DELETE", "/__admin__/faults")
    body = json.dumps({"URLs": [{"URL": url, "method": "GET"}]})
    project.server.fault(**odd, body=body, times=None)
    for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
        ran = project.job(dashboard("b")).run(*command, *LEDGER, "m.yml")
        assert (ran.code, ran.out) == (1, "")
        assert "artifact:ci/ledger can't be had" in ran.err
    assert project.dashboards() == {"a"}


def test_a_run_whose_time_is_over_is_pushed(project: Project) -> None:
    """The limit is for the run, not for what it has to write down."""
    project.server.fault(
        action="delay", when="before", method="POST", path="*/dashboards", seconds=20, times=None
    )
    ran = project.job(dashboard("a"), dashboard("b")).apply("--timeout", "3")
    assert ran.code == 3, ran
    (run,) = project.runs()
    assert [step["result"] for step in run["steps"]] != []


def test_a_ledger_too_large_to_be_loaded_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not pushed, so that the one before stays usable."""
    assert project.job(dashboard("a")).apply().code == 0
    monkeypatch.setattr("reconciler.commands.artifact_ledger.MAX_ANSWER", 100)
    ran = project.job(dashboard("b")).apply()
    assert ran.code == 1
    assert "no more than 100 can be loaded again" in ran.err
    assert project.steps() == {"a"}


def test_a_bug_of_ours_does_not_cost_the_records(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong on the way to the store."""
    monkeypatch.setattr("reconciler.commands.artifact_ledger.MAX_ANSWER", None)
    job = project.job(dashboard("a"))
    ran = job.apply("--format", "json")
    assert ran.code == 1
    document = json.loads(ran.out)
    assert (document["results"]["done"], "TypeError" in document["ledger_error"]) == (1, True)
    (left,) = (job.place / ".reconciler").iterdir()
    assert left.name in ran.err


def test_a_ledger_that_cannot_be_had(project: Project) -> None:
    """It is not taken for a new one: nothing is planned, nothing done."""
    assert project.job(dashboard("a")).apply().code == 0
    faults: list[dict[str, Any]] = [
        {"action": "answer", "status": 503, "method": "GET", "path": OBJECTS, "times": None},
        {"action": "answer", "status": 404, "method": "GET", "path": OBJECTS, "times": None},
        {"action": "truncate", "method": "GET", "path": OBJECTS, "times": None},
        {"action": "answer", "status": 500, "path": "*/v1/artifacts", "times": None},
    ]
    for fault in faults:
        project.server.fault(**fault)
        for command in (
            ("plan",),
            ("apply", "--auto-approve"),
            ("drift",),
            ("destroy", "--auto-approve"),
        ):
            ran = project.job(dashboard("b")).run(*command, *LEDGER, "m.yml")
            assert (ran.code, ran.out) == (1, "")
            assert "artifact:ci/ledger can't be had" in ran.err
        project.server.request("DELETE", "/__admin__/faults")
    assert project.dashboards() == {"a"}


@pytest.mark.parametrize("content", [b"", b"no ledger", b"\x1f\x8b\x08", "cut", "changed"])
def test_a_damaged_ledger(project: Project, content: bytes | str) -> None:
    """It is not taken for a new one, and not written over."""
    job = project.job(dashboard("a"))
    assert job.apply().code == 0
    before = stored(job)
    if isinstance(content, str):
        cut = before[: len(before) // 2]
        content = cut if content == "cut" else gzip.compress(gzip.decompress(before)[:-4096])
    store(job, content)
    for command in (("plan",), ("apply", "--auto-approve")):
        ran = project.job(dashboard("a", "Other")).run(*command, *LEDGER, "m.yml")
        assert ran.code == 1, ran
        assert "artifact:ci/ledger" in ran.err
    assert project.job().run("ledger", "show", *LEDGER).code == 1
    assert stored(job) == content


def test_a_foreign_hand(project: Project) -> None:
    """Signed by another key, or by none, whoever put it there: nothing is done by it."""
    job = project.job(dashboard("a"))
    assert job.apply().code == 0
    ours = stored(job)
    assert job.apply("--ledger", "artifact:other", RECONCILER_LEDGER_KEY="x" * 64).code == 0
    foreign = stored(job, "other")
    plain = project.job(dashboard("a"))
    assert plain.run("apply", "--auto-approve", "m.yml", RECONCILER_LEDGER_KEY="").code == 0
    unsigned = gzip.compress((plain.place / ".reconciler/ledger.db").read_bytes())
    others = ((foreign, "it is signed by the key "), (unsigned, "it is not signed"))
    for content, words in others:
        store(job, content)
        for command in (("plan",), ("apply", "--auto-approve"), ("drift",)):
            ran = project.job(dashboard("b")).run(*command, *LEDGER, "m.yml")
            assert ran.code == 1, ran
            assert f"artifact:ci/ledger: {words}" in ran.err or words in ran.err
        assert project.job().run("ledger", "verify", *LEDGER).code == 1
        assert stored(job) == content
    assert project.dashboards() == {"a"}
    store(job, ours)
    assert project.job(dashboard("a")).run("plan", *LEDGER, "m.yml").code == 0


def test_a_ledger_from_another_place(project: Project) -> None:
    """Signed by the same key, for another name: what that one knows is not ours to prune."""
    assert project.job(dashboard("theirs")).apply("--ledger", "artifact:other").code == 0
    assert project.job(dashboard("a")).apply().code == 0
    job = project.job(dashboard("a"))
    store(job, stored(job, "other"))
    for command in (("plan", "--prune"), ("apply", "--prune", "--auto-approve")):
        ran = job.run(*command, *LEDGER, "m.yml")
        assert (ran.code, "but not for this place" in ran.err) == (1, True), ran
    assert project.dashboards() == {"a", "theirs"}


def test_a_foreign_hand_while_we_were_at_work(project: Project) -> None:
    """Ours is not put onto what is not to be believed, and not over it: it stays here."""
    job = project.job(dashboard("a"))
    assert job.apply().code == 0
    assert job.apply("--ledger", "artifact:other", RECONCILER_LEDGER_KEY="x" * 64).code == 0
    foreign = stored(job, "other")
    with held_write(project.server, seconds=3):
        running = project.job(dashboard("b")).start("apply", "--auto-approve", *LEDGER, "m.yml")
    store(job, foreign)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 1, (out, err)
    assert "Done: 1 of 1 change" in out
    assert "could not be pushed" in err
    assert "it is signed by the key " in err
    assert stored(job) == foreign


def test_another_key_takes_over(project: Project) -> None:
    """Somebody who knows says so once, in a job; from then on the old key is the foreign one."""
    assert project.job(dashboard("a")).apply().code == 0
    new = {"RECONCILER_LEDGER_KEY": "y" * 64}
    assert project.job(dashboard("a")).apply(**new).code == 1
    assert project.job().run("ledger", "sign", *LEDGER, **new).code == 0
    assert project.job(dashboard("a")).apply(**new).code == 0
    assert project.job(dashboard("a")).apply().code == 1


def test_hashes_of_values_are_not_made_with_what_lies_there(project: Project) -> None:
    """Who can read the artifact finds no key in it under which a guess could be tried."""
    name = f"s-{project.name}"
    job = project.job(secret(name))
    assert job.apply(ROTATED="a guess").code == 0
    path = job.place / "stolen.db"
    path.write_bytes(gzip.decompress(stored(job)))
    with closing(sqlite3.connect(path)) as db:
        keys = [bytes(value) for (value,) in db.execute("SELECT value FROM settings")]
        (body,) = db.execute("SELECT body FROM current WHERE kind = 'Secret'").fetchone()
    (hashed,) = json.loads(body)["secrets"].values()
    _, salt, digest = hashed.split(":")
    guess = Sealed("a guess")
    for key in (*keys, b""):
        assert digest not in {guess.keyed(key), guess.salted(key, salt)}


def test_an_older_copy_on_a_machine_that_stays(project: Project) -> None:
    """An agent of one's own knows which one it saw last, and prunes by no other."""
    job = project.job(dashboard("a"), dashboard("b"))
    assert job.apply().code == 0
    older = stored(job)
    (job.place / "m.yml").write_text(dashboard("a", "Other") + dashboard("b"))
    assert job.apply().code == 0
    store(job, older)
    (job.place / "m.yml").write_text(dashboard("a", "Other"))
    ran = job.apply("--prune")
    assert ran.code == 4, ran
    assert "older copy" in ran.out + ran.err
    assert project.dashboards() == {"a", "b"}
    assert job.run("ledger", "accept", *LEDGER).code == 0
    assert job.apply("--prune").code == 0
    assert project.dashboards() == {"a"}


def test_an_older_copy_after_a_merge_on_a_machine_that_stays(project: Project) -> None:
    """What others had put there meanwhile, and ours behind it, is what was seen last."""
    job = project.job(dashboard("a"))
    assert job.apply().code == 0
    (job.place / "m.yml").write_text(dashboard("a") + dashboard("b"))
    with held_write(project.server, seconds=4):
        slow = job.start("apply", "--auto-approve", *LEDGER, "m.yml")
    protected = dashboard("c").replace("---", "reconciler: {protect: true}\n---")
    assert project.job(protected).apply().code == 0
    older = stored(job)
    slow.communicate(timeout=60)
    assert slow.returncode == 0
    store(job, older)
    ran = job.apply("--prune")
    assert ran.code == 4, ran
    assert "older copy" in ran.out + ran.err
    assert "stays: Dashboard/c" in ran.out + ran.err
    assert project.dashboards() == {"a", "b", "c"}


def test_what_could_not_be_pushed_was_not_seen(project: Project) -> None:
    """What lies there is still the last one that counts, on a machine that stays, too."""
    job = project.job(dashboard("a"))
    assert job.apply().code == 0
    (job.place / "m.yml").write_text(dashboard("a") + dashboard("b"))
    project.server.fault(
        action="answer", status=503, when="before", method="PUT", path=OBJECTS, times=None
    )
    assert job.apply().code == 1
    project.server.request("DELETE", "/__admin__/faults")
    ran = job.apply("--prune")
    assert (ran.code, "seen last" in ran.out + ran.err) == (0, False), ran


def test_what_was_signed_anew_was_seen(project: Project) -> None:
    """The one before is an older copy, for whoever still has its key."""
    job = project.job(dashboard("a"))
    assert job.apply().code == 0
    older = stored(job)
    assert job.run("ledger", "sign", *LEDGER, RECONCILER_LEDGER_KEY="y" * 64).code == 0
    store(job, older)
    ran = job.apply("--prune")
    assert (ran.code, "older copy" in ran.out + ran.err) == (4, True), ran


def test_a_ledger_that_is_gone_on_a_machine_that_stays(project: Project) -> None:
    """Deleted by a retention policy, say: it is not simply begun anew."""
    job = project.job(dashboard("a"))
    assert job.apply().code == 0
    remove(job)
    assert job.apply("--prune").code == 4
    assert job.run("ledger", "accept", *LEDGER).code == 0
    assert job.apply("--prune").code == 0


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


def test_in_reconciler_toml(project: Project) -> None:
    """Where examples/ci has it."""
    job = project.job(dashboard("a"))
    (job.place / "reconciler.toml").write_text('ledger = "artifact:ci/ledger"\npaths = ["m.yml"]\n')
    assert job.run("apply", "--auto-approve").code == 0
    assert project.steps() == {"a"}


def test_no_ledger_yet(project: Project) -> None:
    """To plan and apply it is a new one, to look at it there is none; no lease can be broken."""
    assert project.job(dashboard("a")).run("plan", *LEDGER, "m.yml").code == 0
    ran = project.job().run("ledger", "show", *LEDGER)
    assert (ran.code, "there is no ledger" in ran.err) == (1, True)
    broken = project.job().run("ledger", "break-lease", *LEDGER)
    assert (broken.code, "carries no lease" in broken.err) == (1, True)


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


def test_a_plan_that_publishes_the_project(project: Project) -> None:
    """It is refused: the ledger would be read by everybody, and by no later run."""
    job = project.job(declared(project, "public"))
    for command in (["plan"], ["apply", "--auto-approve"]):
        ran = job.run(*command, *LEDGER, "m.yml")
        assert ran.code == 4
        assert "everybody could read" in ran.out + ran.err
    there = project.server.get(f"/api/v1alpha/projects/{project.name}").json()
    assert there["spec"]["visibility"] == "private"


def declared(project: Project, visibility: str) -> str:
    body = project.server.get(f"/api/v1alpha/projects/{project.name}").json()
    repository = {"url": body["spec"]["repository"]["url"]}
    return f"""\
apiVersion: v1alpha
kind: Project
metadata: {{name: {project.name}}}
spec: {{visibility: {visibility}, repository: {repository}}}
"""


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


def publish(project: Project) -> None:
    path = f"/api/v1alpha/projects/{project.name}"
    body = project.server.get(path).json()
    body["spec"]["visibility"] = "public"
    answer = project.server.request(
        "PATCH", f"/api/v1alpha/projects/{body['metadata']['id']}", json=body
    )
    assert answer.json()["spec"]["visibility"] == "public"


def test_of_a_copy_nothing_is_removed_before_somebody_saw_it_kept(project: Project) -> None:
    """The disk of a job is thrown away: the archive is written, and the next call removes."""
    assert project.job(dashboard("a")).apply().code == 0
    before = project.job().run("ledger", "export", *LEDGER).out
    job = project.job(dashboard("a"))
    ran = job.run(*COMPACT)
    assert ran.out == (
        f"Written: {len(before.splitlines())} records, into old.gz. Nothing is removed yet: keep "
        "the file where it lasts, and give the same command again.\n"
    )
    assert project.job().run("ledger", "export", *LEDGER).out == before
    assert job.run(*COMPACT).out.startswith("Archived: ")
    assert len(project.job().run("ledger", "export", *LEDGER).out.splitlines()) == 1
    whole = job.run("ledger", "export", "--archive", "old.gz", *LEDGER).out
    assert whole.startswith(before)

    assert job.apply("--prune").code == 0
    later = project.job(dashboard("b"))
    assert later.apply("--prune").code == 0
    assert project.dashboards() == {"b"}
    assert later.run("ledger", "verify", *LEDGER).code == 0
    assert job.run("ledger", "verify", "--archive", "old.gz", *LEDGER).code == 0


def test_a_copy_that_others_wrote_to_is_not_compacted(project: Project) -> None:
    """What they wrote stays, and so does all that was there."""
    assert project.job(dashboard("a")).apply().code == 0
    job = project.job()
    assert job.run(*COMPACT).code == 0
    assert project.job(dashboard("a"), dashboard("b")).apply().code == 0
    assert job.run(*COMPACT).code == 0
    assert [run["command"] for run in project.runs()] == ["apply"]
    assert project.job(dashboard("b")).apply("--prune").code == 0
    assert project.dashboards() == {"b"}
