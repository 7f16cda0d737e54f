"""drift --absorb: what others changed, written into the files of those who declare it."""

import contextlib
import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, seeded

_ROOT = Path(__file__).parents[2]
PROJECT = """\
# The shop.
apiVersion: v1alpha
kind: Project
metadata: {name: shop, description: 'sells'}   # what it does
spec:
  repository:
    url: "git@github.com:acme/shop.git"
    run_on:
      - branches   # always
  tasks:
    - name: nightly
      at: "0 3 * * *"  # UTC
      branch: main
      pipeline_file: .semaphore/nightly.yml
      scheduled: true
"""
SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data:
  env_vars:
    - {name: USER, value: nightjar-user}
---
apiVersion: v1beta
kind: Secret
metadata: {name: old}
data: {env_vars: [{name: A, value: nightjar-old}]}
"""
SCHEDULE = """\
apiVersion: v1.2
kind: Schedule
metadata: {name: hourly}
spec:
  project: shop
  recurring: false
  reference: {type: BRANCH, name: main}
  pipeline_file: h.yml
  parameters:
"""
FROM_SOURCE = SECRET.partition("---")[0].replace("value: nightjar-user", "value_from: {env: DB}")
OUTSIDE = (
    PROJECT.replace("'sells'", "sells shoes")
    .replace("- branches   # always", "- branches\n      - tags")
    .replace("0 3 * * *", "30 3 * * *")
    + "    - {name: weekly, at: '0 5 * * 1', branch: main, pipeline_file: w.yml, scheduled: true}\n"
)
ABSORBED = (
    PROJECT.replace("'sells'", "'sells shoes'")
    .replace("- branches   # always\n", "- branches   # always\n      - tags\n")
    .replace("0 3 * * *", "30 3 * * *")
    + "    - name: weekly\n      scheduled: true\n      branch: main\n"
    + '      at: "0 5 * * 1"\n      pipeline_file: w.yml\n'
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what takes long to make is kept for all tests."""
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def shop(local: Program, place: Path, made: Path) -> Program:
    """A project, its task and two secrets, applied; then others change the project."""
    (place / "all.yml").unlink()
    if not any(made.iterdir()):
        Path("manifests/projects/shop").mkdir(parents=True)
        Path("manifests/projects/shop/project.yml").write_text(PROJECT)
        Path("manifests/secrets.yml").write_text(SECRET)
        applied(local, "manifests")
        seeded(local, place, OUTSIDE)
        (place / "seed.yml").unlink()
        shutil.copytree(place, made, dirs_exist_ok=True)
    shutil.copytree(made, place, dirs_exist_ok=True)
    return local


def git(*arguments: str) -> str:
    """Return what Git says."""
    done = subprocess.run(["git", *arguments], check=True, capture_output=True)  # noqa: S603, S607 — as users call it
    return done.stdout.decode()


def gone(local: Program, place: Path, name: str) -> None:
    """Let others delete a secret."""
    text = f"apiVersion: v1beta\nkind: Secret\nmetadata: {{name: {name}}}\n"
    seeded(local, place, f"{text}reconciler: {{absent: true}}\n")
    (place / "seed.yml").unlink()


def test_what_differs_is_written_into_the_lines_that_say_it(shop: Program) -> None:
    """Comments, quotes and all other files stay; then there is nothing to do."""
    ran = shop("drift", "--absorb", "--auto-approve", "manifests")

    assert ran.code == 0, ran
    assert Path("manifests/projects/shop/project.yml").read_text() == ABSORBED
    assert Path("manifests/secrets.yml").read_text() == SECRET
    assert "Written: 3 objects in 1 file (2 changed, 1 added)." in ran.out
    assert '+      at: "30 3 * * *"  # UTC\n' in ran.out
    assert shop("plan", "--detailed-exitcode", "manifests").code == 0
    assert shop("drift", "manifests", "--absorb").code == 0


def test_only_what_is_named(shop: Program) -> None:
    """The rest differs still, which the exit code tells; a name of nothing is an error."""
    ran = shop("drift", "manifests", "--absorb", "Schedule/shop/n*", "--auto-approve")

    assert ran.code == 2
    assert Path("manifests/projects/shop/project.yml").read_text() == PROJECT.replace(
        "0 3 *", "30 3 *"
    )
    wrong = shop("drift", "manifests", "--absorb", "Schedule/shop/x", "--auto-approve")
    assert (wrong.code, "there is no such object" in wrong.err) == (1, True)
    path = shop("drift", "--absorb", "manifests")
    assert (path.code, "name paths before it" in path.err) == (64, True)


