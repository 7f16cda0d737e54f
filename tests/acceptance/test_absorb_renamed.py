"""What others renamed gets its new name in place, and no manifest is written anew."""

import json
import re
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.renaming import BOARD, EACH, House
from tests.reliability.world import world

DRIFT = ("drift", "m", "--absorb", "--auto-approve")
UPDATE = ("export", "--out", "m", "--update", "--remove", "--auto-approve")
HOME = """\
apiVersion: v1alpha
kind: Project   # ours
metadata:
  name: "shop"  # as on the sign
spec:
  repository: {url: "git@github.com:acme/shop.git", integration_type: github_app}
  tasks:
  - {name: nightly, at: 0 3 * * *, branch: main, pipeline_file: a.yml, scheduled: true}  # at night
"""
INSIDE = """\
apiVersion: v1
kind: ProjectSecret
metadata: {name: shop, project_id_or_name: shop}  # of the shop
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata:
  name: prod
  project_id_or_name: 'shop'  # too
  url: https://example.com
"""
AROUND = """\
# Who may see it.
apiVersion: v1beta
kind: Secret
metadata: {name: s}
org_config:
  projects_access: ALLOWED
  project_ids:
  - other
  - shop   # ours
---
apiVersion: v1alpha
kind: Dashboard
metadata: {name: b, title: shop}
spec:
  widgets:
  - {name: A, type: list_workflows, filters: {project_id: other}}
  - {name: B, type: list_workflows, filters: {project_id: shop}}  # ours
  - name: C
    type: list_pipelines
    filters:
      project_id: shop
"""
OTHER = HOME.partition("  tasks:")[0].replace("shop", "other")
NAMED = re.compile(r'(name: "|project_id_or_name: \'?|- |project_id: )shop')


def _named(text: str) -> str:
    """Return a text in which the project has its new name, and nothing else has."""
    return NAMED.sub(r"\1store", text)


def _commented(house: House, name: str) -> str:
    return f"# ours\n{house.doc(name)}# the end\n"


@EACH
@pytest.mark.parametrize("command", [DRIFT, UPDATE], ids=" ".join)
def test_of_each_kind(local: Program, place: Path, kind: str, command: tuple[str, ...]) -> None:
    """Byte for byte as before but for its name; and then there is nothing to do."""
    house = House(local, place, kind)
    Path("m").mkdir()
    Path("all.yml").unlink()
    Path("m/home.yml").write_text(house.home)
    Path("m/it.yml").write_text(_commented(house, "before"))
    applied(local, "m")
    house.others_rename("before", "after")
    ran = local(*command)
    assert (ran.code, "Stays as it is said" in ran.out) == (0, False), ran

    text = _commented(house, "after")
    if kind == "Dashboard" and command == UPDATE:  # which kept its title
        text = text.replace("name: after", "name: after, title: Before")
    assert Path("m/it.yml").read_text() == text
    assert [path.name for path in sorted(Path("m").rglob("*"))] == ["home.yml", "it.yml"]
    assert local("plan", "--detailed-exitcode", "m").code == 0
    applied(local, "m")
    assert document(local, "plan", "m")["notes"] == []


@pytest.fixture
def shop(local: Program, place: Path) -> Program:
    """A project, what is in it and what refers to it, renamed by others; and changed."""
    Path("all.yml").unlink()
    Path("m").mkdir()
    texts = {"home": HOME, "inside": INSIDE, "around": AROUND, "other": OTHER}
    for name, text in texts.items():
        Path(f"m/{name}.yml").write_text(text)
    applied(local, "m")
    renamed = _named(HOME).replace("spec:", "reconciler: {renamed_from: shop}\nspec:")
    seeded(local, place, f"{renamed}---\n{OTHER}")
    later = [_named(HOME).replace("0 3 *", "0 4 *"), _named(INSIDE).replace("https", "http")]
    seeded(local, place, "---\n".join([*later, OTHER]))
    return local


