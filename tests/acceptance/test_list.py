"""list: what is there, where it is declared, whose it is, and how much of it is covered."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, seeded

_OURS = """
apiVersion: v1alpha
kind: Project
metadata: {name: shop}
spec: {repository: {url: git@github.com:acme/shop.git, integration_type: github_app}}
---
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data: {env_vars: [{name: A, value: nightjar-1}]}
---
apiVersion: v1.2
kind: Schedule
metadata: {name: nightly}
spec:
  project: shop
  recurring: false
  reference: {type: BRANCH, name: main}
  pipeline_file: x.yml
"""
_THEIRS = """
apiVersion: v1alpha
kind: Dashboard
metadata: {name: board}
---
apiVersion: v1
kind: ProjectSecret
metadata: {name: own, project_id_or_name: shop}
data: {env_vars: [{name: B, value: nightjar-2}]}
"""


@pytest.fixture
def run(local: Program, place: Path) -> Program:
    """Two sets of manifests that were applied, of which the ledger knows the first."""
    place.joinpath("ours.yml").write_text(_OURS)
    assert local("apply", "--auto-approve", "ours.yml").code == 0
    seeded(local, place, _THEIRS)
    return local


ELSEWHERE = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"


def test_ids_of_another_organization(run: Program, place: Path) -> None:
    """They lead to the project of the same set that has it, as they do in a plan."""
    place.joinpath("named.yml").write_text(_OURS + "---" + _THEIRS)
    told = _listed(run, "--manifests", "named.yml")
    ids = _OURS.replace("name: shop}", f"name: shop, id: {ELSEWHERE}}}")
    ids = ids.replace("project: shop", f"project: {ELSEWHERE}")
    theirs = _THEIRS.replace("project_id_or_name: shop", f"project_id_or_name: {ELSEWHERE}")
    place.joinpath("named.yml").write_text(ids + "---" + theirs)
    assert _listed(run, "--manifests", "named.yml") == told


def _listed(run: Program, *arguments: str) -> Any:
    ran = run("list", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def _said(document: Any) -> dict[str, tuple[Any, ...]]:
    return {
        one["address"]: (
            one["live"],
            one["declared"] and one["declared"]["line"],
            one["ours"],
            one["unmanaged"],
        )
        for one in document["objects"]
    }


def test_everything_is_listed_once(run: Program) -> None:
    """Live or declared or ours, and any of these together."""
    Path("mine.yml").write_text(f"{_OURS}---\n{_THEIRS.replace('name: board', 'name: other')}")
    found = _listed(run, "--manifests", "mine.yml")

    assert _said(found) == {
        "Dashboard/board": (True, None, False, True),
        "Dashboard/other": (False, 22, False, False),
        "Project/shop": (True, 2, True, False),
        "ProjectSecret/shop/own": (True, 26, False, False),
        "Schedule/shop/nightly": (True, 12, True, False),
        "Secret/db": (True, 7, True, False),
    }
    assert found["coverage"] == {"live": 5, "declared": 4, "percent": 80}
    assert found["unread"] == []


def test_the_text_tells_the_same(run: Program) -> None:
    """A count for each kind, a line for each object, and the coverage."""
    ran = run("list", "--manifests", "ours.yml")

    assert ran.code == 0
    assert "ProjectSecret/shop/own  unmanaged      -       -\n" in ran.out
    assert "Secret/db               ours.yml:7:1   ours    -\n" in ran.out
    assert ran.out.endswith("\n3 of 5 objects are in manifests, 60 %.\n")


def test_only_what_is_unmanaged_is_shown_if_asked(run: Program) -> None:
    """The coverage is of everything all the same."""
    found = _listed(run, "--manifests", "ours.yml", "--unmanaged")

    assert list(_said(found)) == ["Dashboard/board", "ProjectSecret/shop/own"]
    assert found["coverage"]["percent"] == 60


def test_manifests_are_those_of_the_settings(run: Program) -> None:
    """As for plan; without any, that is said."""
    bare = run("list")
    Path("reconciler.toml").write_text('paths = ["ours.yml"]\n')

    assert bare.out.endswith("\n5 objects; no manifests were read: --manifests PATH.\n")
    assert _listed(run)["coverage"]["declared"] == 3


def test_globs_choose_and_exclude(run: Program) -> None:
    """Addresses, or patterns over them."""
    assert list(_said(_listed(run, "Secret/*", "Project/shop"))) == ["Project/shop", "Secret/db"]
    assert list(_said(_listed(run, "*/shop/*", "--exclude", "Schedule/*"))) == [
        "ProjectSecret/shop/own"
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Secret/dv",), "GLOB Secret/dv: there is no such object; did you mean 'Secret/db'?"),
        (("Notification/*",), "GLOB Notification/*: nothing that is declared, remembered or live"),
        (("--exclude", "Secret/x"), "--exclude Secret/x: there is no such object"),
    ],
)
def test_what_names_nothing_is_refused(
    run: Program, arguments: tuple[str, ...], words: str
) -> None:
    """To list less, or more, than was meant would be a guess."""
    ran = run("list", *arguments)

    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err


def test_what_is_excluded_whole_is_not_read(run: Program, reconciler: Program) -> None:
    """So a token that may not look there can list the rest; nothing is asked in vain."""
    assert run("list").code == 0
    ran = reconciler(
        "--org", "embedded:", "-vv", "list", "--exclude", "Secret/*", "--exclude", "Schedule/shop/*"
    )

    assert ran.code == 0
    assert "/api/v1beta/secrets" not in ran.err
    assert "/schedules" not in ran.err
    assert "/dashboards" in ran.err


def test_what_cannot_be_read_is_no_coverage(run: Program, broken: Callable[..., None]) -> None:
    """It is named, the rest is listed, and the exit code says that it is not all."""
    broken(action="answer", status=403, path="/api/v1alpha/dashboards")
    text = run("list", "--manifests", "ours.yml")
    document = run("list", "--manifests", "ours.yml", "--format", "json")

    assert (text.code, document.code) == (1, 1)
    assert "Not looked into:\n  Dashboard: " in text.out
    assert text.out.endswith("\n4 objects found; not all could be read.\n")
    found = json.loads(document.out)
    assert [part["kind"] for part in found["unread"]] == ["Dashboard"]
    assert found["coverage"]["percent"] is None


def test_an_object_renamed_outside_is_ours_still(run: Program, place: Path) -> None:
    """The ledger knows it by its id, under whatever name it has."""
    shop, *_ = _OURS.split("---")
    store = shop.replace("{name: shop}", "{name: store}")
    seeded(run, place, f"{store}reconciler: {{renamed_from: shop}}\n")
    found = _said(_listed(run))

    assert found["Project/store"] == (True, None, True, False)
    assert found["Schedule/store/nightly"] == (True, None, True, False)


def test_what_was_renamed_outside_is_one_object(run: Program, place: Path) -> None:
    """With the manifest that has its old name, known by the recorded id, and so is what is in it;
    another one that got the old name is nobody's."""
    shop, *_ = _OURS.split("---")
    store = shop.replace("{name: shop}", "{name: store}")
    seeded(run, place, f"{store}reconciler: {{renamed_from: shop}}\n")
    seeded(run, place, shop)
    more = _OURS + _THEIRS.partition("---")[2].join(("---", ""))
    Path("mine.yml").write_text(more)
    found = _listed(run, "--manifests", "mine.yml")

    assert _said(found) == {
        "Dashboard/board": (True, None, False, True),
        "Project/shop": (True, None, False, True),
        "Project/store": (True, 2, True, False),
        "ProjectSecret/store/own": (True, 21, False, False),
        "Schedule/store/nightly": (True, 12, True, False),
        "Secret/db": (True, 7, True, False),
    }
    assert {one["address"]: one["was"] for one in found["objects"] if one["was"]} == {
        "Project/store": "Project/shop",
        "ProjectSecret/store/own": "ProjectSecret/shop/own",
        "Schedule/store/nightly": "Schedule/shop/nightly",
    }
    one = _listed(run, "Schedule/shop/nightly", "--manifests", "mine.yml")
    assert [each["address"] for each in one["objects"]] == ["Schedule/store/nightly"]
    text = run("list", "--manifests", "mine.yml").out
    told = "Renamed outside, and known by its id:\n  Project/store (it was Project/shop)\n\n"
    assert told in text


