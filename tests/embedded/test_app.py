"""Unknown routes, failures, the journal and restarts."""

import logging
import pkgutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from reconciler import embedded
from reconciler.embedded import Edition, Settings
from reconciler.embedded.families import ANSWERING
from reconciler.embedded.journal import Entry
from reconciler.embedded.routing import beginning

NOT_FOUND = '{"code":5,"message":"Not Found","details":[]}'
NOT_ALLOWED = '{"code":12,"message":"Method Not Allowed","details":[]}'


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/api/v1alpha/unknown", 404, "oops"),
        ("PUT", "/api/v1alpha/schedules", 404, "oops"),
        ("PATCH", "/api/v1alpha/projects/", 404, "oops"),
        ("GET", "/api/v1alpha/projects/api/unknown", 404, "oops"),
        ("GET", "/api/v1alpha/workflows", 404, NOT_FOUND),
        ("PUT", "/api/v1beta/secrets", 501, NOT_ALLOWED),
        ("GET", "/api/v2/projects", 404, '{"message":"Not found"}'),
        ("GET", "/somewhere/else", 404, "Not Found"),
    ],
)
def test_each_service_has_its_own_way_of_not_knowing_a_route(
    semaphore: Any, method: str, path: str, status: int, body: str
) -> None:
    """Plug services say oops, the gateway speaks gRPC (D 1, D 3, D 4)."""
    response = semaphore.request(method, path)
    assert (response.status_code, response.text) == (status, body)


def test_head_is_a_route_of_its_own(semaphore: Any) -> None:
    """Nobody declared one: neither the Plug services nor the gateway answer it as a GET."""
    semaphore.project("api")
    assert semaphore.request("HEAD", "/api/v1alpha/projects/api").status_code == 404
    assert semaphore.request("HEAD", "/api/v1alpha/dashboards").status_code == 501


def test_plug_services_ignore_empty_path_segments(semaphore: Any) -> None:
    """A trailing slash is tolerated (D 3)."""
    assert semaphore.get("/api/v1alpha/projects//").status_code == 200


def test_a_crash_is_a_500_and_leaves_no_value_in_the_log(
    semaphore: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong JSON type crashes the project service; the log names a place, not a value (A 2.1)."""
    body = {"metadata": {"name": "api"}, "spec": {"repository": {"run_on": "canary-value"}}}
    with caplog.at_level(logging.DEBUG, logger="reconciler.embedded"):
        response = semaphore.post("/api/v1alpha/projects", json=body)
    assert (response.status_code, response.text) == (500, "Something went wrong")
    assert "Crash in" in caplog.text
    assert "canary-value" not in caplog.text


def test_the_journal_lists_requests_with_their_query_and_answer(semaphore: Any) -> None:
    """Numbers, methods, paths and statuses; nothing of bodies and headers."""
    semaphore.get("/api/v1alpha/projects?page=2&name=a%20b")
    semaphore.delete("/api/v1alpha/projects/a%20b", token=None)
    assert semaphore.embedded.journal.entries() == [
        Entry(1, "GET", "/api/v1alpha/projects?page=2&name=a%20b", 200),
        Entry(2, "DELETE", "/api/v1alpha/projects/a%20b", 401),
    ]
    assert [entry.number for entry in semaphore.embedded.journal.entries(after=1)] == [2]


def test_state_survives_a_restart(make_semaphore: Any, tmp_path: Path) -> None:
    """The same file is the same organization with the same people, projects and journal."""
    path = str(tmp_path / "embedded.db")
    first = make_semaphore(path=path)
    project = first.project("api")
    roles = first.get("/api/v1alpha/roles").text
    first.embedded.close()
    second = make_semaphore(path=path)
    assert second.get("/api/v1alpha/projects/api").json() == project
    assert second.get("/api/v1alpha/roles").text == roles
    assert len(second.embedded.journal.entries()) == 4


def test_a_new_database_is_its_owners_alone(make_semaphore: Any, tmp_path: Path) -> None:
    """Secrets are in it in clear; missing directories are made."""
    path = tmp_path / "some" / "where" / "embedded.db"
    make_semaphore(path=str(path)).project()
    files = list(path.parent.iterdir())
    assert path in files
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_transaction_inside_another_fails_alone(semaphore: Any) -> None:
    """What the outer one did stays when the inner one is undone."""
    world = semaphore.embedded.world

    def fail_inside() -> None:
        with world.transaction():
            world.db.execute("INSERT INTO meta VALUES ('inner', '1')")
            raise ValueError("undo")

    with world.transaction():
        world.db.execute("INSERT INTO meta VALUES ('outer', '1')")
        with pytest.raises(ValueError, match="undo"):
            fail_inside()
    keys = {row["key"] for row in world.db.execute("SELECT key FROM meta")}
    assert "outer" in keys
    assert "inner" not in keys


def test_editions_differ_by_their_flags() -> None:
    """The table of the reference's README; a flag can be overridden."""
    assert Settings.of(Edition.CLOUD) == Settings()
    assert not Settings.of(Edition.EE).secrets_access_policy
    assert Settings.of(Edition.EE).advanced_deployment_targets
    assert not Settings.of(Edition.CE).deployment_targets
    assert Settings.of(Edition.CE).git_integration
    assert Settings.of(Edition.CE, deployment_targets=True).deployment_targets


def test_a_disk_that_is_full(make_semaphore: Any, tmp_path: Path) -> None:
    """Reads are answered, and writes fail in the words of their service, until there is place."""
    semaphore = make_semaphore(path=str(tmp_path / "x.db"))
    db = semaphore.embedded.world.db
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(200):  # reads are written down, too
        assert semaphore.get("/api/v1alpha/dashboards").status_code == 200
    body = {"metadata": {"name": "s"}, "data": {"env_vars": [{"name": "A", "value": "v" * 90_000}]}}
    refused = semaphore.post("/api/v1beta/secrets", json=body)
    assert (refused.status_code, refused.json()["code"]) == (500, 2)
    db.execute("PRAGMA max_page_count = 1000000")
    assert semaphore.post("/api/v1beta/secrets", json=body).status_code == 200
    entries = semaphore.embedded.journal.entries()
    assert [(e.method, e.status) for e in entries[-2:]] == [("POST", 500), ("POST", 200)]


def test_each_route_is_found_by_how_its_path_begins() -> None:
    """Routes are loaded for the first path that begins as theirs do, and by nothing else."""
    families = [found.name for found in pkgutil.iter_modules(embedded.__path__) if found.ispkg]
    made = {
        (beginning(route.path), family)
        for family in families
        if find_spec(f"reconciler.embedded.{family}.routes")
        for route in import_module(f"reconciler.embedded.{family}.routes").ROUTES
    }
    assert made == {(begun, family) for begun, found in ANSWERING.items() for family in found}
