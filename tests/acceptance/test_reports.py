"""--report: what a run has to tell, in files beside what it says."""

import json
import os
import shlex
from pathlib import Path

import pytest

from reconciler.cli.options import Options
from reconciler.cli.reports import Reports
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render.formats import names
from tests.acceptance.conftest import Program, document

BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: board}\n"
RUNS = {
    "validate": ("validate", "m.yml"),
    "plan": ("plan", "m.yml"),
    "base": ("plan", "--base", "HEAD", "m.yml"),
    "apply": ("apply", "--auto-approve", "m.yml"),
    "adopt": ("adopt", "--auto-approve", "m.yml"),
    "drift": ("drift", "m.yml"),
    "destroy": ("destroy", "--auto-approve", "m.yml"),
}


@pytest.fixture(autouse=True)
def manifest(place: Path) -> Path:
    """One object, and a revision of Git that knows it."""
    found = place / "m.yml"
    found.write_text(BOARD)
    git = "git -c user.name=a -c user.email=a@b.test"
    os.system(f"git init -q . && git add m.yml && {git} commit -qm one")  # noqa: S605 — fixed words
    return found


def test_every_run_writes_reports(local: Program, place: Path) -> None:
    """Beside what it says as ever, for nobody else to read, and nothing else is left there."""
    for name, words in RUNS.items():
        silent = local(*words)
        assert silent.code == 0, silent
        ran = local(*words, "--report", f"json={name}.json", "--report", f"text={name}.txt")
        assert ran.code == 0, ran
        for file in (place / f"{name}.json", place / f"{name}.txt"):
            assert file.stat().st_mode & 0o777 == 0o600
        assert json.loads((place / f"{name}.json").read_text())["format_version"]
    assert [path.name for path in place.glob(".*.*")] == []


def test_a_report_says_what_is_printed(local: Program, place: Path) -> None:
    """One value, whichever way it goes."""
    printed = document(local, "plan", "m.yml", "--report", "json=plan.json")
    assert json.loads((place / "plan.json").read_text()) == printed
    assert printed["coverage"] == {"live": 0, "declared": 0, "percent": None}
    assert list(printed["places"]) == ["Dashboard/board"]


@pytest.mark.parametrize("file", ["nowhere/r.json", "folder", "pipe", "link", "m.yml", "new.yml"])
def test_what_cant_be_written_is_told_before_anything_is_done(
    local: Program, place: Path, file: str
) -> None:
    """No folder, no file, a link, or in the way of manifests: nothing is applied or lost."""
    (place / "folder").mkdir()
    os.mkfifo(place / "pipe")
    (place / "link").symlink_to("m.yml")
    ran = local("apply", "--auto-approve", ".", "--report", f"json={file}")
    assert (ran.code, ran.out) == (1, "")
    assert f"--report json={file}: " in ran.err
    assert (place / "m.yml").read_text() == BOARD
    assert local("plan", "--detailed-exitcode", "m.yml").code == 2


@pytest.mark.parametrize(
    "given",
    [("json",), ("json=",), ("sarif=x",), ("json=a", "text=./a"), ("=a",), ("text=p.json",)],
)
def test_a_report_that_nobody_can_mean(local: Program, place: Path, given: tuple[str, ...]) -> None:
    """It is a mistake of the command line, before anything is read."""
    reports = [f"--report={text}" for text in given]
    ran = local("plan", "--out", "p.json", "m.yml", *reports)
    assert ran.code == 64
    assert "--report" in ran.err
    assert not (place / "a").exists()
    assert not (place / "p.json").exists()


def test_no_run_leaves_the_report_of_another(local: Program, place: Path) -> None:
    """Who reads a report after a run that failed finds none, and not an earlier one."""
    assert local("plan", "m.yml", "--report", "text=r").code == 0
    (place / "m.yml").write_text("kind: Nonsense\n")
    assert local("plan", "m.yml", "--report", "text=r").code == 1
    assert not (place / "r").exists()


