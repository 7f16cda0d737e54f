"""What somebody renamed outside is known by its id: protected, compared, pruned as before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.reliability.world import world

PROJECT = """apiVersion: v1alpha
kind: Project
metadata: {name: NAME}
spec: {repository: {url: "git@github.com:acme/api.git", integration_type: github_app}}
"""
BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: NAME}\n"
NOTE = """apiVersion: v1alpha
kind: Notification
metadata: {name: NAME}
spec: {rules: [{name: r, filter: {projects: [x]}, notify: {slack: {endpoint: "https://x.test/a"}}}]}
"""
TARGET = """apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: NAME, project_id_or_name: HOME}
"""
SECRET = """apiVersion: v1
kind: ProjectSecret
metadata: {name: ps, project_id_or_name: NAME}
data: {env_vars: [{name: T, value_from: {env: T}}]}
reconciler: {replace: allow}
"""
SCHEDULE = """apiVersion: v1.2
kind: Schedule
metadata: {name: nightly}
spec: {project: NAME, recurring: false, reference: {type: branch, name: main}, pipeline_file: a.yml}
"""
PROTECT = "reconciler: {protect: true}\n"

Outside = Callable[[str], None]


@pytest.fixture
def outside(local: Program, place: Path) -> Outside:
    """Somebody else applies manifests, by names of their own, and keeps no ledger of ours."""
    return lambda text: seeded(local, place, text)


def renaming(template: str, **names: str) -> str:
    for key, name in names.items():
        template = template.replace(key, name)
    return template


KINDS = {
    "Project": (PROJECT, ""),
    "Dashboard": (BOARD, ""),
    "Notification": (NOTE, ""),
    "DeploymentTarget": (TARGET.replace("HOME", "home"), PROJECT.replace("NAME", "home") + "---\n"),
    "Schedule": (
        SCHEDULE.replace("NAME", "home").replace("nightly", "NAME"),
        PROJECT.replace("NAME", "home") + "---\n",
    ),
}
EACH = pytest.mark.parametrize("kind", sorted(KINDS))


def two(kind: str, rules: str = "") -> tuple[str, str, str]:
    """Return a manifest, the same renamed by somebody else, and what both are beside."""
    template, beside = KINDS[kind]
    mine = renaming(template, NAME="before") + rules
    theirs = renaming(template, NAME="after") + "reconciler: {renamed_from: before}\n"
    return mine, theirs, beside


@EACH
def test_it_stays_protected(local: Program, place: Path, outside: Outside, kind: str) -> None:
    """Whoever asks for its deletion by the new name, and however."""
    mine, theirs, beside = two(kind, PROTECT)
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    there = world(place / ".reconciler/embedded.db").ids()
    after = renaming(KINDS[kind][0], NAME="after")
    (place / "m.yml").write_text(f"{beside}{after}reconciler: {{absent: true}}\n")
    ran = local("plan", "m.yml")
    assert (ran.code, "protected" in ran.out) == (4, True), ran
    (place / "m.yml").write_text(f"{beside}{after}")
    assert local("destroy", "--auto-approve", "--target", "*after", "m.yml").code == 0
    assert world(place / ".reconciler/embedded.db").ids() == there
    if beside:
        gone = renaming(PROJECT, NAME="home") + "reconciler: {absent: true}\n"
        (place / "m.yml").write_text(gone)
        assert local("plan", "m.yml").code == 4


@EACH
def test_it_is_still_ours(local: Program, place: Path, outside: Outside, kind: str) -> None:
    """When no manifest declares it: said as for anything else, by its new name, and pruned."""
    mine, theirs, beside = two(kind)
    beside = beside or BOARD.replace("NAME", "beside") + "---\n"
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    (place / "m.yml").write_text(beside)
    (now,) = (a for a in document(local, "plan", "m.yml")["orphaned"] if a.endswith("after"))
    ran = local("drift", "--prune", "m.yml")
    assert (ran.code, now in ran.out, "renamed outside" in ran.out) == (2, True, True), ran
    assert local("apply", "--auto-approve", "--prune", "m.yml").code == 0
    assert not [a for a in world(place / ".reconciler/embedded.db").ids() if a[2] == "after"]
    assert document(local, "drift", "--prune", "m.yml")["drifted"] is False


@EACH
def test_going_on_with_the_new_name(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """Nothing is new or adopted; the ledger calls it so from then on, and one name is left."""
    mine, theirs, beside = two(kind)
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    assert local("plan", "m.yml").code == 4
    (place / "m.yml").write_text(beside + renaming(KINDS[kind][0], NAME="after"))
    looked = document(local, "plan", "m.yml")
    assert (looked["adopted"], looked["refusals"]) == ([], [])
    applied(local, "m.yml")
    again = document(local, "plan", "m.yml")
    assert [note for note in again["notes"] if "renamed outside" in str(note)] == []
    assert local("ledger", "verify").code == 0
    (place / "m.yml").write_text(beside or BOARD.replace("NAME", "beside"))
    orphaned = document(local, "plan", "m.yml")["orphaned"]
    assert [a.rpartition("/")[2] for a in orphaned] == ["after"]


@EACH
def test_renamed_once_here_and_once_outside(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """It is not made a second time under the third name."""
    mine, theirs, beside = two(kind)
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    there = world(place / ".reconciler/embedded.db").ids()
    third = renaming(KINDS[kind][0], NAME="third") + "reconciler: {renamed_from: before}\n"
    (place / "m.yml").write_text(beside + third)
    for taken in (False, True):
        if taken:
            outside(beside + renaming(KINDS[kind][0].replace("/api.git", "/b.git"), NAME="before"))
            there = world(place / ".reconciler/embedded.db").ids()
        for command in ("plan", "apply"):
            auto = ["--auto-approve"] if command == "apply" else []
            ran = local(command, *auto, "m.yml")
            assert (ran.code, "it was renamed outside, and is" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db").ids() == there
    (place / "m.yml").write_text(
        beside + third.replace("renamed_from: before", "renamed_from: after")
    )
    applied(local, "m.yml")
    names = [name for *_, name in world(place / ".reconciler/embedded.db").ids()]
    assert (names.count("third"), names.count("after")) == (1, 0)


@pytest.mark.parametrize("line", ["", "reconciler: {renamed_from: before}\n"])
def test_what_is_known_of_hidden_values_moves_along(
    local: Program, place: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """A value that was rotated here is a change after the project was renamed, too."""
    monkeypatch.setenv("T", "nightjar-one")
    before = [renaming(each, NAME="before") for each in (PROJECT, SECRET)]
    (place / "m.yml").write_text("---\n".join(before))
    applied(local, "m.yml")
    outside(renaming(PROJECT, NAME="after") + "reconciler: {renamed_from: before}\n")
    now = [renaming(PROJECT, NAME="after") + line, renaming(SECRET, NAME="after")]
    (place / "m.yml").write_text("---\n".join(now))
    same = document(local, "plan", "--strict", "m.yml")
    assert (same["unknown"], same["assumed"], same["adopted"]) == ([], [], [])
    monkeypatch.setenv("T", "nightjar-two")
    ran = local("plan", "--detailed-exitcode", "m.yml")
    assert (ran.code, "changed here" in ran.out) == (2, True), ran
    applied(local, "m.yml")
    bodies = world(place / ".reconciler/embedded.db").bodies()
    (body,) = (b for (kind, _, name), b in bodies.items() if name == "ps")
    assert body["data"]["env_vars"][0]["value"] == "nightjar-two"
    assert local("plan", "--strict", "--detailed-exitcode", "m.yml").code == 0


def test_what_is_left_out_is_not_pruned_by_its_new_name(
    local: Program, place: Path, outside: Outside
) -> None:
    """Whoever excludes what is declared means the object, not its name."""
    beside = BOARD.replace("NAME", "beside") + "---\n"
    (place / "m.yml").write_text(beside + BOARD.replace("NAME", "before"))
    applied(local, "m.yml")
    outside(BOARD.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    ran = local("apply", "--auto-approve", "--prune", "--exclude", "Dashboard/before", "m.yml")
    assert ran.code == 0, ran
    assert local("plan", "m.yml").code == 4
    names = [name for *_, name in world(place / ".reconciler/embedded.db").ids()]
    assert "after" in names


@EACH
@pytest.mark.parametrize("swapped", [False, True])
def test_onto_a_name_that_is_declared(
    local: Program, place: Path, outside: Outside, kind: str, swapped: bool
) -> None:
    """What had that name is gone, or has the other's now: nothing is made, nothing repointed."""
    template, beside = KINDS[kind]

    def rename(before: str, now: str) -> None:
        rules = f"reconciler: {{renamed_from: {before}}}\n"
        outside(beside + template.replace("NAME", now) + rules)

    one, two = (template.replace("NAME", name) for name in ("one", "two"))
    (place / "m.yml").write_text(f"{beside}{one}---\n{two}")
    applied(local, "m.yml")
    if swapped:
        rename("two", "three")
    else:
        outside(f"{beside}{two}reconciler: {{absent: true}}\n")
    rename("one", "two")
    if swapped:
        rename("three", "one")
    there = world(place / ".reconciler/embedded.db").bodies()
    for command in ("plan", "drift", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = local(command, *auto, "m.yml")
        assert (ran.code, "it was renamed outside, and is" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db").bodies() == there


@EACH
def test_taking_the_rename_back(local: Program, place: Path, outside: Outside, kind: str) -> None:
    """Nothing is gone, nothing new: it was ours all the time, and the ledger says since when."""
    mine, theirs, beside = two(kind)
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    (place / "m.yml").write_text(f"{beside}{mine}reconciler: {{renamed_from: after}}\n")
    looked = document(local, "plan", "m.yml")
    assert (looked["adopted"], looked["notes"]) == ([], [])
    assert [change["action"] for change in looked["changes"]] == ["update"]
    applied(local, "m.yml")
    runs = document(local, "ledger", "show")["runs"]
    assert [run["adopted"] for run in runs] == [[]] * len(runs)


def test_what_is_known_better_was_managed_before(
    local: Program, place: Path, outside: Outside
) -> None:
    """A record that is made anew is no adoption."""
    (place / "m.yml").write_text(BOARD.replace("NAME", "before"))
    applied(local, "m.yml")
    outside(BOARD.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    (place / "m.yml").write_text(BOARD.replace("NAME", "after") + PROTECT)
    applied(local, "m.yml")
    runs = document(local, "ledger", "show")["runs"]
    assert [run["adopted"] for run in runs] == [[]] * len(runs)


@EACH
def test_another_run_gives_up_no_name(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """Manifests that were not read may go on using it: the refusal stays, and nothing is pruned."""
    mine, theirs, beside = two(kind)
    (place / "m.yml").write_text(beside + mine)
    (place / "o.yml").write_text(BOARD.replace("NAME", "unlike"))
    applied(local, "m.yml", "o.yml")
    outside(beside + theirs)
    there = world(place / ".reconciler/embedded.db").ids()
    assert local("apply", "--auto-approve", "o.yml").code == 0
    assert local("plan", "--prune", "o.yml").code == 4
    ran = local("plan", "--prune", "m.yml", "o.yml")
    assert (ran.code, "it was renamed outside, and is" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db").ids() == there


@EACH
def test_a_namesake_is_not_deleted(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """That ours must not exist does not mean what has its name now."""
    mine, theirs, beside = two(kind)
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    outside(beside + mine.replace("/api.git", "/b.git"))
    there = world(place / ".reconciler/embedded.db").ids()
    (place / "m.yml").write_text(f"{beside}{mine}reconciler: {{absent: true}}\n")
    for command in ("plan", "apply", "destroy"):
        auto = ["--auto-approve"] if command != "plan" else []
        ran = local(command, *auto, "--target", "*before", "m.yml")
        assert (ran.code, "it was renamed outside, and is" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db").ids() == there


@pytest.mark.parametrize(
    "option", [("--target", "*after*"), ("--target", "*before*"), ("--exclude", "Dashboard/*")]
)
def test_a_selection_forgets_nothing(
    local: Program,
    place: Path,
    outside: Outside,
    monkeypatch: pytest.MonkeyPatch,
    option: tuple[str, str],
) -> None:
    """What is chosen by either of its names is known by both."""
    monkeypatch.setenv("T", "nightjar-one")
    board = BOARD.replace("NAME", "beside") + "---\n"
    before = "---\n".join(renaming(each, NAME="before") for each in (PROJECT, SECRET))
    (place / "m.yml").write_text(board + before)
    applied(local, "m.yml")
    outside(renaming(PROJECT, NAME="after") + "reconciler: {renamed_from: before}\n")
    (place / "m.yml").write_text(board + before.replace("before", "after"))
    monkeypatch.setenv("T", "nightjar-two")
    ran = local("plan", *option, "--detailed-exitcode", "m.yml")
    assert (ran.code, "changed here" in ran.out) == (2, True), ran
    assert document(local, "plan", *option, "m.yml")["adopted"] == []


def test_a_rename_of_ours_is_no_deletion(local: Program, place: Path) -> None:
    """Nobody deleted what a manifest renames."""
    (place / "m.yml").write_text(PROJECT.replace("NAME", "before"))
    applied(local, "m.yml")
    line = "reconciler: {renamed_from: before}\n"
    (place / "m.yml").write_text(PROJECT.replace("NAME", "after") + line)
    looked = document(local, "plan", "m.yml")
    assert (looked["adopted"], looked["notes"]) == ([], [])


def test_what_refers_to_a_renamed_project(local: Program, place: Path, outside: Outside) -> None:
    """It holds the id, which is as it was: nobody changed it."""
    board = (
        BOARD
        + "spec: {widgets: [{name: W, type: list_workflows, filters: {project_id: before}}]}\n"
    )
    project = PROJECT.replace("NAME", "before")
    (place / "m.yml").write_text(f"{project}---\n{board.replace('NAME', 'b')}")
    applied(local, "m.yml")
    outside(PROJECT.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    looked = document(local, "plan", "m.yml")
    assert (looked["changes"], looked["unchanged"]) == ([], ["Dashboard/b"])
    ran = local("drift", "m.yml")
    assert (ran.code, "1 refusal" in ran.out) == (4, True), ran
    ran = local("plan", "--target", "Dashboard/b", "m.yml")
    assert "which was renamed outside, and is 'after' now; take Project/before" in ran.err
    (place / "more.yml").write_text(BOARD.replace("NAME", "more"))
    ran = local("drift", "m.yml", "more.yml")
    assert (ran.code, "1 missing · 1 refusal;" in ran.out) == (2, True), ran


@EACH
def test_another_of_ours_has_the_name_of_one_that_is_gone(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """It is not made into that one, unless the manifest says that it is to be."""
    template, beside = KINDS[kind]
    one, two = (template.replace("NAME", name) for name in ("one", "two"))
    (place / "m.yml").write_text(f"{beside}{one}---\n{two}")
    applied(local, "m.yml")
    outside(f"{beside}{two}reconciler: {{absent: true}}\n")
    outside(f"{beside}{two}reconciler: {{renamed_from: one}}\n")
    (place / "m.yml").write_text(f"{beside}{two}")
    for command in ("plan", "drift", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = local(command, *auto, "m.yml")
        assert (ran.code, "the one that had this name is gone" in ran.out) == (4, True), ran
    (place / "m.yml").write_text(f"{beside}{two}reconciler: {{renamed_from: one}}\n")
    applied(local, "m.yml")
    (place / "m.yml").write_text(f"{beside}{two}")
    assert local("plan", "--detailed-exitcode", "m.yml").code == 0
    assert local("ledger", "verify").code == 0


@EACH
def test_a_chain_of_renames(local: Program, place: Path, outside: Outside, kind: str) -> None:
    """A manifest whose name is another's now says that it is about that one; then all is there."""
    template, beside = KINDS[kind]

    def rename(before: str, now: str) -> None:
        outside(f"{beside}{template.replace('NAME', now)}reconciler: {{renamed_from: {before}}}\n")

    one, two, three = (template.replace("NAME", name) for name in ("one", "two", "three"))
    (place / "m.yml").write_text(f"{beside}{one}---\n{two}")
    applied(local, "m.yml")
    rename("two", "three")
    rename("one", "two")
    (place / "m.yml").write_text(f"{beside}{two}---\n{three}")
    ran = local("plan", "m.yml")
    assert (ran.code, "add `reconciler: {renamed_from: one}`" in ran.out) == (4, True), ran
    line = "reconciler: {renamed_from: one}\n"
    (place / "m.yml").write_text(f"{beside}{two}{line}---\n{three}")
    looked = document(local, "plan", "--target", "*three", "m.yml")
    assert (looked["refusals"], looked["adopted"]) == ([], [])
    looked = document(local, "plan", "m.yml")
    assert (looked["refusals"], looked["adopted"]) == ([], [])
    for _ in range(2):
        applied(local, "m.yml")
        assert document(local, "plan", "m.yml")["adopted"] == []


def test_what_is_chosen_by_the_name_it_had(local: Program, place: Path, outside: Outside) -> None:
    """It is the one that the ledger knows by it."""
    beside = BOARD.replace("NAME", "beside")
    (place / "m.yml").write_text(f"{beside}---\n{BOARD.replace('NAME', 'before')}")
    applied(local, "m.yml")
    outside(BOARD.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    (place / "m.yml").write_text(beside)
    ran = local("plan", "--prune", "--target", "Dashboard/before", "m.yml")
    assert (ran.code, "-   Dashboard/after" in ran.out) == (0, True), ran


@EACH
def test_it_stays_protected_by_a_lost_ledger(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """This machine saw which it was, and not only what it was called."""
    mine, theirs, beside = two(kind, PROTECT)
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    for file in (place / ".reconciler").glob("ledger.db*"):
        file.unlink()
    there = world(place / ".reconciler/embedded.db").ids()
    after = renaming(KINDS[kind][0], NAME="after")
    (place / "m.yml").write_text(f"{beside}{after}reconciler: {{absent: true}}\n")
    for command in ("plan", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = local(command, *auto, "m.yml")
        assert (ran.code, "protected by the ledger that was seen last" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db").ids() == there


@pytest.mark.parametrize("swapped", [False, True])
@EACH
def test_two_sets_with_one_ledger(
    local: Program, place: Path, outside: Outside, kind: str, swapped: bool
) -> None:
    """What one set says of a name that the other's object has now is refused alone, too."""
    template, beside = KINDS[kind]

    def rename(before: str, now: str) -> None:
        line = f"reconciler: {{renamed_from: {before}}}\n"
        outside(beside + template.replace("NAME", now) + line)

    for name in ("one", "two"):
        (place / f"{name}.yml").write_text(template.replace("NAME", name))
    (place / "home.yml").write_text(beside or BOARD.replace("NAME", "home"))
    applied(local, "home.yml", "one.yml", "two.yml")
    rename("two", "three")
    rename("one", "two")
    if swapped:
        rename("three", "one")
    there = world(place / ".reconciler/embedded.db").bodies()
    for command in ("plan", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = local(command, *auto, "home.yml", "two.yml")
        assert (ran.code, "it was renamed outside, and is" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db").bodies() == there


@pytest.mark.parametrize(
    "option",
    [("--target", "*/inside"), ("--exclude", "Project/before"), ("--target", "Dashboard/refers")],
)
def test_nothing_is_made_in_a_namesake(
    local: Program, place: Path, outside: Outside, option: tuple[str, str]
) -> None:
    """Whatever is selected: what has the name of our project now is not ours."""
    project = PROJECT.replace("NAME", "before")
    widget = "{name: W, type: list_workflows, filters: {project_id: before}}"
    board = BOARD.replace("NAME", "refers") + f"spec: {{widgets: [{widget}]}}\n"
    inside = TARGET.replace("NAME", "inside").replace("HOME", "before")
    (place / "m.yml").write_text(project)
    applied(local, "m.yml")
    outside(PROJECT.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    outside(project.replace("/api.git", "/evil.git"))
    (place / "m.yml").write_text(f"{project}---\n{inside}---\n{board}")
    there = world(place / ".reconciler/embedded.db").ids()
    for command in ("plan", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = local(command, *auto, *option, "m.yml")
        assert (ran.code, "it is about Project/before, which was" in ran.out) == (4, True), ran
    assert world(place / ".reconciler/embedded.db").ids() == there


def test_what_is_left_out_by_the_name_it_is_to_get(
    local: Program, place: Path, outside: Outside
) -> None:
    """It is the same object by all of its names, and not pruned by any."""
    beside = BOARD.replace("NAME", "beside")
    (place / "m.yml").write_text(f"{beside}---\n{BOARD.replace('NAME', 'before')}")
    applied(local, "m.yml")
    third = BOARD.replace("NAME", "third") + "reconciler: {renamed_from: before}\n"
    (place / "m.yml").write_text(f"{beside}---\n{third}")
    outside(BOARD.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    there = world(place / ".reconciler/embedded.db").ids()
    ran = local("apply", "--auto-approve", "--prune", "--exclude", "*third", "m.yml")
    assert ran.code == 0, ran
    assert world(place / ".reconciler/embedded.db").ids() == there


@EACH
def test_a_second_set_that_goes_on_with_the_new_name(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """It takes nothing from the first, which is refused as before, and makes nothing anew."""
    mine, theirs, beside = two(kind)
    (place / "home.yml").write_text(beside or BOARD.replace("NAME", "home"))
    (place / "first.yml").write_text(mine)
    applied(local, "home.yml", "first.yml")
    outside(beside + theirs)
    (place / "second.yml").write_text(renaming(KINDS[kind][0], NAME="after"))
    applied(local, "home.yml", "second.yml")
    ran = local("plan", "home.yml", "first.yml")
    assert (ran.code, "it was renamed outside, and is" in ran.out) == (4, True), ran
    (place / "first.yml").unlink()
    applied(local, "home.yml", "second.yml")
    assert document(local, "plan", "home.yml", "second.yml")["notes"] == []
    assert local("ledger", "verify").code == 0


@pytest.mark.parametrize("lost", [False, True])
def test_what_is_protected_in_a_renamed_project(
    local: Program, place: Path, outside: Outside, lost: bool
) -> None:
    """It keeps the project, by the ledger of today or by the one seen last."""
    target = TARGET.replace("NAME", "t").replace("HOME", "before") + PROTECT
    (place / "m.yml").write_text(f"{PROJECT.replace('NAME', 'before')}---\n{target}")
    applied(local, "m.yml")
    outside(PROJECT.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    for file in (place / ".reconciler").glob("ledger.db*") if lost else ():
        file.unlink()
    gone = PROJECT.replace("NAME", "after") + "reconciler: {absent: true}\n"
    (place / "m.yml").write_text(gone)
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, "DeploymentTarget/after/t in it is protected" in ran.out) == (4, True), ran


@EACH
def test_what_is_deleted_by_its_new_name(
    local: Program, place: Path, outside: Outside, kind: str
) -> None:
    """It was we who deleted it: nothing of it is left in the ledger, and nobody else is blamed."""
    mine, theirs, beside = two(kind)
    beside = beside or BOARD.replace("NAME", "beside") + "---\n"
    (place / "m.yml").write_text(beside + mine)
    applied(local, "m.yml")
    outside(beside + theirs)
    after = renaming(KINDS[kind][0], NAME="after")
    (place / "m.yml").write_text(f"{beside}{after}reconciler: {{absent: true}}\n")
    assert local("apply", "--auto-approve", "m.yml").code == 0
    looked = document(local, "plan", "m.yml")
    assert (looked["notes"], looked["orphaned"]) == ([], [])
    (place / "m.yml").write_text(beside + mine)
    (change,) = document(local, "plan", "m.yml")["changes"]
    assert (change["action"], change["reason"]) == ("create", "new")


def test_contents_go_by_the_name_that_their_project_has_there(
    local: Program, place: Path, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One set goes on with the new name, that of the project does not, and it is taken back."""
    monkeypatch.setenv("T", "nightjar-one")
    project, inside = PROJECT.replace("NAME", "before"), SECRET.replace("NAME", "before")
    (place / "p.yml").write_text(project)
    (place / "s.yml").write_text(inside)
    applied(local, "p.yml", "s.yml")
    outside(PROJECT.replace("NAME", "after") + "reconciler: {renamed_from: before}\n")
    (place / "s.yml").write_text(SECRET.replace("NAME", "after"))
    applied(local, "s.yml")
    outside(project + "reconciler: {renamed_from: after}\n")
    (place / "s.yml").write_text(inside)
    monkeypatch.setenv("T", "nightjar-two")
    ran = local("plan", "--detailed-exitcode", "p.yml", "s.yml")
    assert (ran.code, "changed here" in ran.out, "gone with" in ran.out) == (2, True, False), ran