def test_what_is_protected_shows(run: Program) -> None:
    """By a manifest that was never applied, or by the ledger when the manifest is gone."""
    guarded = _OURS.replace("---\n", "reconciler: {protect: true}\n---\n", 1)
    Path("ours.yml").write_text(guarded)
    assert run("apply", "--auto-approve", "ours.yml").code == 0
    Path("theirs.yml").write_text(f"{_THEIRS}reconciler: {{protect: true}}\n")
    found = _listed(run, "--manifests", "theirs.yml")

    named = [one["address"] for one in found["objects"] if one["protected"]]
    assert named == ["Project/shop", "ProjectSecret/shop/own"]
    lines = run("list", "--manifests", "theirs.yml").out.splitlines()
    assert any(line.split() == ["Project/shop", "-", "ours", "yes"] for line in lines)
    assert "\nProtected: Project/shop.\n" in run("ledger", "show").out
    assert json.loads(run("ledger", "show", "--format", "json").out)["protected"] == [
        "Project/shop"
    ]


def test_what_is_yet_to_be_renamed_is_where_it_is(run: Program, place: Path) -> None:
    """It, and all in it, is declared; what has the name of one that was renamed is nobody's."""
    declared = _OURS + _THEIRS.partition("---")[2].join(("---", ""))
    Path("all.yml").write_text(declared)
    assert run("apply", "--auto-approve", "all.yml").code == 0
    shop, *rest = declared.split("---")
    store = f"{shop.replace('{name: shop}', '{name: store}')}reconciler: {{renamed_from: shop}}\n"
    inside = "---".join(rest).replace("project: shop", "project: store")
    Path("all.yml").write_text(f"{store}---{inside.replace('name: shop', 'name: store')}")
    Path("all.yml").write_text(
        Path("all.yml").read_text().replace("project_id_or_name: shop", "project_id_or_name: store")
    )
    found = _listed(run, "--manifests", "all.yml")
    ours = {address for address, (_, declared, _, _) in _said(found).items() if declared}
    assert ours == {"Project/shop", "ProjectSecret/shop/own", "Schedule/shop/nightly", "Secret/db"}
    one = _listed(run, "ProjectSecret/store/own", "--manifests", "all.yml")
    assert [each["address"] for each in one["objects"]] == ["ProjectSecret/shop/own"]
    some = _listed(run, "*/store/*", "--manifests", "all.yml")
    within = ["ProjectSecret/shop/own", "Schedule/shop/nightly"]
    assert [each["address"] for each in some["objects"]] == within
    one = _listed(run, "Project/store", "--manifests", "all.yml")
    assert [each["address"] for each in one["objects"]] == ["Project/shop"]
    rest = _listed(run, "--exclude", "Project/store", "--manifests", "all.yml")
    assert "Project/shop" not in {each["address"] for each in rest["objects"]}
    refused = run("destroy", "--target", "ProjectSecret/store/own", "--auto-approve", "all.yml")
    assert refused.code == 1, refused
    assert "is in project 'shop' as long as that is not renamed; take Project/store" in refused.err
    left = run("plan", "--prune", "--target", "Secret/db", "all.yml")
    assert "not pruned" not in left.out + left.err
    assert run("apply", "--auto-approve", "all.yml").code == 0
    seeded(run, place, shop)
    whose = _said(_listed(run, "--manifests", "all.yml"))
    assert whose["Project/store"][1] is not None
    assert whose["Project/shop"] == (True, None, False, True)


def test_a_ledger_that_was_emptied_is_said(run: Program) -> None:
    """Whose an object is, it says by that ledger alone."""
    Path("ours.yml").write_text(_OURS)
    assert run("apply", "--auto-approve", "ours.yml").code == 0
    for part in Path(".reconciler").glob("ledger.db*"):
        part.unlink()
    text = run("list", "--manifests", "ours.yml")
    assert "warning: " in text.out
    (doubt,) = _listed(run, "--manifests", "ours.yml")["doubts"]
    assert doubt in text.out
