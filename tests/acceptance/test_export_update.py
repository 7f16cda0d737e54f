"""export --update: a tree of manifests that people have made their own, brought up to date."""

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, seeded
from tests.acceptance.manifests import EVERYTHING, SECRET


@pytest.fixture
def tree(local: Program, place: Path) -> Program:
    """An organization of which all is exported, and a comment of ours in it; then it changes."""
    seeded(local, place, EVERYTHING)
    assert local("export", "--out", "manifests").code == 0
    schedule = Path("manifests/projects/api/schedules/nightly.yml")
    schedule.write_text(f"# ours\n{schedule.read_text()}")
    later = EVERYTHING.replace("0 3 * * *", "30 3 * * *")
    absent = "reconciler: {absent: true}\n"
    gone = f"apiVersion: v1alpha\nkind: Dashboard\nmetadata: {{name: main}}\n{absent}"
    dashboard = EVERYTHING.split("---\n")[-2]
    assert "kind: Dashboard" in dashboard
    new = SECRET.replace("prod-db", "by-hand")
    seeded(local, place, "---\n".join((later.replace(dashboard, gone), new)))
    return local


def test_what_differs_comes_and_goes(tree: Program) -> None:
    """Comments stay; what is gone is only named, unless it is to be taken out."""
    ran = tree("export", "--out", "manifests", "--update", "--auto-approve")

    assert ran.code == 3, ran
    text = Path("manifests/projects/api/schedules/nightly.yml").read_text()
    assert text.startswith("# ours\n")
    assert "\n  at: 30 3 * * *\n" in text
    assert Path("manifests/organization/secrets/by-hand.yml").exists()
    assert "dashboards/main.yml:1:1: Dashboard/main: there is no such object any more" in ran.out
    ran = tree("export", "--out", "manifests", "--update", "--remove", "--auto-approve")
    assert ran.code == 0, ran
    assert not Path("manifests/organization/dashboards/main.yml").exists()
    assert tree("plan", "--detailed-exitcode", "manifests").code == 0
    again = tree("export", "--out", "manifests", "--update", "--remove", "--format", "json")
    assert (again.code, json.loads(again.out)["updated"]["files"]) == (0, [])


def test_it_asks_and_takes_only_what_is_named(tree: Program) -> None:
    """Without a terminal nothing is written; a GLOB leaves the rest as it is."""
    before = {path: path.read_bytes() for path in Path("manifests").rglob("*.yml")}
    ran = tree("export", "--out", "manifests", "--update", "--remove")
    assert (ran.code, "--auto-approve" in ran.err) == (4, True)
    assert {path: path.read_bytes() for path in Path("manifests").rglob("*.yml")} == before
    ran = tree("export", "Secret/*", "--out", "manifests", "--update", "--auto-approve")
    assert ran.code == 0, ran
    assert "Written: 1 object in 1 file (1 added)." in ran.out


def test_what_has_no_place_is_said(tree: Program) -> None:
    """Something else is where its manifest would be: it stays, and the tree is not whole."""
    Path("manifests/organization/secrets/by-hand.yml").mkdir()
    asked = ("export", "Secret/*", "--out", "manifests", "--update", "--auto-approve")
    ran = tree(*asked)

    assert ran.code == 3, ran
    assert "Secret/by-hand: there is another file in the place of its manifest" in ran.out
    (left,) = json.loads(tree(*asked, "--format", "json").out)["updated"]["left"]
    assert (left["address"], left["file"]) == (
        "Secret/by-hand",
        "manifests/organization/secrets/by-hand.yml",
    )


@pytest.mark.parametrize("folder", [False, True])
def test_names_that_differ_in_case_alone(local: Program, place: Path, *, folder: bool) -> None:
    """On some disks they are one: nothing is written beside, and the reason is said."""
    text = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: NAME}\n"
    names = ("one", "two") if folder else ("Foo", "foo")
    seeded(local, place, text.replace("NAME", names[0]))
    assert local("export", "--out", "m").code == 0
    if folder:
        Path("m/organization/secrets").rename("m/organization/Secrets")
    before = sorted(Path("m").rglob("*"))
    seeded(local, place, text.replace("NAME", names[1]))
    ran = local("export", "Secret/*", "--out", "m", "--update", "--auto-approve")

    assert ran.code == 3, ran
    other = "m/organization/Secrets" if folder else "m/organization/secrets/Foo.yml"
    assert f"{other} are one where case makes no difference" in ran.out
    assert sorted(Path("m").rglob("*")) == before
    ran = local("drift", "m", "--absorb", f"Secret/{names[1]}", "--auto-approve")
    assert (ran.code, sorted(Path("m").rglob("*"))) == (2, before)


@pytest.mark.parametrize(
    "options",
    [
        ("--update",),
        ("--out", "x", "--update", "--values", "env"),
        ("--out", "x", "--update", "--full"),
        ("--out", "x", "--remove"),
        ("--out", "x", "--auto-approve"),
    ],
)
def test_options_that_need_others(local: Program, options: tuple[str, ...]) -> None:
    """A mistake of the command line."""
    assert local("export", *options).code == 64


def test_there_has_to_be_a_tree(local: Program) -> None:
    """Nothing is taken for an empty one."""
    ran = local("export", "--out", "none", "--update")

    assert (ran.code, "no such file or directory" in ran.err) == (1, True)
