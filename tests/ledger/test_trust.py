"""A ledger is believed only if nobody else can have written it."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import LedgerUnusable
from reconciler.ledger import opened
from reconciler.ledger.git_index import tracking
from tests.ledger.conftest import ORGANIZATION, address, fill

Git = Callable[..., None]
NOBODY: dict[str, str] = {}


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a directory below the temporary one, with nothing of the user's."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))

    def call(*arguments: str, at: str = "repo") -> None:
        place = tmp_path / at
        place.mkdir(parents=True, exist_ok=True)
        settings = ("user.name=a", "user.email=a@b", "protocol.file.allow=always")
        options = [part for one in settings for part in ("-c", one)]
        subprocess.run(["git", *options, *arguments], cwd=place, check=True, capture_output=True)  # noqa: S603, S607

    return call


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A good ledger in what may become a repository, where it is by default."""
    path = tmp_path / "repo/.reconciler/ledger.db"
    with opened(path, ORGANIZATION, create=True) as book:
        fill(book)
    return path


def refused(path: Path, *, create: bool = False) -> str:
    """Say why it is not believed; what is in it can be looked at all the same."""
    with pytest.raises(LedgerUnusable, match="this ledger is not believed: ") as caught:
        opened(path, ORGANIZATION, create=create).__enter__()
    with opened(path, ORGANIZATION, create=False, believe=False) as book:
        assert set(book.memory().records) == {address("one")}
    return str(caught.value)


def believed(path: Path) -> None:
    for create in (False, True):
        with opened(path, ORGANIZATION, create=create) as book:
            assert set(book.memory().records) == {address("one")}


def test_a_file_of_ours_is_believed(git: Git, ledger: Path) -> None:
    """In a repository too, as long as that does not track it."""
    believed(ledger)
    git("init")
    believed(ledger)
    (ledger.parent / "other.db").touch()
    git("add", ".reconciler/other.db")
    git("commit", "-m", "other")
    believed(ledger)