def test_nothing_is_written_unless_it_is_wanted(shop: Program) -> None:
    """Without a terminal, nobody can say so; JSON does not ask either."""
    for form in ("text", "json"):
        ran = shop("drift", "--absorb", "--format", form, "manifests")
        assert ran.code == 4
        assert "--auto-approve" in ran.err
    assert json.loads(ran.out)["absorbed"]["written"] is False
    assert Path("manifests/projects/shop/project.yml").read_text() == PROJECT


def test_made_and_deleted_outside(shop: Program, place: Path) -> None:
    """A document goes; a file comes where an export would put it, for what is named."""
    gone(shop, place, "old")
    seeded(shop, place, SECRET.partition("---")[0].replace("name: db", "name: by-hand"))
    Path("seed.yml").unlink()
    ran = shop("drift", "manifests", "--absorb", "*", "--auto-approve", "--format", "json")

    assert ran.code == 0, ran
    found = json.loads(ran.out)["absorbed"]
    assert {(o["address"], o["how"]) for o in found["objects"]} == {
        ("Project/shop", "changed"),
        ("Schedule/shop/nightly", "changed"),
        ("Schedule/shop/weekly", "added"),
        ("Secret/by-hand", "added"),
        ("Secret/old", "removed"),
    }
    assert Path("manifests/secrets.yml").read_text() == SECRET.partition("---")[0]
    assert (
        "value_from: {live: keep}" in Path("manifests/organization/secrets/by-hand.yml").read_text()
    )
    assert shop("plan", "--detailed-exitcode", "manifests").code == 0


def test_each_manifest_that_goes_is_asked_for(shop: Program, place: Path) -> None:
    """One that is to stay is left, and so is everything if the last answer is no."""
    gone(shop, place, "old")
    gone(shop, place, "db")
    said = asked(place, "no", "yes", "no")
    assert "Secret/db is gone. Remove it from manifests/secrets.yml?" in said
    assert "Secret/old is gone. Remove it from manifests/secrets.yml?" in said
    assert Path("manifests/secrets.yml").read_text() == SECRET
    said = asked(place, "no", "yes", "yes")
    assert "4 objects in 2 files (2 changed, 1 added, 1 removed): write that?" in said
    assert Path("manifests/secrets.yml").read_text() == SECRET.partition("---")[0]
    assert Path("manifests/projects/shop/project.yml").read_text() == ABSORBED


def asked(place: Path, *answers: str) -> str:
    """Run it at a terminal, and return what was asked there."""
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "reconciler", "--org", "embedded:", "-q"]
    process = subprocess.Popen(  # noqa: S603 — the program under test
        [*program, "drift", "manifests", "--absorb"],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(_ROOT), "TERM": "dumb"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        stdin=theirs,
    )
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    seen = b""
    with contextlib.suppress(OSError):  # the terminal is gone with the program
        while more := os.read(ours, 1000):
            seen += more
    os.close(ours)
    process.wait()
    return seen.decode()


def test_items_that_were_added_and_taken_out_here(local: Program, place: Path) -> None:
    """What others did to the same list is taken over, and what was done here stays."""
    head, parameter = SCHEDULE, "    - {{name: {}, default_value: x}}  # ours\n"
    ours, theirs = parameter.format("OURS"), parameter.format("THEIRS")
    old, taken = parameter.format("OLD"), parameter.format("TAKEN")
    Path("all.yml").write_text(f"{PROJECT.partition('  tasks')[0]}---\n{head}{old}{taken}")
    applied(local, "all.yml")
    seeded(local, place, f"{head}{old}{taken}{theirs}")
    Path("all.yml").write_text(f"{PROJECT.partition('  tasks')[0]}---\n{head}{old}{ours}")
    ran = local("drift", "all.yml", "--absorb", "--auto-approve")

    assert ran.code == 2
    new = theirs.replace("  # ours", "")
    assert Path("all.yml").read_text().endswith(f"{head}{old}{ours}{new}")
    assert "spec.parameters.OURS: it was changed here" in ran.out
    assert "spec.parameters.TAKEN: it was changed here" in ran.out


def test_what_was_never_there_is_not_deleted(local: Program) -> None:
    """A manifest that waits for its first apply is no drift to take over."""
    Path("new.yml").write_text(SECRET)
    ran = local("drift", "new.yml", "--absorb", "--auto-approve")

    assert ran.code == 2
    assert "new.yml:1:1: Secret/db: nothing is known of its having been there" in ran.out
    assert Path("new.yml").read_text() == SECRET


