"""What declared something is missed where it was not read, whatever the reason."""

import subprocess
from pathlib import Path

import pytest

from reconciler.commands import unread_files as judging
from reconciler.manifest import load
from reconciler.model import Address, DesiredState, Record
from tests.manifest.conftest import without_privilege

DASHBOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: %s}\n"
THERE = "is still there and was not read"


def unread_files(state: DesiredState, records: dict[Address, Record]) -> dict[str, str]:
    """Return why these files are not gone, by their names."""
    return {name: each.why for name, each in judging.unread_files(state, records).items()}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Manifests in several directories of what is no repository."""
    for name in ("m/a/one.yml", "m/a/two.yml", "m/b/three.yml"):
        (tmp_path / "t" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "t" / name).write_text(DASHBOARD % Path(name).stem)
    monkeypatch.chdir(tmp_path / "t")
    return tmp_path / "t"


def _git(*arguments: str) -> None:
    known = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *known, *arguments], check=True, capture_output=True)  # noqa: S603, S607


@pytest.fixture
def repository(tree: Path) -> Path:
    _git("init")
    _git("add", ".")
    _git("commit", "-m", "all")
    return tree


def _recorded(*paths: str) -> dict[Address, Record]:
    """What is remembered after all of it was applied."""
    objects = load(paths).state.objects.items()
    return {address: Record(address, "id", "", file=each.file) for address, each in objects}


def _at(names: list[str]) -> dict[Address, Record]:
    """Records of others, of which only the file is known."""
    return {
        Address("Dashboard", "", f"other-{number}"): Record(
            Address("Dashboard", "", f"other-{number}"), "id", "", file=name
        )
        for number, name in enumerate(names)
    }


def test_by_any_of_their_names(repository: Path) -> None:
    """What is gone is gone, what can't be looked at is not."""
    (repository / "link.yml").symlink_to("m/a/one.yml")
    (repository / "dangling.yml").symlink_to("nowhere")
    (repository / "m/a/.off.yml").write_text("version: v1.0\n")
    there = {"m/b/three.yml", str(repository / "m/b/three.yml"), "dangling.yml", "n" * 300}
    names = [
        *("m/a/one.yml", "m/a/two.yml", "link.yml", "m/a/.off.yml", "", "m/a/one.yml/x"),
        *(*there, "gone.yml"),
    ]
    state = load(["m/a"]).state
    off = {"m/a/.off.yml": f"{THERE}: it is no manifest"}
    assert unread_files(state, _at(names)) == dict.fromkeys(there, THERE) | off
    state = load(["m/a/one.yml", "m/b"]).state
    expected = {"m/a/two.yml", "dangling.yml", "m/a/.off.yml", "n" * 300}
    assert unread_files(state, _at(names)) == dict.fromkeys(expected, THERE)


@pytest.mark.parametrize("place", ["m", "m/a", "..", "/"])
@pytest.mark.parametrize("is_repository", [False, True])
def test_from_another_directory(
    tree: Path, monkeypatch: pytest.MonkeyPatch, place: str, *, is_repository: bool
) -> None:
    """The same files are meant."""
    if is_repository:
        _git("init")
    records = _recorded("m")
    monkeypatch.chdir(place)
    for read in ("m/a/one.yml", "m/a"):
        rest = {"three", "two"} if read.endswith("one.yml") else {"three"}
        found = unread_files(load([str(tree / read)]).state, records)
        assert {Path(name).stem for name in found} == rest
        assert set(found.values()) == {THERE}
    assert unread_files(load([str(tree / "m")]).state, records) == {}


@pytest.mark.parametrize("names", [["m/a/one.yml", "m/b/three.yml"], ["a/one.yml", "b/three.yml"]])
def test_names_from_a_directory_that_is_not_known(tree: Path, names: list[str]) -> None:
    """Earlier versions wrote them where there was no Git: what is declared now tells from where."""
    records = _at([names[1]])
    one = Address("Dashboard", "", "one")
    records[one] = Record(one, "id", "", file=names[0])
    (tree.parent / "elsewhere").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tree.parent / "elsewhere")
        state = load([str(tree / "m/a")]).state
        assert unread_files(state, records) == {names[1]: THERE}
        (tree / "m/b/three.yml").unlink()
        assert unread_files(state, records) == {}


def test_a_tree_that_was_moved(tree: Path) -> None:
    """Without Git, too, a job's directory is another one each time."""
    records = _recorded("m")
    (tree / "m").rename(tree.parent / "moved")
    state = load([str(tree.parent / "moved/a")]).state
    assert unread_files(state, records) == {str(tree / "m/b/three.yml"): THERE}
    (tree.parent / "moved/b/three.yml").unlink()
    assert unread_files(state, records) == {}


