"""Health: whether what is asked can be written down."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from reconciler.embedded import Embedded
from tests.embedded.admin.conftest import Site


def test_health_tells_that_nothing_can_be_written(tmp_path: Path) -> None:
    """A full disk is no good health; once there is room, it is well again."""
    with Embedded(str(tmp_path / "x.db")) as embedded:
        site, db = Site(embedded), embedded.world.db
        health = site.send("GET", "/__admin__/health")
        assert (health.status_code, health.json()) == (200, {"status": "ok"})
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        while not embedded.journal.trouble:  # what there is room for is used up
            site.api("DELETE", "/api/v1beta/secrets/none")
        for _ in range(2):
            health = site.send("GET", "/__admin__/health")
            told = {"status": "database or disk is full"}
            assert (health.status_code, health.json()) == (503, told)
        db.execute("PRAGMA max_page_count = 1000000")
        assert site.send("GET", "/__admin__/health").status_code == 200


def test_another_process_that_writes_is_no_illness(tmp_path: Path) -> None:
    """Nor is it waited for."""
    with Embedded(str(tmp_path / "x.db")) as embedded:
        site = Site(embedded)
        with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            assert site.send("GET", "/__admin__/health").status_code == 200
            assert time.monotonic() - began < 10
        assert embedded.world.db.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000