def test_what_was_changed_here_waits_for_an_apply(shop: Program) -> None:
    """Only what others changed is taken over."""
    file = Path("manifests/projects/shop/project.yml")
    file.write_text(PROJECT.replace("pipeline_file: .sem", "pipeline_file: other/.sem"))
    ran = shop("drift", "manifests", "--absorb", "--auto-approve")

    assert ran.code == 2
    assert file.read_text() == ABSORBED.replace("pipeline_file: .sem", "pipeline_file: other/.sem")
    assert (
        "project.yml:14:7: Schedule/shop/nightly: spec.pipeline_file: it was changed here"
        in ran.out
    )


def test_what_cannot_be_absorbed_is_said_with_its_place(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value from a source, what others share; and what can be is done."""
    shared = PROJECT.replace("url:", "pipeline_file: &file a.yml\n    url:")
    shared = shared.replace(".semaphore/nightly.yml", "*file")
    monkeypatch.setenv("DB", "nightjar-db")
    (place / "all.yml").write_text(f"{FROM_SOURCE}---\n{shared}")
    applied(local, "all.yml")
    gone(local, place, "db")
    seeded(local, place, f"{FROM_SOURCE}---\n{OUTSIDE}")
    ran = local("drift", "all.yml", "--absorb", "--auto-approve")

    assert ran.code == 2
    said = ran.out[ran.out.index("Stays as it is said:") :]
    assert "all.yml:22:22: Schedule/shop/nightly: spec.pipeline_file: an anchor" in said
    assert "Secret/db: data.env_vars.USER.value: a secret value is never" in said
    assert "its value is from env DB" in said
    assert "sells shoes" in (place / "all.yml").read_text()


def test_a_patch_instead(shop: Program) -> None:
    """It is what Git takes; files stay, and one that is there is not written over."""
    ran = shop("drift", "manifests", "--absorb", "--patch", "drift.patch")

    assert ran.code == 0
    assert Path("manifests/projects/shop/project.yml").read_text() == PROJECT
    git("apply", "drift.patch")
    assert Path("manifests/projects/shop/project.yml").read_text() == ABSORBED
    again = shop("drift", "manifests", "--absorb", "--patch", "drift.patch")
    assert again.code == 0
    Path("manifests/projects/shop/project.yml").write_text(PROJECT)
    assert shop("drift", "manifests", "--absorb", "--patch", "drift.patch").code == 1


def test_a_branch_instead(shop: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit with the report; index and files are as before, and nobody is asked."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "x")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "x@example.com")
    git("init", "--quiet", "--initial-branch=main")
    Path(".gitignore").write_text(".reconciler/\n")
    git("add", "--all")
    git("commit", "--quiet", "--message=all")
    git("remote", "add", "origin", "git@github.com:acme/infra.git")
    Path("staged").write_text("x")
    git("add", "staged")
    ran = shop("drift", "manifests", "--absorb", "--branch", "drift/1", "--auto-approve")

    assert ran.code == 0, ran
    assert git("status", "--porcelain") == "A  staged\n"
    assert git("show", "drift/1:manifests/projects/shop/project.yml") == ABSORBED
    assert git("diff", "--name-only", "main", "drift/1").split() == [
        "manifests/projects/shop/project.yml"
    ]
    assert "- Schedule/shop/nightly changed: spec.at\n" in git(
        "log", "-1", "--format=%B", "drift/1"
    )
    assert "git push -u origin drift/1 && gh pr create --head drift/1 --fill\n" in ran.out
    again = shop("drift", "manifests", "--absorb", "--branch", "drift/1", "--auto-approve")
    assert (again.code, "a branch of that name already" in again.err) == (1, True)
    Path("manifests/projects/shop/project.yml").write_text(PROJECT + "# mine\n")
    mine = shop("drift", "manifests", "--absorb", "--branch", "drift/2", "--auto-approve")
    assert (mine.code, "changes that are not committed" in mine.err) == (1, True)


def test_a_link_out_of_the_directory_is_not_followed(shop: Program, place: Path) -> None:
    """It is read, as before; what is outside is not written."""
    file = Path("manifests/projects/shop/project.yml")
    file.rename(place / "elsewhere.yml")
    file.symlink_to(place / "elsewhere.yml")
    ran = shop("drift", "manifests", "--absorb", "--auto-approve")

    assert (ran.code, "outside of manifests" in ran.err) == (4, True)
    assert (place / "elsewhere.yml").read_text() == PROJECT


def test_options_that_need_it(shop: Program) -> None:
    """A patch or a branch of nothing is a mistake."""
    for option in (("--patch", "x"), ("--branch", "x")):
        assert shop("drift", "manifests", *option).code == 64
    both = shop("drift", "manifests", "--absorb", "--patch", "x", "--branch", "y")
    assert both.code == 64
