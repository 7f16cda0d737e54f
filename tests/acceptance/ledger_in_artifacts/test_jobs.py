"""Jobs with a fresh disk each, whose ledger lies among artifacts, over real HTTP."""

import json
import shutil

import pytest

from tests.acceptance.jobs import (
    LEDGER,
    Project,
    dashboard,
    held_write,
    stopped,
    wait_until_hit,
)
from tests.acceptance.ledger_in_artifacts.conftest import (
    secret,
)

pytestmark = pytest.mark.timeout(300)
COMPACT = ("ledger", "compact", *LEDGER, "--keep", "0", "--archive", "old.gz")


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
