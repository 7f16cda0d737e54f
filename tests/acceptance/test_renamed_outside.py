"""What somebody renamed outside is known by its id: protected, compared, pruned as before."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program
from tests.acceptance.renaming import BOARD, EACH, REFUSED, SECRET, TARGET, House

PROTECT = "protect: true"
MOVED = ("before", "after")


def moved(local: Program, place: Path, kind: str = "Dashboard", rules: str = "") -> House:
    """Apply one object, and let others rename it."""
    house = House(local, place, kind)
    house.applied(house.doc("before", rules))
    house.others_rename(*MOVED)
    return house


def with_secret(house: House, project: str) -> tuple[str, str]:
    """Return a project with a secret in it whose value is hidden."""
    inside = SECRET.replace("NAME", "ps").replace("home", project)
    return house.doc(project), inside


@EACH
@pytest.mark.parametrize("lost", [False, True])
def test_it_stays_protected(local: Program, place: Path, kind: str, lost: bool) -> None:
    """Whoever asks for its deletion by the new name, and however; also if the ledger was lost."""
    house = moved(local, place, kind, PROTECT)
    if lost:
        house.lose_ledger()
    house.declare(house.doc("after", "absent: true"))
    house.refuses("it is protected by the ledger that was seen last" if lost else "it is protected")
    house.declare(house.doc("after"))
    assert house("destroy", "--auto-approve", "--target", "*after").code == 0
    assert "after" in house.names()


@pytest.mark.parametrize("lost", [False, True])
def test_what_is_protected_in_it_keeps_its_project(local: Program, place: Path, lost: bool) -> None:
    """By the ledger of today, or by the one seen last."""
    house = House(local, place, "Project")
    target = TARGET.replace("NAME", "t").replace("home", "before")
    house.applied(house.doc("before"), f"{target}reconciler: {{{PROTECT}}}\n")
    house.others_rename(*MOVED)
    if lost:
        house.lose_ledger()
    house.declare(house.doc("after", "absent: true"))
    house.refuses("DeploymentTarget/after/t in it is protected")


@EACH
def test_it_is_still_ours(local: Program, place: Path, kind: str) -> None:
    """When no manifest declares it: said as for anything else, by its new name, and pruned."""
    house = moved(local, place, kind)
    house.declare()
    (now,) = (a for a in house.told("plan")["orphaned"] if a.endswith("after"))
    ran = house("drift", "--prune")
    assert (ran.code, now in ran.out, "renamed outside" in ran.out) == (2, True, True), ran
    assert house("apply", "--auto-approve", "--prune").code == 0
    assert "after" not in house.names()
    assert house.told("drift", "--prune")["drifted"] is False


@EACH
def test_going_on_with_the_new_name(local: Program, place: Path, kind: str) -> None:
    """Nothing is new or adopted; the ledger calls it so from then on, and one name is left."""
    house = moved(local, place, kind)
    house.refuses(REFUSED)
    house.declare(house.doc("after", PROTECT))
    looked = house.told("plan")
    assert (looked["adopted"], looked["refusals"]) == ([], [])
    house.applied(house.doc("after", PROTECT))
    assert house.told("plan")["notes"] == []
    assert house("ledger", "verify").code == 0
    house.declare()
    staying = house.told("drift", "--prune")["staying"]
    assert [address.rpartition("/")[2] for address in staying] == ["after"]
    first, second = house.told("ledger", "show")["runs"]
    assert (first["adopted"], second["adopted"], first["followed"]) == ([], [], [])
    (followed,) = second["followed"]
    assert [followed[end].rpartition("/")[2] for end in ("from", "to")] == [*MOVED]
    said = f"    renamed by somebody, and followed: {followed['from']} → {followed['to']}\n"
    assert said in house("ledger", "show").out


@EACH
def test_taking_the_rename_back(local: Program, place: Path, kind: str) -> None:
    """Nothing is gone, nothing new: it was ours all the time, and the ledger says since when."""
    house = moved(local, place, kind)
    house.declare(house.doc("before", "renamed_from: after"))
    looked = house.told("plan")
    assert (looked["adopted"], looked["notes"]) == ([], [])
    assert [change["action"] for change in looked["changes"]] == ["update"]
    house.applied(house.doc("before", "renamed_from: after"))
    assert [run["adopted"] for run in house.told("ledger", "show")["runs"]] == [[], []]


@EACH
@pytest.mark.parametrize("taken", [False, True])
def test_renamed_once_here_and_once_outside(
    local: Program, place: Path, kind: str, taken: bool
) -> None:
    """It is not made a second time under the third name."""
    house = moved(local, place, kind)
    if taken:
        house.others(house.doc("before").replace("/api.git", "/b.git"))
    house.declare(house.doc("third", "renamed_from: before"))
    house.refuses(REFUSED)
    house.applied(house.doc("third", "renamed_from: after"))
    assert (house.names().count("third"), house.names().count("after")) == (1, 0)


@EACH
def test_what_is_deleted_by_its_new_name(local: Program, place: Path, kind: str) -> None:
    """It was we who deleted it: nothing of it is left in the ledger, and nobody else is blamed."""
    house = moved(local, place, kind)
    house.declare(house.doc("after", "absent: true"))
    assert house("apply", "--auto-approve").code == 0
    looked = house.told("plan")
    assert (looked["notes"], looked["orphaned"]) == ([], [])
    house.declare(house.doc("before"))
    (change,) = house.told("plan")["changes"]
    assert (change["action"], change["reason"]) == ("create", "new")


def test_a_rename_of_ours_is_no_deletion(local: Program, place: Path) -> None:
    """Nobody deleted what a manifest renames."""
    house = House(local, place, "Project")
    house.applied(house.doc("before"))
    house.declare(house.doc("after", "renamed_from: before"))
    looked = house.told("plan")
    assert (looked["adopted"], looked["notes"]) == ([], [])


@pytest.mark.parametrize("rules", ["", "renamed_from: before"])
@pytest.mark.parametrize(
    "option",
    [(), ("--target", "*after*"), ("--target", "*before*"), ("--exclude", "Dashboard/*")],
    ids=" ".join,
)
def test_what_is_known_of_hidden_values_moves_along(
    local: Program,
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    rules: str,
    option: tuple[str, ...],
) -> None:
    """A value that was rotated here is a change after its project was renamed, too, selected or
    not by either of its names."""
    house = House(local, place, "Project")
    monkeypatch.setenv("T", "nightjar-one")
    house.applied(*with_secret(house, "before"))
    house.others_rename(*MOVED)
    _, inside = with_secret(house, "after")
    house.declare(house.doc("after", rules), inside)
    same = house.told("plan", "--strict")
    assert (same["unknown"], same["assumed"], same["adopted"]) == ([], [], [])
    monkeypatch.setenv("T", "nightjar-two")
    ran = house("plan", *option, "--detailed-exitcode")
    assert (ran.code, "changed here" in ran.out) == (2, True), ran
    assert house.told("plan", *option)["adopted"] == []
    house.applied(house.doc("after", rules), inside)
    (body,) = (body for (_, _, name), body in house.bodies().items() if name == "ps")
    assert body["data"]["env_vars"][0]["value"] == "nightjar-two"
    assert house("plan", "--strict", "--detailed-exitcode").code == 0


def test_contents_go_by_the_name_that_their_project_has_there(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One set goes on with the new name, that of the project does not, and it is taken back."""
    monkeypatch.setenv("T", "nightjar-one")
    house = House(local, place, "Project")
    project, inside = with_secret(house, "before")
    house.applied(project)
    house.applied(inside, file="inside.yml")
    house.others_rename(*MOVED)
    house.applied(with_secret(house, "after")[1], file="inside.yml")
    house.others_rename("after", "before")
    house.declare(inside, file="inside.yml")
    monkeypatch.setenv("T", "nightjar-two")
    ran = house("plan", "--detailed-exitcode", "inside.yml")
    assert (ran.code, "changed here" in ran.out, "gone with" in ran.out) == (2, True, False), ran