def test_from_inside_a_submodule(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a top of its own, by which its files are called in there."""
    (repository / "m/b/.git").write_text("gitdir: ../../.git/modules/b\n")
    (repository / "m/b/four.yml").write_text(DASHBOARD % "four")
    outside = _recorded("m")
    monkeypatch.chdir(repository / "m/b")
    inside = _recorded(".")
    assert unread_files(load(["four.yml"]).state, outside).keys() == {
        *("m/a/one.yml", "m/a/two.yml", "m/b/three.yml")
    }
    monkeypatch.chdir(repository)
    assert unread_files(load(["m/b/four.yml"]).state, inside) == {"three.yml": THERE}


@pytest.mark.parametrize(
    "sparse",
    [
        ["set", "--no-cone", "/m/a/one.yml"],
        ["set", "m/a"],
        ["set", "--sparse-index", "m/a"],
    ],
)
def test_what_a_sparse_checkout_leaves_out(repository: Path, sparse: list[str]) -> None:
    """It is in Git and not in the tree; nobody has deleted it."""
    records = _recorded("m")
    _git("sparse-checkout", *sparse)
    assert not (repository / "m/b/three.yml").exists()
    found = unread_files(load(["m"]).state, records)
    assert found["m/b/three.yml"] == (
        "is in Git, but a sparse checkout leaves it out here, and it was not read"
    )
    assert ("m/a/two.yml" in found) == ("--no-cone" in sparse)
    _git("sparse-checkout", "disable")
    assert unread_files(load(["m"]).state, records) == {}


def test_a_submodule_that_a_sparse_checkout_leaves_out(repository: Path) -> None:
    """Git has its commit alone, under the name of the directory."""
    records = _recorded("m")
    _git("rm", "-r", "-q", "--cached", "m/b")
    _git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m/b")
    for name in ("m/b/three.yml", "m/b"):
        path = repository / name
        path.rmdir() if path.is_dir() else path.unlink()
    assert "submodule" in unread_files(load(["m"]).state, records)["m/b/three.yml"]
    _git("update-index", "--skip-worktree", "m/b")
    assert "sparse checkout" in unread_files(load(["m"]).state, records)["m/b/three.yml"]
    _git("update-index", "--force-remove", "m/b")
    assert unread_files(load(["m"]).state, records) == {}


def test_what_was_deleted_and_not_committed(repository: Path) -> None:
    """The working tree counts: a deletion is planned before it is committed."""
    records = _recorded("m")
    (repository / "m/b/three.yml").unlink()
    assert unread_files(load(["m"]).state, records) == {}
    _git("add", ".")
    assert unread_files(load(["m"]).state, records) == {}


def test_an_index_that_can_not_be_read(repository: Path) -> None:
    """Whether what is missing was left out can't be told; what is there is not missing."""
    records = _recorded("m")
    (repository / ".git/index").write_bytes(b"odd")
    assert unread_files(load(["m"]).state, records) == {}
    (repository / "m/b/three.yml").unlink()
    (text,) = unread_files(load(["m"]).state, records).values()
    assert text == (
        "and whether a sparse checkout leaves it out can't be told "
        f"({repository}/.git/index: not in a format that is known here)"
    )


@pytest.mark.parametrize("folder", ["node_modules", ".terraform", ".venv", ".tox", ".nox"])
def test_what_was_put_where_nothing_is_searched(tree: Path, folder: str) -> None:
    """A manifest in there is not read, and not gone; a file of a package is none."""
    records = _recorded("m")
    (tree / "m/b" / folder / "x").mkdir(parents=True)
    (tree / "m/b/three.yml").rename(tree / "m/b" / folder / "x/three.yml")
    name = str(tree / "m/b/three.yml")
    assert unread_files(load(["m"]).state, records) == {
        name: f"may be m/b/{folder}/x/three.yml now, and was not read in there"
    }
    (tree / "m/b" / folder / "x/three.yml").write_text("name: a package\n")
    assert unread_files(load(["m"]).state, records) == {}


def test_what_was_met_and_not_read(tree: Path) -> None:
    """It was to be read, as what was not given was not: where to look is known."""
    records = _recorded("m")
    (tree / "m/a/two.yml").rename(tree / "m/a/.two.json")
    (tree / "m/a/.two.json").write_text("{")
    (tree / "m/b").rename(tree / "m/.b")
    records |= _at([str(tree / name) for name in ("m/a/.two.json", "m/.b/three.yml")])
    (tree / "m/.b/three.yml").write_text("a: @x\n")
    places = {
        Path(name).name: str(each.place)
        for name, each in judging.unread_files(load(["m"]).state, records).items()
    }
    assert places == {".two.json": "m/a/.two.json", "three.yml": "m/.b/three.yml:1:4"}
    given = judging.unread_files(load(["m/a/one.yml"]).state, records)
    assert {each.place for each in given.values()} == {None}


def test_a_directory_that_can_not_be_listed(tree: Path) -> None:
    """All that declared something in there was to be read."""
    (tree / "m/b").rename(tree / "m/.b")
    records = _recorded("m")
    tree.chmod(0o755)
    (tree / "m/.b").chmod(0)
    with without_privilege():
        state = load(["m"]).state
    (found,) = judging.unread_files(state, records).values()
    assert (found.why, str(found.place)) == (
        "and m/.b was not read: can't be read: Permission denied",
        "m/.b",
    )


def test_a_directory_that_leads_nowhere(tree: Path) -> None:
    """What declared something in there is not gone, though nothing is there."""
    (tree / "m/b").rename(tree / "m/.b")
    records = _recorded("m")
    (tree / "m/.b").rename(tree / "away")
    (tree / "m/.b").symlink_to("nowhere")
    (found,) = judging.unread_files(load(["m"]).state, records).values()
    assert (found.why, str(found.place)) == (
        "and m/.b was not read: the symbolic link leads nowhere",
        "m/.b",
    )
    (tree / "m/.b").unlink()
    assert unread_files(load(["m"]).state, records) == {}
