"""A name that another object has now: nothing is made, deleted or repointed by a guess."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program
from tests.acceptance.renaming import BOARD, EACH, PROJECT, REFUSED, TARGET, House

TWO = ("one", "two")
CHAIN = ("two", "three", "one", "two")
SWAP = (*CHAIN, "three", "one")


@EACH
@pytest.mark.parametrize("names", [SWAP, ()], ids=["swapped", "the other one is gone"])
def test_onto_a_name_that_is_declared(
    local: Program, place: Path, kind: str, names: tuple[str, ...]
) -> None:
    house = House(local, place, kind)
    house.applied(*map(house.doc, TWO))
    if not names:
        house.others(house.doc("two", "absent: true"))
    house.others_rename(*(names or TWO))
    house.refuses(REFUSED, commands=("drift",))


@EACH
def test_another_of_ours_has_the_name_of_one_that_is_gone(
    local: Program, place: Path, kind: str
) -> None:
    """It is not made into that one, unless the manifest says that it is to be."""
    house = House(local, place, kind)
    house.applied(*map(house.doc, TWO))
    house.others(house.doc("two", "absent: true"))
    house.others_rename(*TWO)
    house.declare(house.doc("two"))
    house.refuses("the one that had this name is gone", commands=("drift",))
    house.applied(house.doc("two", "renamed_from: one"))
    house.applied(house.doc("two"))
    assert house("ledger", "verify").code == 0


@EACH
def test_manifests_exchange_their_names_too(local: Program, place: Path, kind: str) -> None:
    """Each says which one it is about; what is known of them goes along."""
    house = House(local, place, kind)
    house.applied(house.doc("one", "protect: true"), house.doc("two"))
    house.others_rename(*SWAP)
    dear = "protect: true"
    lines = house.doc("one", "renamed_from: two"), house.doc("two", f"renamed_from: one, {dear}")
    house.declare(*lines)
    assert house("apply", "--auto-approve").code == 0
    house.refuses("it has been applied, remove `renamed_from` from both")
    house.applied(house.doc("one"), house.doc("two", dear))
    assert house.told("plan")["adopted"] == []
    house.declare(house.doc("two", "absent: true"), house.doc("one"))
    house.refuses("it is protected, as its manifest once said")


@EACH
def test_names_are_not_exchanged_by_manifests(local: Program, place: Path, kind: str) -> None:
    """Semaphore can't, and what they declare is not written into each other instead."""
    house = House(local, place, kind)
    house.applied(*map(house.doc, TWO))
    house.declare(house.doc("one", "renamed_from: two"), house.doc("two", "renamed_from: one"))
    house.refuses("are to have each other's name, which can't be done at once")


def test_what_is_in_projects_that_exchanged_names(local: Program, place: Path) -> None:
    """It goes by what the manifests of the projects say, by whatever names it has in both."""
    house = House(local, place, "Project")
    inside = TARGET.replace("NAME", "t")
    docs = [inside.replace("home", name) for name in TWO]
    house.applied(*map(house.doc, TWO), *docs)
    house.others_rename(*SWAP)
    lines = house.doc("one", "renamed_from: two"), house.doc("two", "renamed_from: one")
    house.declare(*lines, *docs)
    looked = house.told("plan")
    assert (looked["refusals"], looked["changes"], looked["adopted"]) == ([], [], [])
    assert house("apply", "--auto-approve").code == 0
    house.applied(*map(house.doc, TWO), *docs)
    assert house.told("plan")["adopted"] == []


@EACH
def test_a_third_name_beside_an_exchange(local: Program, place: Path, kind: str) -> None:
    """No advice leads in a circle."""
    house = House(local, place, kind)
    house.applied(*map(house.doc, TWO))
    house.others_rename(*SWAP)
    for before in TWO:
        house.declare(house.doc("third", f"renamed_from: {before}"))
        house.refuses(". Give the names back where that was done")


@EACH
def test_a_chain_of_renames(local: Program, place: Path, kind: str) -> None:
    """A manifest whose name is another's now says that it is about that one; then all is there."""
    house = House(local, place, kind)
    house.applied(*map(house.doc, TWO))
    house.others_rename(*CHAIN)
    house.declare(house.doc("two"), house.doc("three"))
    house.refuses("add `reconciler: {renamed_from: one}`")
    followed = house.doc("two", "renamed_from: one"), house.doc("three")
    house.declare(*followed)
    for option in ((), ("--target", "*three")):
        looked = house.told("plan", *option)
        assert (looked["refusals"], looked["adopted"]) == ([], [])
    for _ in range(2):
        house.applied(*followed)
        assert house.told("plan")["adopted"] == []