@pytest.mark.parametrize(
    "index",
    [
        ("--index-version", "2"),
        ("--index-version", "4"),
        ("--split-index",),
        ("--untracked-cache", "--force-untracked-cache"),
        ("--skip-worktree", ".reconciler/ledger.db"),
        ("--chmod=+x", "many/7"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("hashes", ["sha1", "sha256"])
def test_a_file_that_git_tracks_is_not(
    git: Git, ledger: Path, index: tuple[str, ...], hashes: str
) -> None:
    """Whoever can change the repository could forge it; in any format an index can have."""
    git("init", f"--object-format={hashes}")
    (ledger.parents[1] / "many").mkdir()
    for number in range(20):
        (ledger.parents[1] / "many" / str(number)).touch()
    git("add", "--force", ".")
    git("update-index", *index)
    for create in (False, True):
        said = refused(ledger, create=create)
        assert f"{ledger} is tracked by Git in {ledger.parents[1]}" in said
        assert f"git rm --cached {ledger}" in said
        assert "name another by --ledger" in said
    git("update-index", "--force-remove", ".reconciler/ledger.db")
    if "--split-index" not in index:  # whose base keeps the name until it is written anew
        believed(ledger)


def test_what_a_sparse_index_leaves_out(git: Git, ledger: Path) -> None:
    """All that is below a directory is one entry there."""
    git("init")
    (ledger.parents[1] / "code").mkdir()
    (ledger.parents[1] / "code/file").touch()
    git("add", "--force", ".")
    git("commit", "-m", "all")
    content = ledger.read_bytes()
    git("sparse-checkout", "set", "--cone", "--sparse-index", "code")
    ledger.parent.mkdir(exist_ok=True)
    ledger.write_bytes(content)
    ledger.chmod(0o600)
    assert "is tracked by Git" in refused(ledger)


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_what_sqlite_reads_with_it_must_not_be_tracked(git: Git, ledger: Path, end: str) -> None:
    """A journal that comes with a checkout would be rolled back into the file."""
    git("init")
    beside = ledger.with_name(ledger.name + end)
    beside.touch(0o600)
    git("add", "--force", str(beside))
    beside.unlink()
    assert f"{beside} is tracked by Git" in refused(ledger)


def test_a_tracked_file_is_not_made_either(git: Git, ledger: Path) -> None:
    """Deleted in the working tree: the next checkout brings back what the repository says."""
    git("init")
    git("add", "--force", ".")
    ledger.unlink()
    with pytest.raises(LedgerUnusable, match="is tracked by Git"):
        opened(ledger, ORGANIZATION, create=True).__enter__()
    assert not ledger.exists()


def test_a_link_that_git_tracks(git: Git, ledger: Path) -> None:
    """The file or its directory can be a link to what the repository holds."""
    top = ledger.parents[1]
    (top / "kept").mkdir()
    ledger.rename(top / "kept/ledger.db")
    ledger.parent.rmdir()
    git("init")
    ledger.parent.symlink_to("kept", target_is_directory=True)
    git("add", "--force", ".reconciler")
    assert "is tracked by Git" in refused(ledger)
    git("rm", "--cached", ".reconciler")
    believed(ledger)
    git("add", "--force", "kept")
    assert "is tracked by Git" in refused(ledger)


def test_other_letters_for_the_same_file(git: Git, ledger: Path) -> None:
    """Some file systems take them for one."""
    git("init")
    folder = ledger.parents[1] / ".Reconciler"
    folder.mkdir()
    (folder / "LEDGER.DB").touch()
    git("add", "--force", ".Reconciler")
    assert "is tracked by Git" in refused(ledger)


def test_every_repository_around_it_counts(git: Git, ledger: Path, tmp_path: Path) -> None:
    """A submodule, another working tree, one inside another, one that the environment names."""
    git("init")
    git("init", at="theirs")
    (tmp_path / "theirs/ledger.db").write_bytes(ledger.read_bytes())
    git("add", "--force", ".", at="theirs")
    git("commit", "-m", "forged", at="theirs")
    git("submodule", "add", str(tmp_path / "theirs"), "sub")
    within = ledger.parents[1] / "sub/ledger.db"
    within.chmod(0o600)
    assert f"is tracked by Git in {within.parent}" in refused(within)
    git("worktree", "add", str(tmp_path / "tree"), at="theirs")
    tree = tmp_path / "tree/ledger.db"
    tree.chmod(0o600)
    assert f"is tracked by Git in {tree.parent}" in refused(tree)
    git("add", "--force", ".reconciler")
    git("init", at="repo/.reconciler")
    assert f"is tracked by Git in {ledger.parents[1]}" in refused(ledger)


def test_a_repository_that_only_the_environment_names(
    git: Git, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its directory is elsewhere; what it tracks lies here."""
    git("init", "--bare", at="elsewhere.git")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(ledger.parents[1]))
    git("add", "--force", ".")
    assert "is tracked by Git" in refused(ledger)


def test_nothing_that_a_repository_says_is_run(git: Git, ledger: Path, tmp_path: Path) -> None:
    """Its configuration comes with a poisoned cache at times."""
    git("init")
    git("add", "--force", ".")
    for name in ("core.fsmonitor", "core.pager", "core.editor", "alias.ls-files"):
        git("config", name, f"touch {tmp_path}/ran")
    hook = ledger.parents[1] / ".git/hooks/post-index-change"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    assert "is tracked by Git" in refused(ledger)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("index", [b"DIRC\0\0\0\x09\0\0\0\1" + b"x" * 90, b"", b"\0" * 200])
def test_where_it_can_not_be_told(git: Git, ledger: Path, index: bytes) -> None:
    """An index of a format that nobody knows yet: what to do is said."""
    git("init")
    (ledger.parents[1] / ".git/index").write_bytes(index)
    said = refused(ledger)
    assert "can't be told whether Git tracks" in said
    assert "keep it outside of the repository, by --ledger" in said


def test_an_index_that_is_no_file(git: Git, ledger: Path) -> None:
    """What can't be read tells nothing either."""
    git("init")
    (ledger.parents[1] / ".git/index").mkdir()
    said = refused(ledger)
    assert "can't be told whether Git tracks" in said
    assert "/.git/index: Is a directory" in said


def test_all_that_git_says_is_tracked_is(git: Git, tmp_path: Path) -> None:
    """Compared with git itself, for names of every length and depth."""
    git("init")
    repo = tmp_path / "repo"
    names = [f"{'d/' * (n % 5)}{'x' * n}" for n in range(1, 120)] + ["ä/ö", "a b", "-", "'", "\t"]
    names += [letter * n for letter, n in (("y", 130), ("z", 200), ("zz", 120), ("~", 1))]
    for name in names:
        file = repo / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    for version in ("2", "4"):
        git("add", ".")
        git("update-index", "--index-version", version)
        for name in names:
            there, other = repo / name, repo / f"{name}.db"
            assert tracking([other, there], NOBODY) == (there, repo)
            assert tracking([other], NOBODY) is None


@pytest.mark.parametrize("mode", [0o666, 0o620, 0o602])
def test_who_else_can_write_it(ledger: Path, mode: int) -> None:
    """The group, or everybody."""
    ledger.chmod(mode)
    said = refused(ledger)
    assert f"can be written by others, its mode is {mode:04o}" in said
    assert f"chmod 600 {ledger}" in said
    ledger.chmod(0o644)
    believed(ledger)


def test_whose_it_is(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours, or root's, who can do anything anyway."""
    me = os.geteuid()
    if me == 0:
        os.chown(ledger, 4242, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
    said = refused(ledger)
    assert re.search(r"belongs to user \d+, and this is user \d+", said)
    assert "chown" in said


def test_whose_the_folder_is(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner can put another ledger there; so can a group that is not ours."""
    folder = ledger.parent
    folder.chmod(0o775)
    believed(ledger)
    monkeypatch.setattr(os, "getegid", lambda: 4242)
    assert f"chmod go-w {folder}" in refused(ledger)
    folder.chmod(0o755)
    believed(ledger)
    if os.geteuid() == 0:
        os.chown(folder, 4242, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4242)
    assert re.search(r"belongs to user \d+", refused(ledger))


def test_a_place_where_everybody_can_put_another(ledger: Path) -> None:
    """Unless only the owner of a file can take it away, as in /tmp."""
    ledger.parent.chmod(0o777)
    assert f"chmod go-w {ledger.parent}" in refused(ledger)
    ledger.parent.chmod(0o1777)
    believed(ledger)
    link = ledger.parents[1] / "link.db"
    link.symlink_to(ledger)
    link.parent.chmod(0o777)
    assert f"chmod go-w {link.parent}" in refused(link)


def test_what_is_made_can_be_believed(tmp_path: Path) -> None:
    """Whatever the umask is."""
    before = os.umask(0)
    try:
        path = tmp_path / "new/ledger.db"
        with opened(path, ORGANIZATION, create=True) as book:
            fill(book)
    finally:
        os.umask(before)
    believed(path)


def test_links_that_lead_in_a_circle(tmp_path: Path) -> None:
    """No crash."""
    path = tmp_path / "ledger.db"
    path.symlink_to(path)
    with pytest.raises(LedgerUnusable, match="lead in a circle"):
        opened(path, ORGANIZATION, create=True).__enter__()
