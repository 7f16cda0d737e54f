"""What an organization's file is: of one version, made at once, and never taken for another."""

import hashlib
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest

from reconciler.cli.program import run
from reconciler.embedded import BadDatabase, Embedded
from reconciler.embedded.database import VERSION

TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(statement)


def test_the_number_goes_with_the_tables(tmp_path: Path) -> None:
    """Whoever changes a table raises VERSION: a file of before would fail somewhere, some day."""
    path = tmp_path / "org.db"
    Embedded(str(path)).close()
    with closing(sqlite3.connect(path)) as db:
        told = "\n".join(f"{name} {' '.join(sql.split())}" for name, sql in db.execute(TABLES))
    known = {3: "3b2cc5016a5120f0"}

    assert {VERSION: hashlib.sha256(told.encode()).hexdigest()[:16]} == {VERSION: known[VERSION]}, (
        "the tables are others now: raise reconciler.embedded.database.VERSION, and write both here"
    )


ELSE = "it holds something else than a local Semaphore"
ALTERED = "its tables are not those that were made in it: somebody changed them"
LATER, EARLIER = (
    f"it has format {number}, this program keeps format {VERSION}; nothing was changed in it: move "
    "it away to begin a new one, or go on with the version that made it"
    for number in (99, 1)
)
OTHERS = {
    "UPDATE meta SET value = '99' WHERE key = 'schema_version'": LATER,
    "UPDATE meta SET value = '1' WHERE key = 'schema_version'": EARLIER,
    "DELETE FROM meta WHERE key = 'schema_version'": ELSE,
    "DROP TABLE meta": ELSE,
    "ALTER TABLE secrets DROP COLUMN job_attach": ALTERED,
    "DROP TABLE secrets": ALTERED,
}


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """What a server that ran in this process would leave behind."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    text = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: a}\ndata: {}\n"
    (tmp_path / "a.yml").write_text(text)
    return "a.yml"


@pytest.mark.parametrize(("statement", "words"), OTHERS.items())
def test_another_format_is_refused(
    statement: str, words: str, manifest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By plan and by the server, before anything is done, in the same words, and untouched."""
    path = Path("org.db")
    Embedded(str(path)).close()
    changed(path, statement)
    before = path.read_bytes()

    assert run(["--org", "embedded:org.db", "--ledger", "none", "plan", manifest]) == 1
    told = f"the local Semaphore can't be opened: org.db: {words}"
    assert told in capsys.readouterr().err.replace("\n  ", " ")
    assert run(["serve", "--db", "org.db", "--port", "0"]) == 1
    assert capsys.readouterr() == ("", f"Error: org.db: {words}\n")
    assert path.read_bytes() == before


def test_a_ledger_is_no_local_semaphore(manifest: str) -> None:
    """Files of ours are not taken for one another."""
    call = [
        "--org",
        "embedded:org.db",
        "--ledger",
        "ledger.db",
        "apply",
        "--auto-approve",
        manifest,
    ]
    assert run(call) == 0
    before = Path("ledger.db").read_bytes()

    with pytest.raises(BadDatabase, match="something else"):
        Embedded("ledger.db")
    assert Path("ledger.db").read_bytes() == before


def _opened(path: str) -> str:
    with Embedded(path) as semaphore:
        return semaphore.world.org_id


def test_many_begin_one_at_once(tmp_path: Path) -> None:
    """Whoever is first makes it, and all have the same organization."""
    with get_context("spawn").Pool(4) as pool:
        found = pool.map(_opened, [str(tmp_path / "org.db")] * 8, chunksize=1)

    assert len(set(found)) == 1