@pytest.mark.parametrize("command", [DRIFT, UPDATE], ids=" ".join)
def test_a_project_with_all_that_names_it(shop: Program, command: tuple[str, ...]) -> None:
    """And what differs in it otherwise comes along; what is called like it keeps its name."""
    ran = shop(*command, "--format", "json")
    assert ran.code == 0, ran

    assert Path("m/home.yml").read_text() == _named(HOME).replace("0 3 *", "0 4 *")
    assert Path("m/inside.yml").read_text() == _named(INSIDE).replace("https", "http")
    assert Path("m/around.yml").read_text() == _named(AROUND)
    assert Path("m/other.yml").read_text() == OTHER
    assert "title: shop" in Path("m/around.yml").read_text()
    assert shop("plan", "--detailed-exitcode", "m").code == 0
    said = json.loads(ran.out)
    objects = {
        o["address"]: o["fields"] for o in said.get("absorbed", said.get("updated"))["objects"]
    }
    assert objects["Project/store"] == ["metadata.name"]
    assert objects["DeploymentTarget/store/prod"] == [
        "metadata.project_id_or_name",
        "metadata.url",
    ]


@pytest.mark.parametrize(
    ("glob", "changes"),
    [("Project/shop", True), ("Project/store", True), ("Secret/s", False)],
)
def test_only_what_is_named(shop: Program, glob: str, changes: bool) -> None:
    """By the name it has, or had; the rest is left."""
    ran = shop("drift", "m", "--absorb", glob, "--auto-approve")
    assert ran.code == 2, ran
    assert Path("m/home.yml").read_text() == (_named(HOME) if changes else HOME)


def test_what_can_not_be_spliced_is_left(shop: Program) -> None:
    """All of it then, for half a rename would lead nowhere; the place is said."""
    shared = AROUND.replace("project_id: other", "project_id: &x shop").replace(
        "id: shop", "id: *x"
    )
    Path("m/around.yml").write_text(shared)
    before = {path: path.read_text() for path in Path("m").iterdir()}
    ran = shop(*DRIFT)
    assert ran.code == 2, ran
    assert "m/around.yml:16:" in ran.out
    assert "an anchor that others share" in ran.out
    assert {path: path.read_text() for path in Path("m").iterdir()} == before


@pytest.mark.parametrize("command", [DRIFT, UPDATE], ids=" ".join)
def test_an_entry_by_its_id(local: Program, place: Path, command: tuple[str, ...]) -> None:
    """A plan would give the task the name that its entry says; others gave it the one it has."""
    Path("m").mkdir()
    Path("all.yml").unlink()
    Path("m/home.yml").write_text(HOME)
    applied(local, "m")
    (id_,) = (
        body["id"]
        for (kind, *_), body in world(place / ".reconciler/embedded.db").bodies().items()
        if kind == "Schedule"
    )
    text = HOME.replace("{name: nightly", f"{{id: {id_}, name: nightly")
    Path("m/home.yml").write_text(text)
    applied(local, "m")
    seeded(local, place, text.replace("name: nightly", "name: weekly"))
    ran = local(*command)
    assert (ran.code, "Stays as it is said" in ran.out) == (0, False), ran
    assert Path("m/home.yml").read_text() == text.replace("name: nightly", "name: weekly")
    assert local("plan", "--detailed-exitcode", "m").code == 0


def _tree(local: Program, place: Path, text: str) -> None:
    seeded(local, place, text)
    Path("m").mkdir(exist_ok=True)
    Path("m/b.yml").write_text(text)


def test_by_the_id_in_its_manifest(local: Program, place: Path) -> None:
    """As `sem get` prints it: no ledger is needed."""
    text = "# ours\n" + BOARD.replace("NAME", "before")
    _tree(local, place, text)
    house = House(local, place)
    id_ = house.bodies()["Dashboard", "", "before"]["metadata"]["id"]
    said = text.replace("{name: before}", f"{{id: {id_}, name: before}}")
    Path("m/b.yml").write_text(said)
    house.others_rename("before", "after")
    ran = local("export", "before", "--out", "m", "--update", "--auto-approve")
    assert ran.code == 1
    ran = local("export", "Dashboard/before", "--out", "m", "--update", "--auto-approve")
    assert ran.code == 0, ran
    assert Path("m/b.yml").read_text() == said.replace("name: before", "name: after, title: Before")