@EACH
@pytest.mark.parametrize("names", [CHAIN, SWAP], ids=["a chain", "swapped"])
@pytest.mark.parametrize("rules", ["", "absent: true"])
def test_two_sets_with_one_ledger(
    local: Program, place: Path, kind: str, names: tuple[str, ...], rules: str
) -> None:
    """What one set says of a name that the other's object has now is refused alone, too."""
    house = House(local, place, kind)
    for name in TWO:
        house.applied(house.doc(name), file=f"{name}.yml")
    house.others_rename(*names)
    house.declare(house.doc("two", rules), file="two.yml")
    house.refuses(REFUSED, "two.yml")


@EACH
def test_another_set_gives_up_no_name(local: Program, place: Path, kind: str) -> None:
    """Manifests that were not read may go on using it: the refusal stays, and nothing is pruned."""
    house = House(local, place, kind)
    house.applied(house.doc("before"))
    (place / "others.yml").write_text(BOARD.replace("NAME", "unlike"))
    assert house("apply", "--auto-approve", "others.yml").code == 0
    house.others_rename("before", "after")
    assert house("apply", "--auto-approve", "others.yml").code == 0
    assert house("plan", "--prune", "others.yml").code == 4
    house.refuses(REFUSED, "--prune", "m.yml", "others.yml")


@EACH
def test_a_second_set_that_goes_on_with_the_new_name(
    local: Program, place: Path, kind: str
) -> None:
    """It takes nothing from the first, which is refused as before, and creates nothing again."""
    house = House(local, place, kind)
    house.applied(house.doc("before"))
    house.others_rename("before", "after")
    house.applied(house.doc("after"), file="second.yml")
    house.refuses(REFUSED)
    (place / "m.yml").unlink()
    house.applied(house.doc("after"), file="second.yml")
    assert house.told("plan", "second.yml")["notes"] == []
    assert house("ledger", "verify").code == 0


@EACH
def test_a_namesake_is_not_deleted(local: Program, place: Path, kind: str) -> None:
    """That ours must not exist does not mean what has its name now."""
    house = House(local, place, kind)
    house.applied(house.doc("before"))
    house.others_rename("before", "after")
    house.others(house.doc("before").replace("/api.git", "/b.git"))
    house.declare(house.doc("before", "absent: true"))
    house.refuses(REFUSED, "--target", "*before", commands=("destroy",))


@pytest.mark.parametrize(
    "option",
    [("--target", "*/inside"), ("--exclude", "Project/before"), ("--target", "Dashboard/refers")],
)
def test_nothing_is_made_in_a_namesake(
    local: Program, place: Path, option: tuple[str, str]
) -> None:
    """Whatever is selected: what has the name of our project now is not ours."""
    house = House(local, place, "Project")
    widget = "{name: W, type: list_workflows, filters: {project_id: before}}"
    board = BOARD.replace("NAME", "refers") + f"spec: {{widgets: [{widget}]}}\n"
    inside = TARGET.replace("NAME", "inside").replace("home", "before")
    house.applied(house.doc("before"))
    house.others_rename("before", "after")
    house.others(PROJECT.replace("NAME", "before").replace("/api.git", "/evil.git"))
    house.declare(house.doc("before"), inside, board)
    house.refuses("it is about Project/before, which was", *option)


@EACH
@pytest.mark.parametrize("way", ["absent", "destroy"])
def test_what_others_made_anew_is_not_deleted_for_ours(
    local: Program, place: Path, kind: str, way: str
) -> None:
    """It has the name, and is none of ours; whoever means it has the ledger forget the other."""
    house = House(local, place, kind)
    house.applied(house.doc("one"))
    house.others(house.doc("one", "absent: true"))
    house.others(house.doc("one"))
    house.declare(house.doc("one", "absent: true" if way == "absent" else ""))
    verb = "apply" if way == "absent" else "destroy"
    command = (verb, "--auto-approve", "--target", "*one")
    ran = house(*command)
    assert (ran.code, "is another one than was recorded" in ran.out) == (4, True), ran
    assert house("forget", f"{kind}/*one").code == 0
    assert (house(*command).code, "one" in house.names()) == (0, False)


@EACH
def test_a_rename_to_a_name_that_was_ours(local: Program, place: Path, kind: str) -> None:
    """What had it is gone: the line is still to be done, and nothing is pruned for it."""
    house = House(local, place, kind)
    house.applied(*map(house.doc, TWO))
    house.others(house.doc("two", "absent: true"))
    house.declare(house.doc("two", "renamed_from: one"))
    (change,) = house.told("plan", "--prune")["changes"]
    assert (change["action"], change["reason"]) == ("update", "renamed from one")
    house.applied(house.doc("two", "renamed_from: one"))


