"""Workflows that are over are forgotten once many others have come, with all that was theirs."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded.artifacts import storage as artifacts
from tests.embedded.pipeline_runs import API, Runs, definition

PROMOTES = [{"name": "P", "pipeline_file": "deploy.yml"}]
TABLES = ("workflows", "pipelines", "blocks", "planned_jobs", "jobs", "promotions", "artifacts")


@pytest.fixture
def runs(make_semaphore: Callable[..., Any]) -> Runs:
    """A project whose pipelines can be promoted, in an organization that keeps three workflows."""
    found = Runs.of(make_semaphore, workflows_kept=3)
    found.file(definition(promotions=PROMOTES))
    found.file(definition(), ".semaphore/deploy.yml")
    return found


def promoted(runs: Runs) -> str:
    """The id of a pipeline that is over and was promoted, whose job and workflow left something."""
    pipeline = runs.start()
    runs.wait()
    body = {"pipeline_id": pipeline, "name": "P"}
    assert runs.semaphore.post(f"{API}/promotions", json=body).status_code == 200
    runs.wait()
    shown = runs.pipeline(pipeline)
    for scope, subject in (("workflows", shown["wf_id"]), ("jobs", runs.jobs(pipeline)[0])):
        artifacts.put(runs.semaphore.embedded.world, artifacts.root(scope, subject) + "x", b"x")
    return pipeline


def counted(runs: Runs) -> dict[str, int]:
    db = runs.semaphore.embedded.world.db
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    return {each: db.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in TABLES}  # noqa: S608


def test_the_latest_stay(runs: Runs) -> None:
    """However many there were, there is no more of anything than three of them have."""
    first = [promoted(runs) for _ in range(3)]
    before = counted(runs)
    assert all(before.values())
    then = [promoted(runs) for _ in range(3)]
    assert counted(runs) == before
    codes = [runs.semaphore.get(f"{API}/pipelines/{each}").status_code for each in (*first, *then)]
    assert codes == [404, 404, 404, 200, 200, 200]
    listed = runs.semaphore.get(f"{API}/plumber-workflows", params={"project_id": runs.project})
    assert len(listed.json()) == 3


def test_what_is_not_over_stays(runs: Runs) -> None:
    """It goes on, however many come after it, and is forgotten when it is over."""
    runs.file(definition("sleep 100000"))
    slow = runs.start()
    runs.wait(3)  # its file is read by then
    runs.file(definition())
    for _ in range(5):
        runs.start()
        runs.wait(10)
    assert runs.pipeline(slow)["state"] == "running"
    runs.wait(200_000)
    assert runs.pipeline(slow)["state"] == "done"
    runs.start()
    assert runs.semaphore.get(f"{API}/pipelines/{slow}").status_code == 404
    assert counted(runs)["workflows"] == 3