def test_a_refused_plan_has_a_report(local: Program, place: Path) -> None:
    """Also where nobody agrees to it: nothing was attempted, and the report says so."""
    assert local("apply", "m.yml", "--report", "json=r").code == 4
    assert json.loads((place / "r").read_text())["outcomes"] == []
    ran = local("apply", "m.yml", "--auto-approve", "--expect", "0" * 16, "--report", "json=r")
    assert ran.code == 4
    assert json.loads((place / "r").read_text())["plan"]["refusals"] != []


def test_a_report_that_can_be_written_no_more(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told, the others are written, and the exit code says it unless it says worse."""
    (place / "gone").mkdir()
    asked = Options(report=("text=gone/r", "text=r"), paths=("m.yml",))
    reports = Reports.of(asked, Subject.VALIDATION)
    (place / "gone").rmdir()
    with reports:
        reports.write(Validation(problems=(), objects=1))
    assert "error: --report text=gone/r: can't be written: No such file" in capsys.readouterr().err
    assert (place / "r").read_text() == "Valid: 1 object declared.\n"
    assert (reports.code(0), reports.code(4)) == (1, 4)


SECRET = """
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data:
  env_vars: [{name: A, value: nightjar-1}]
  files: [{path: /a, content: bmlnaHRqYXItMg==}]
"""


def test_no_report_has_a_secret_in_it(local: Program, place: Path) -> None:
    """Neither in clear nor as it is sent, in any format that there is."""
    (place / "m.yml").write_text(SECRET)
    for subject, words in (
        (Subject.VALIDATION, ("validate", "m.yml")),
        (Subject.PLAN, ("plan", "m.yml")),
        (Subject.APPLY, ("apply", "--auto-approve", "m.yml")),
        (Subject.DRIFT, ("drift", "m.yml")),
    ):
        wanted = [f"--report={name}={name}" for name in names(subject)]
        assert local(*words, *wanted).code == 0
        for name in names(subject):
            said = (place / name).read_text()
            assert "nightjar" not in said
            assert "bmlnaHRqYXIt" not in said
            if subject is Subject.PLAN:
                assert "Secret/db" in said


def test_a_comment_is_the_same_until_the_plan_is_another(local: Program, place: Path) -> None:
    """So that a bot sees that it need not edit it, and says how to apply just this."""
    assert local("apply", "--auto-approve", "m.yml").code == 0
    title = BOARD.replace("{name: board}", "{name: board, title: New}")
    (place / "m.yml").write_text(title)
    command = ("plan", "--target", "Dashboard/*", "m.yml", "--report", "markdown=plan.md")
    assert local(*command).code == 0
    said = (place / "plan.md").read_text()
    assert local(*command).code == 0
    assert (place / "plan.md").read_text() == said
    (line,) = [line for line in said.splitlines() if line.startswith("reconciler ")]
    words = shlex.split(line)[1:]
    assert local(*words, "--auto-approve").code == 0
    assert local(*words, "--auto-approve").code == 4
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0


def test_most_bytes_of_a_comment(local: Program, place: Path) -> None:
    """What is not shown is named; the other formats are whole."""
    boards = [BOARD.replace("name: board", f"name: board-{number}") for number in range(50)]
    (place / "m.yml").write_text("---\n".join(boards))
    reports = ("--report", "markdown=plan.md", "--report", "json=plan.json")
    assert local("plan", "m.yml", "--max-bytes", "3000", *reports).code == 0
    said = (place / "plan.md").read_bytes()
    assert len(said) <= 3000
    assert b"not shown for their length" in said
    assert len(json.loads((place / "plan.json").read_text())["changes"]) == 50


def test_a_page_tells_what_was_applied_last(local: Program, place: Path) -> None:
    """Beside what is there and what will be, where both sides have moved."""
    for title, ledger in (("Ours", "ours.db"), ("Theirs", "theirs.db")):
        (place / "m.yml").write_text(BOARD.replace("board}", f"board, title: {title}}}"))
        assert local("apply", "--auto-approve", "--ledger", ledger, "m.yml").code == 0
    (place / "m.yml").write_text(BOARD.replace("board}", "board, title: Next}"))
    ran = local("plan", "--ledger", "ours.db", "m.yml", "--report", "html=plan.html")
    assert ran.code == 0
    said = (place / "plan.html").read_text()

    assert "<td>Ours<td>Theirs<td>Next" in said
    assert "metadata.title <i>line 3</i>" in said