@pytest.mark.parametrize("rules", ["", "renamed_from: before"])
def test_what_is_left_out_is_not_pruned_by_another_name(
    local: Program, place: Path, rules: str
) -> None:
    """Whoever excludes what is declared means the object, by all of its names."""
    house = moved(local, place)
    name = "third" if rules else "before"
    house.declare(house.doc(name, rules))
    assert house("apply", "--auto-approve", "--prune", "--exclude", f"Dashboard/{name}").code == 0
    assert "after" in house.names()
    house.refuses(REFUSED)


@EACH
def test_it_is_not_told_twice(local: Program, place: Path, kind: str) -> None:
    """It is refused by the name that is declared, and not declared nowhere by the other."""
    house = House(local, place, kind)
    inside = TARGET.replace("NAME", "t").replace("home", "before")
    docs = [house.doc("before"), *([inside] if kind == "Project" else [])]
    house.applied(*docs)
    house.others_rename(*MOVED)
    for option in ("list", "all", "fail"):
        told = house.told("drift", "--unmanaged", option)
        assert (told["unmanaged"], told["orphaned"]) == ([], [])
        assert [each["address"] for each in told["refusals"]] != []


@EACH
@pytest.mark.parametrize("chosen", MOVED)
def test_what_is_chosen_by_any_name_it_had(
    local: Program, place: Path, kind: str, chosen: str
) -> None:
    """It is the one that the ledger knows, or that the plan has just told of."""
    house = moved(local, place, kind)
    house.declare()
    ran = house("plan", "--prune", "--target", f"{kind}/*{chosen}")
    assert (ran.code, "1 to delete" in ran.out, "after" in ran.out) == (0, True, True), ran