@pytest.mark.parametrize("title", ["", ", title: mine"])
def test_what_nothing_proves_is_refused(local: Program, place: Path, title: str) -> None:
    """Nothing is taken out or written anew: who wrote the comments knows what it is."""
    text = "# ours\n" + BOARD.replace("NAME", f"before{title}")
    _tree(local, place, text)
    house = House(local, place)
    seeded(
        local,
        place,
        BOARD.replace("NAME", f"after{title}") + "reconciler: {renamed_from: before}\n",
    )
    seeded(local, place, house.home)
    ran = local("export", "Dashboard/before", "Dashboard/after", *UPDATE[1:])
    assert ran.code == 3, ran
    assert "Dashboard/before: it is gone, and Dashboard/after looks like it" in ran.out
    assert Path("m/b.yml").read_text() == text
    assert [path.name for path in Path("m").rglob("*")] == ["b.yml"]
    Path("m/b.yml").write_text(text.replace("before", "after"))
    assert local("export", "Dashboard/after", *UPDATE[1:]).code == 0


def test_renamed_from_before_and_after(local: Program, place: Path) -> None:
    """It waits as long as it is to be done, is done after that, and neither if both are there."""
    old, new = (BOARD.replace("NAME", name) for name in ("before", "after"))
    _tree(local, place, old)
    waiting = f"{new}reconciler: {{renamed_from: before}}\n"
    Path("m/b.yml").write_text(waiting)
    ran = local(*UPDATE)
    assert (ran.code, "about to be renamed" in ran.out) == (3, True), ran
    seeded(local, place, waiting)
    seeded(local, place, new.replace("name: after", "name: after, title: theirs"))
    ran = local(*UPDATE)
    assert (ran.code, "about to be renamed" in ran.out) == (0, False), ran
    assert Path("m/b.yml").read_text() == waiting.replace("after", "after, title: theirs")
    assert local("plan", "--detailed-exitcode", "m").code == 0
    seeded(local, place, f"{old}---\n{new}")
    ran = local(*UPDATE)
    assert (ran.code, "both Dashboard/before and Dashboard/after are there" in ran.out) == (3, True)
    assert [path.name for path in Path("m").rglob("*")] == ["b.yml"]


@pytest.mark.parametrize(
    "command",
    [("drift", "m", "--absorb", "*", "--auto-approve"), UPDATE],
    ids=" ".join,
)
def test_what_comes_into_a_renamed_project(
    local: Program, place: Path, command: tuple[str, ...]
) -> None:
    """Its file is beside the manifest of the project, whose folder keeps its name."""
    Path("all.yml").unlink()
    seeded(local, place, OTHER.replace("other", "shop"))
    assert local("export", "--out", "m").code == 0
    applied(local, "m")
    new = OTHER.replace("other", "store")
    seeded(local, place, new.replace("spec:", "reconciler: {renamed_from: shop}\nspec:"))
    seeded(local, place, f"{new}---\n{_named(INSIDE)}")
    ran = local(*command)
    assert ran.code == 0, ran
    assert sorted(str(path) for path in Path("m").rglob("*.yml")) == [
        "m/projects/shop/project.yml",
        "m/projects/shop/secrets/shop.yml",
        "m/projects/shop/targets/prod.yml",
    ]
    assert local("plan", "--detailed-exitcode", "m").code == 0


def test_a_project_that_was_renamed_by_hand_in_one_manifest_alone(
    local: Program, place: Path
) -> None:
    """What is in it is neither gone nor written anew until its manifests say where it is."""
    Path("all.yml").unlink()
    Path("m").mkdir()
    home = OTHER.replace("other", "store")
    inside = "# ours\n" + INSIDE
    seeded(local, place, f"{home}---\n{_named(INSIDE)}")
    Path("m/home.yml").write_text(home)
    Path("m/inside.yml").write_text(inside)
    ran = local(*UPDATE)
    assert ran.code == 3, ran
    assert "and DeploymentTarget/store/prod has its name" in ran.out
    assert Path("m/inside.yml").read_text() == inside
    assert len(list(Path("m").rglob("*"))) == 2
    Path("m/inside.yml").write_text(_named(inside))
    assert local(*UPDATE).code == 0
    assert Path("m/inside.yml").read_text() == _named(inside)