@EACH
def test_a_rename_of_what_others_made_anew(local: Program, place: Path, kind: str) -> None:
    """Ours is gone, and theirs is left alone."""
    house = House(local, place, kind)
    house.applied(house.doc("one"))
    house.others(house.doc("one", "absent: true"))
    house.others(house.doc("one"))
    house.declare(house.doc("two", "renamed_from: one"))
    for _ in range(2):
        ran = house("apply", "--auto-approve")
        assert (ran.code, "another object, which is left alone" in ran.out) == (0, True), ran
        assert set(TWO) <= set(house.names())


@EACH
def test_a_line_that_was_done_takes_nothing_of_others(
    local: Program, place: Path, kind: str
) -> None:
    """Also once the ledger knows no more that it was done."""
    house = House(local, place, kind)
    house.applied(house.doc("one"))
    house.declare(house.doc("two", "renamed_from: one"))
    assert house("apply", "--auto-approve").code == 0
    destroy = ("destroy", "--auto-approve", "--target", "*two")
    assert (house(*destroy).code, "two" in house.names()) == (0, False)
    house.others(house.doc("one"))
    assert (house(*destroy).code, "one" in house.names()) == (0, True)
    house.refuses("is not ours so far, and may be another's")


INSIDE = TARGET.replace("NAME", "t")


def test_what_is_in_a_project_of_others_is_left_with_it(local: Program, place: Path) -> None:
    """It has the name that ours had, and a line that was done is still in the manifest."""
    house = House(local, place, "Project")
    house.applied(house.doc("one"))
    inside = INSIDE.replace("home", "two")
    house.declare(house.doc("two", "renamed_from: one"), inside)
    assert house("apply", "--auto-approve").code == 0
    assert house("destroy", "--auto-approve").code == 0
    house.others(house.doc("one"), INSIDE.replace("home", "one"))
    assert house("destroy", "--auto-approve").code == 0
    assert {"one", "t"} <= set(house.names())
    assert house.told("plan")["skipped"] == ["DeploymentTarget/two/t"]


@pytest.mark.parametrize("option", [("--exclude", "Project/*"), ("--target", "DeploymentTarget/*")])
def test_nothing_is_made_in_a_project_that_has_a_name_to_come(
    local: Program, place: Path, option: tuple[str, str]
) -> None:
    """A rename is declared, and others have made a project of the new name."""
    house = House(local, place, "Project")
    house.applied(house.doc("one"), INSIDE.replace("home", "one"))
    house.others(house.doc("two"))
    house.declare(house.doc("two", "renamed_from: one"), INSIDE.replace("home", "two"))
    house.refuses("it is about Project/two, which is Project/one yet", *option)
    house.refuses("both Project/one and Project/two exist", "--prune")
    told = house.told("plan", *option, "--prune")
    assert (told["changes"], told["orphaned"], told["unmanaged"]) == ([], [], [])
    assert house.told("plan")["skipped"] == ["DeploymentTarget/two/t"]


def test_nothing_is_made_in_a_project_that_is_none_of_ours(local: Program, place: Path) -> None:
    """Ours is gone, others made one of that name, and what is in ours is chosen alone."""
    house = House(local, place, "Project")
    house.applied(house.doc("one"), INSIDE.replace("home", "one"))
    house.others(house.doc("one", "absent: true"))
    house.others(house.doc("one"))
    house.refuses("it is about Project/one, which is gone", "--target", "DeploymentTarget/*")
    assert house.told("plan")["adopted"] == ["Project/one"]


def test_a_project_that_was_renamed_is_told_by_what_is_in_it(local: Program, place: Path) -> None:
    """The way out leads to the project, whose name it is."""
    house = House(local, place, "Project")
    house.applied(house.doc("one"), INSIDE.replace("home", "one"))
    house.others_rename("one", "two")
    ran = house("destroy", "--auto-approve", "--exclude", "Project/*")
    said = "its project was renamed outside, and is Project/two now"
    assert (ran.code, said in ran.out, "t" in house.names()) == (4, True, True), ran


@EACH
def test_a_chain_that_is_left_out_in_part(local: Program, place: Path, kind: str) -> None:
    """No record takes the place of one that stays for now: both are ours, and what is protected."""
    house = House(local, place, kind)
    dear = "protect: true"
    house.applied(house.doc("one", dear), house.doc("two"))
    house.others_rename("one", "three", "two", "one")
    house.declare(house.doc("three", dear), house.doc("one"))
    for name in ("one", "three"):
        assert house("apply", "--auto-approve", "--exclude", f"{kind}/*{name}").code in (0, 4)
        listed = house.told("list", "--manifests", "m.yml")["objects"]
        told = {one["address"]: (one["ours"], one["protected"]) for one in listed}
        ours = [told[a] for a in sorted(told) if a.startswith(kind) and a.endswith(("one", "ree"))]
        assert ours == [(True, False), (True, True)]
