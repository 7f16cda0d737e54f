"""Objects that are deleted and created again: by consent, shown whole, nothing left to do after."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document
from tests.acceptance.manifests import EVERYTHING, PROJECT, SECRET
from tests.acceptance.renaming import TARGET, House

SCOPED = """\
---
apiVersion: v1beta
kind: Secret
metadata: {name: scoped}
data: {env_vars: [{name: A, value: nightjar-4}]}
org_config: {projects_access: ALLOWED, project_ids: [api]}
"""
STRAY = """\
---
apiVersion: v1alpha
kind: Dashboard
metadata: {name: stray}
spec: {widgets: [{name: W, type: list_workflows, filters: {project_id: api}}]}
"""
OTHER = PROJECT.replace("run_on: [branches]", "integration_type: github_app")
ALLOWED = f"{OTHER}reconciler: {{replace: allow}}\n"


def test_a_project_is_not_replaced_by_a_flag(local: Program, place: Path) -> None:
    """Everything in it would go: only its own manifest can allow that."""
    applied(local, "all.yml")
    (place / "all.yml").write_text(EVERYTHING.replace(PROJECT, OTHER))
    ran = local("apply", "--auto-approve", "--allow-replace", "all.yml")
    assert ran.code == 4
    assert (
        "!   all.yml:1:1: Project/api: spec.repository.integration_type can't be changed in place, "
        "and to replace a project deletes everything in it; if that is meant, write "
        "`reconciler: {replace: allow}` into its manifest\n"
    ) in ran.out
    assert ran.err == "error: the plan is refused, and nothing was changed\n"


def test_a_project_is_replaced_with_all_that_is_in_it(local: Program, place: Path) -> None:
    """What is in it is created again, what refers to it learns its new id; then nothing is left."""
    (place / "all.yml").write_text(EVERYTHING + SCOPED + STRAY)
    applied(local, "all.yml")
    (place / "all.yml").write_text(EVERYTHING.replace(PROJECT, ALLOWED) + SCOPED)
    out = local("plan", "--allow-replace", "all.yml").out
    assert "Summary: 4 to create, 1 to update, 2 to replace; 3 objects unchanged.\n" in out
    assert out.count("      created again with its project\n") == 4
    assert out.count("      a project it refers to gets another id\n") == 2
    assert (
        "all.yml:1:1: warning: Project/api: to delete it deletes all that is in it, declared or "
        "not, workflows and artifacts, too\n"
    ) in out
    stray = "Dashboard/stray refers to Project/api, which is created again under another id"
    assert stray in out
    assert "  ✎   ProjectSecret/api/db: data.env_vars.PASSWORD.value\n" in out
    assert "  ✎   Secret/scoped: data.env_vars.A.value\n" in out
    told = document(local, "plan", "--allow-replace", "all.yml")["changes"]
    written = {change["address"]: change["secrets_written"] for change in told}
    assert written["Secret/scoped"] == ["data.env_vars.A.value"]
    applied(local, "--allow-replace", "all.yml")


@pytest.mark.parametrize(
    ("manifest", "fate"),
    [
        (ALLOWED, "created again under another id"),
        (f"{PROJECT}reconciler: {{absent: true}}\n", "deleted"),
    ],
)
def test_what_refers_to_a_project_is_looked_for(
    local: Program, place: Path, manifest: str, fate: str
) -> None:
    """Also where no other manifest makes the run read its kind."""
    (place / "all.yml").write_text(f"{PROJECT}{SCOPED}{STRAY}")
    applied(local, "all.yml")
    (place / "project.yml").write_text(manifest)
    ran = local("plan", "--allow-replace", "project.yml")
    assert ran.code == 0, ran
    for address in ("Dashboard/stray", "Secret/scoped"):
        assert f"{address} refers to Project/api, which is {fate}, and will lead nowhere" in ran.out


@pytest.mark.parametrize("way", ["apply", "destroy"])
def test_what_goes_with_a_project_that_is_renamed_too(
    local: Program, place: Path, way: str
) -> None:
    """It is named, and can be left out."""
    house = House(local, place, "Project")
    target = TARGET.replace("home", "shop")
    house.applied(house.doc("shop"), target.replace("NAME", "mine"))
    house.others(target.replace("NAME", "theirs"))
    rules = "renamed_from: shop, replace: allow"
    store = house.doc("store", rules).replace("github_app", "github_token")
    house.declare(store, TARGET.replace("NAME", "mine").replace("home", "store"))
    ran = house(way, "--auto-approve", "--exclude", "DeploymentTarget/shop/*")
    said = "mine, DeploymentTarget/store/theirs in it would go with it, and are left out"
    assert (ran.code, said in ran.out) == (4, True), ran
    assert {"shop", "theirs"} <= set(house.names())


def test_what_is_in_a_project_goes_before_it(local: Program, place: Path) -> None:
    """Also where the rename that its manifest declares was never done."""
    house = House(local, place, "Project")
    target = TARGET.replace("NAME", "t")
    house.applied(house.doc("shop"), target.replace("home", "shop"))
    house.others(TARGET.replace("NAME", "theirs").replace("home", "shop"))
    house.declare(house.doc("store", "renamed_from: shop"), target.replace("home", "store"))
    ran = house("destroy", "--auto-approve", "--exclude", "DeploymentTarget/store/theirs")
    assert (ran.code, "theirs in it would go with it, and is left out" in ran.out) == (4, True), ran
    ran = house("destroy", "--auto-approve")
    assert (ran.code, house.names()) == (0, []), ran
    house.declare(target.replace("home", "store"), house.doc("store"))
    assert house.told("plan")["orphaned"] == []


def test_what_is_declared_in_a_project_is_made_anew_with_it(local: Program, place: Path) -> None:
    """Or the project is not: what a selection leaves out would be gone for good."""
    house = House(local, place, "Project")
    inside = TARGET.replace("NAME", "t").replace("home", "shop")
    house.applied(house.doc("shop"), inside)
    anew = house.doc("shop", "replace: allow").replace("github_app", "github_token")
    house.declare(anew, inside)
    for option in (("--target", "Project/*"), ("--exclude", "DeploymentTarget/*")):
        house.refuses("DeploymentTarget/shop/t in it would go with it, and is", *option)
    house.applied(anew, inside)


def test_what_is_made_anew_with_its_project_loses_nothing(local: Program, place: Path) -> None:
    """What a manifest does not mention is kept, or the project is."""
    house = House(local, place, "Project")
    inside = TARGET.replace("NAME", "t").replace("home", "shop")
    house.applied(house.doc("shop"), inside)
    house.others(inside.replace("{name: t,", "{name: t, description: dear,"))
    anew = house.doc("shop", "replace: allow").replace("github_app", "github_token")
    house.declare(anew, inside)
    house.refuses("without what its manifest does not mention: metadata.description; mention that")
    house.applied(anew, inside.replace("{name: t,", "{name: t, description: dear,"))


@pytest.mark.parametrize("way", ["apply", "destroy"])
def test_what_is_protected_in_a_project_that_is_renamed_too(
    local: Program, place: Path, way: str
) -> None:
    """The project stays, by whichever name it goes."""
    house = House(local, place, "Project")
    target = TARGET.replace("NAME", "t") + "reconciler: {protect: true}\n"
    house.applied(house.doc("shop"), target.replace("home", "shop"))
    store = house.doc("store", "renamed_from: shop, replace: allow")
    house.declare(store.replace("github_app", "github_token"), target.replace("home", "store"))
    ran = house(way, "--auto-approve")
    assert "DeploymentTarget/store/t in it is protected" in ran.out
    assert ran.code == (4 if way == "apply" else 0)
    assert {"shop", "t"} <= set(house.names())


def test_hidden_values(local: Program, place: Path) -> None:
    """Values that the server hides are not updated but created again, by either consent."""
    applied(local, "all.yml")
    changed = EVERYTHING.replace("nightjar-1", "nightjar-new")
    (place / "all.yml").write_text(changed)
    ran = local("plan", "--detailed-exitcode", "all.yml")
    assert ran.code == 4
    assert (
        "!   all.yml:7:1: Secret/prod-db: the server hides its values and refuses to update it: it "
        "has to be deleted and created again; to allow it: --allow-replace, or "
        "`reconciler: {replace: allow}` in its manifest\n"
    ) in ran.out
    once_more = SECRET.replace("nightjar-1", "nightjar-new")
    allowed = f"{once_more}reconciler: {{replace: allow}}\n"
    (place / "all.yml").write_text(changed.replace(once_more, allowed))
    ran = local("apply", "--auto-approve", "all.yml")
    assert "-/+ Secret/prod-db" in ran.report
    assert "Done: 1 of 1 change (1 replaced)." in ran.report
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0


def test_the_budget_is_about_the_whole_plan(local: Program, place: Path) -> None:
    """Too many deletes are refused without blaming one of them."""
    each = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: d-%d}\n"
    (place / "all.yml").write_text("---\n".join(each % n for n in range(11)))
    applied(local, "all.yml")
    ran = local("destroy", "--auto-approve", "all.yml")
    assert ran.code == 4
    assert (
        "REFUSED: this plan can't be applied, for 1 reason:\n"
        "  !   11 objects would be deleted or replaced, at most 10 are allowed in one run; "
        "to allow it: --max-deletes 11\n"
    ) in ran.out