def test_what_had_its_name_in_between_is_not_chosen(local: Program, place: Path) -> None:
    """One has the name today that the other had before."""
    house = House(local, place)
    house.applied(house.doc("a"), house.doc("b"))
    house.others_rename("b", "c", "a", "b")
    house.declare()
    assert house("apply", "--auto-approve", "--prune", "--target", "Dashboard/c").code == 0
    assert ("b" in house.names(), "c" in house.names()) == (True, False)


def test_what_refers_to_a_renamed_project(local: Program, place: Path) -> None:
    """It holds the id, which is as it was: nobody changed it."""
    house = House(local, place, "Project")
    widget = "{name: W, type: list_workflows, filters: {project_id: before}}"
    board = BOARD.replace("NAME", "b") + f"spec: {{widgets: [{widget}]}}\n"
    house.applied(house.doc("before"), board)
    house.others_rename(*MOVED)
    looked = house.told("plan")
    assert (looked["changes"], "Dashboard/b" in looked["unchanged"]) == ([], True)
    ran = house("drift")
    assert (ran.code, "1 refusal" in ran.out) == (4, True), ran
    ran = house("plan", "--target", "Dashboard/b")
    assert "which was renamed outside, and is 'after' now; take Project/before" in ran.err
    house.declare(house.doc("before"), board, BOARD.replace("NAME", "more"))
    ran = house("drift")
    assert (ran.code, "1 missing · 1 refusal;" in ran.out) == (2, True), ran


@EACH
def test_a_manifest_that_knows_of_it_is_told_nothing(
    local: Program, place: Path, kind: str
) -> None:
    """So it looks after a run that renamed it and was cut off before it could write that down."""
    house = moved(local, place, kind)
    house.declare(house.doc("after", "renamed_from: before"))
    ran = house("plan", "--detailed-exitcode")
    assert ran.code == 0, ran
    assert "outside" not in ran.out + ran.err


@EACH
def test_a_former_name_alone_deletes_nothing(local: Program, place: Path, kind: str) -> None:
    """Without a ledger nothing tells whose it is."""
    house = House(local, place, kind)
    house.others(house.doc("before"))
    house.declare(house.doc("after", "renamed_from: before"))
    ran = house("--ledger", "none", "destroy", "--auto-approve", "--target", "*after")
    assert (ran.code, "before is not ours so far, and stays" in ran.out) == (0, True), ran
    assert "before" in house.names()
