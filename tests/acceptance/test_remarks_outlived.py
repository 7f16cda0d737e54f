"""What an export remarked goes from the manifest with what it was about; other comments stay."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.embedded import Embedded
from tests.acceptance.conftest import Program, applied, seeded

BOARD = """\
apiVersion: v1alpha
kind: Dashboard
metadata: {name: main}
spec: {widgets: [{name: W, type: list_workflows, filters: {project_id: shop}}]}
"""
PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: shop}
spec: {repository: {url: "git@github.com:acme/shop.git", integration_type: github_app}}
"""
FILE = "m/organization/dashboards/main.yml"
ABOUT = "# spec.widgets.W.filters.project_id: "
COMMANDS = pytest.mark.parametrize(
    "command",
    [
        ("drift", "m", "--absorb", "--auto-approve"),
        ("export", "--out", "m", "--update", "--auto-approve"),
    ],
    ids=" ".join,
)


@pytest.fixture
def inert(local: Program, place: Path) -> Program:
    """A tree of a dashboard that has text in the place of an id, which is remarked."""
    Path("all.yml").unlink()
    seeded(local, place, f"{PROJECT}---\n{BOARD}")
    with closing(sqlite3.connect(place / ".reconciler/embedded.db")) as db, db:
        (id_,) = db.execute("SELECT id FROM projects").fetchone()
        db.execute("UPDATE dashboards SET content = replace(content, ?, 'gone')", (id_,))
    assert local("export", "--out", "m").code == 0
    text = Path(FILE).read_text()
    assert text.startswith(ABOUT)
    Path(FILE).write_text(f"# ours: it stays\n{text}")
    applied(local, "m")
    return local


def _bent(place: Path, before: str, after: str) -> None:
    with closing(sqlite3.connect(place / ".reconciler/embedded.db")) as db, db:
        db.execute("UPDATE dashboards SET content = replace(content, ?, ?)", (before, after))


@COMMANDS
def test_it_goes_with_what_it_was_about(
    inert: Program, place: Path, command: tuple[str, ...]
) -> None:
    """Others cleaned it up."""
    seeded(inert, place, f"{PROJECT}---\n{BOARD}")
    assert inert(*command).code == 0
    text = Path(FILE).read_text()
    assert text.startswith("# ours: it stays\napiVersion:")
    assert "project_id: shop\n" in text


@COMMANDS
def test_it_says_what_is_so_now(inert: Program, place: Path, command: tuple[str, ...]) -> None:
    """Other text is there, of which the same is to be remarked."""
    _bent(place, '"gone"', '"away"')
    assert inert(*command).code == 0
    lines = Path(FILE).read_text().splitlines()
    assert lines[0] == "# ours: it stays"
    assert lines[1].startswith(f"{ABOUT}'away' is no id")
    assert lines[2] == "apiVersion: v1alpha"


def test_what_is_still_so_stays(inert: Program, place: Path) -> None:
    """Something else has changed."""
    _bent(place, '"W"', '"V"')
    _bent(place, '"title":"Main"', '"title":"Other"')
    before = Path(FILE).read_text().splitlines()[1]
    assert inert("drift", "m", "--absorb", "--auto-approve").code == 0
    assert before.replace(".W.", ".V.") in Path(FILE).read_text()


def _tags(*names: str) -> None:
    """Let others say which tags a project builds, in words that no manifest may say."""
    with Embedded(".reconciler/embedded.db") as embedded:
        db = embedded.world.db
        (found,) = db.execute("SELECT spec FROM projects").fetchone()
        spec = json.loads(found)
        spec["repository"]["whitelist"]["tags"] = names
        db.execute("UPDATE projects SET spec = ?", (json.dumps(spec),))


def test_what_no_manifest_said(local: Program, place: Path) -> None:
    """The field goes back to what it is without a word: nothing differs but that remark."""
    Path("all.yml").unlink()
    seeded(local, place, PROJECT)
    _tags("a~b")
    assert local("export", "--out", "m").code == 0
    file = Path("m/projects/shop/project.yml")
    assert file.read_text().startswith("# spec.repository.whitelist.tags: ")
    update = ("export", "--out", "m", "--update", "--auto-approve", "--format", "json")
    assert json.loads(local(*update).out)["updated"]["files"] == []
    _tags()
    ran = local(*update)
    (taken,) = json.loads(ran.out)["updated"]["objects"]
    assert (ran.code, taken["address"], taken["fields"]) == (0, "Project/shop", [])
    assert file.read_text().startswith("apiVersion:")
