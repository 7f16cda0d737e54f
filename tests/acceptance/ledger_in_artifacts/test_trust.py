"""What lies among the artifacts is not believed for lying there: damaged, foreign, older, gone."""

import gzip
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from reconciler.model import Sealed
from tests.acceptance.jobs import (
    LEDGER,
    Project,
    dashboard,
    held_write,
    remove,
    store,
    stored,
)
from tests.acceptance.ledger_in_artifacts.conftest import (
    OBJECTS,
    secret,
)

pytestmark = pytest.mark.timeout(300)


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
