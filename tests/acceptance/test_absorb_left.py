"""What drift --absorb leaves as it is said, and why; and what it does not leave."""

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, seeded
from tests.acceptance.renaming import House

SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data: {env_vars: ENV, files: FILES}
"""
LISTED = """\
apiVersion: v1alpha
kind: Project
metadata:
  name: shop
spec:
  repository:
    url: "git@github.com:acme/shop.git"
    integration_type: github_app
"""
VARIABLE = "[{name: Q, value: nightjar-q}]"
CONTENT = "[{path: q, content: bmlnaHRqYXI=}]"


def exposed(reconciler: Program) -> Program:
    """Return the program on a Semaphore that shows secret values."""
    return lambda *arguments: reconciler("--org", "embedded:?secrets=exposed", "-q", *arguments)


def with_title(house: House, title: str) -> str:
    return house.doc("other").replace("name: other", f"name: other, title: {title}")


def test_names_exchanged_outside_are_left_and_the_rest_is_written(
    local: Program, place: Path
) -> None:
    """The exit code does not say that nothing was written; the reason says what can be."""
    house = House(local, place)
    house.applied(house.doc("before"), house.doc("twin"), with_title(house, "ours"))
    house.others_rename("before", "third", "twin", "before", "third", "twin")
    house.others(with_title(house, "theirs"))
    ran = local("drift", "m.yml", "--absorb", "--auto-approve", "--format", "json")

    assert ran.code == 2, ran
    assert "not all could be compared" in ran.err
    said = json.loads(ran.out)["absorbed"]
    assert said["written"] is True
    left, _ = said["left"]
    assert (left["address"], left["file"], left["line"]) == ("Dashboard/before", "m.yml", 5)
    assert "renamed outside, and is Dashboard/twin now" in left["why"]
    text = (place / "m.yml").read_text()
    assert with_title(house, "theirs") in text
    assert house.doc("before") in text
    ran = local("drift", "m.yml", "--absorb", "Dashboard/other", "--auto-approve")
    assert (ran.code, "Stays as it is said" in ran.out) == (2, False), ran


@pytest.mark.parametrize(
    ("env", "files", "path"), [(VARIABLE, "[]", "env_vars"), ("[]", CONTENT, "files")]
)
def test_what_comes_into_an_empty_list_of_secrets_is_written(
    reconciler: Program, place: Path, env: str, files: str, path: str
) -> None:
    """It keeps the value that it has, which nothing shows; then there is nothing to do."""
    local = exposed(reconciler)
    (place / "all.yml").write_text(SECRET.replace("ENV", "[]").replace("FILES", "[]"))
    applied(local, "all.yml")
    seeded(local, place, SECRET.replace("ENV", env).replace("FILES", files))
    ran = local("drift", "all.yml", "--absorb", "--auto-approve", "--format", "json")

    assert ran.code == 0, ran
    said = json.loads(ran.out)["absorbed"]
    (taken,) = said["objects"]
    assert (taken["address"], taken["fields"]) == ("Secret/db", [f"data.{path}"])
    assert said["left"] == []
    text = (place / "all.yml").read_text()
    assert ("{live: keep}" in text, "nightjar" in text) == (True, False)
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0


def test_a_second_change_before_an_apply(local: Program, place: Path) -> None:
    """The ledger knows what was applied, not what was absorbed: the ways out are said, and work."""
    house = House(local, place)
    house.applied(with_title(house, "ours"))
    absorb = ("drift", "m.yml", "--absorb", "--auto-approve")
    house.others(with_title(house, "first"))
    assert local(*absorb).code == 0
    house.others(with_title(house, "second"))
    ran = local(*absorb)
    assert ran.code == 2, ran
    assert "which an earlier absorb does too, and outside" in ran.out
    assert "`export --update` takes what is there" in ran.out
    (place / "m").mkdir()
    (place / "m.yml").rename(place / "m/m.yml")
    assert local("export", "Dashboard/*", "--out", "m", "--update", "--auto-approve").code == 0
    assert with_title(house, "second") in (place / "m/m.yml").read_text()


def test_an_apply_after_each_absorb(local: Program, place: Path) -> None:
    """It has nothing to do, and the next change outside is known as one."""
    house = House(local, place)
    house.applied(with_title(house, "ours"))
    for title in ("first", "second"):
        house.others(with_title(house, title))
        assert local("drift", "m.yml", "--absorb", "--auto-approve").code == 0
        assert with_title(house, title) in (place / "m.yml").read_text()
        ran = local("apply", "m.yml", "--auto-approve")
        assert (ran.code, "Nothing to do" in ran.out) == (0, True), ran


def test_a_list_in_brackets_with_comments(local: Program, place: Path) -> None:
    """It is left, with the place of the comment, and keeps all of them."""
    branches = (
        "    whitelist:\n      branches: [main, # of all\n        dev, # ours\n        old]\n"
    )
    (place / "all.yml").write_text(f"{LISTED}{branches}")
    applied(local, "all.yml")
    seeded(local, place, f"{LISTED}    whitelist: {{branches: [main, dev]}}\n")
    ran = local("drift", "all.yml", "--absorb", "--auto-approve")

    assert ran.code == 2, ran
    assert (
        "all.yml:11:14: Project/shop: spec.repository.whitelist.branches: a comment in" in ran.out
    )
    assert (place / "all.yml").read_text() == f"{LISTED}{branches}"


def test_what_no_apply_may_do_is_absorbed(local: Program, reconciler: Program, place: Path) -> None:
    """That a plan of it is refused says nothing of the manifest, which says what is there."""
    (place / "all.yml").write_text(SECRET.replace("ENV", "[]").replace("FILES", "[]"))
    applied(local, "all.yml")
    theirs = SECRET.replace("ENV", VARIABLE).replace("FILES", "[]")
    seeded(exposed(reconciler), place, theirs)
    assert local("plan", "all.yml").code == 4
    ran = local("drift", "all.yml", "--absorb", "--auto-approve")

    assert (ran.code, "Stays as it is said" in ran.out) == (0, False), ran
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0
