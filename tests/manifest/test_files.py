"""From paths to files: everything found once, everything in the way named."""

import os
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from reconciler.errors import InvalidManifests
from reconciler.manifest import load
from reconciler.manifest.encoding import Unusable
from reconciler.manifest.files import ManifestFile, find, read_bytes
from tests.manifest.conftest import without_privilege

DASHBOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: %s}\n"

PIPELINE = "version: v1.0\nname: CI\nagent: {machine: {type: e1}}\nblocks: []\n"


def _files(*paths: str) -> list[str]:
    found = find(paths)
    assert found.problems == ()
    return [file.path for file in found.files]


def _problems(*paths: str) -> list[str]:
    return [str(problem) for problem in find(paths).problems]


def test_directories_are_read_deep_and_sorted(folder: Path) -> None:
    """*.yml and *.yaml count, in any case; version control's and package managers' files don't."""
    names = ("b.yml", "a.yaml", "x.txt", "sub/c.YML", ".git/d.yml", ".e.Yml", "s.yaml/f.yml")
    theirs = (".venv/lib/g.yml", "sub/node_modules/h.yml", ".#b.yml", "sub/._c.yml")
    for name in (*names, ".deep/er/i.yml", *theirs):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    hidden = [".deep/er/i.yml", ".e.Yml"]
    everything = [*hidden, "a.yaml", "b.yml", "s.yaml/f.yml", "sub/c.YML"]
    assert _files(".") == everything
    assert _files(str(folder)) == [str(folder / name) for name in everything]
    assert [file.path for file in find(["."]).files if file.doubtful] == hidden
    assert _files(".git", ".#b.yml", "x.txt") == [".#b.yml", ".git/d.yml", "x.txt"]


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    """By any of its names; files it names may lie anywhere in the widest directory given."""
    (folder / "sub").mkdir()
    (folder / "sub/a.yml").touch()
    (folder / "b.yml").symlink_to("sub/a.yml")
    assert _files("sub/a.yml", "./sub/a.yml", "sub", ".", str(folder)) == ["sub/a.yml"]
    assert find(["sub/a.yml", "."]).files == (ManifestFile("sub/a.yml", "."),)
    assert find([".", "sub/a.yml"]).files[0].root == "."


def test_links_are_followed(folder: Path) -> None:
    """A linked file and a linked directory are read like others."""
    (folder / "there").mkdir()
    (folder / "there/a.yml").touch()
    (folder / "here").mkdir()
    (folder / "here/in").symlink_to("../there")
    (folder / "here/b.yml").symlink_to("../there/a.yml")
    assert _files("here") == ["here/b.yml"]
    (folder / "here/b.yml").unlink()
    assert _files("here") == ["here/in/a.yml"]


def test_links_that_lead_nowhere_or_back(folder: Path) -> None:
    """A dangling link may be a directory of manifests gone missing, so it is an error."""
    (folder / "a.yml").touch()
    (folder / "gone").symlink_to("nowhere")
    (folder / "sub").mkdir()
    (folder / "sub/back").symlink_to("..")
    (folder / "self.yml").symlink_to("self.yml")
    (folder / ".#lock").symlink_to("user@host.1234")
    assert _problems(".") == [
        "./gone: error: the symbolic link leads nowhere",
        "./self.yml: error: can't be read: Too many levels of symbolic links",
        f"./sub/back: error: the symbolic link leads back to {os.path.realpath(folder)}",
    ]


def test_what_is_no_file(folder: Path) -> None:
    """Missing paths, pipes and devices are refused without being opened."""
    os.mkfifo(folder / "pipe.yml")
    long = "n" * 300
    assert _problems("nope.yml", "", "a\0b", "pipe.yml", "/dev/zero", long) == [
        "nope.yml: error: there is no such file or directory",
        "'': error: there is no such file or directory",
        "a\\x00b: error: there is no such file or directory",
        "pipe.yml: error: not a regular file; use - for standard input",
        "/dev/zero: error: not a regular file; use - for standard input",
        f"{long}: error: can't be read: File name too long",
    ]
    assert _problems(".") == ["pipe.yml: error: not a regular file; use - for standard input"]


def test_names_that_can_not_be_printed(folder: Path) -> None:
    """A name that is not UTF-8, or would write to the terminal, is shown escaped."""
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.yml")).touch()
    (folder / "a\x1b[31m.yml").touch()
    expected = "error: the file's name is not UTF-8, or has control characters"
    assert _problems(".") == [f"a\\x1b[31m.yml: {expected}", f"caf\\udce9.yml: {expected}"]


def test_no_manifest_is_never_an_empty_state(folder: Path) -> None:
    """An empty directory, and no path at all, are errors."""
    (folder / "empty/deep").mkdir(parents=True)
    (folder / "empty/readme.md").touch()
    (folder / "full.yml").write_text(DASHBOARD % "a")
    text = (
        "there is no manifest (*.yml, *.yaml, *.json) in this directory; "
        "no manifests never means that everything may go"
    )
    assert _problems("empty", "full.yml") == [f"empty: error: {text}"]
    (folder / "empty/.x").mkdir()
    (folder / "empty/.x/pipeline.yml").write_text(PIPELINE)
    with pytest.raises(InvalidManifests) as raised:
        load(["empty", "full.yml"])
    assert str(raised.value) == f"empty: error: {text}"
    with pytest.raises(InvalidManifests, match="no path was given"):
        load([])


def test_unreadable_file() -> None:
    """What the system says is passed on."""
    with pytest.raises(InvalidManifests) as raised:
        load(["/proc/self/mem"])
    assert str(raised.value) == "/proc/self/mem: error: can't be read: Input/output error"


def test_standard_input() -> None:
    """- reads text or bytes, once, and is named in places."""
    text = DASHBOARD % "main"
    for stream in (StringIO(text), BytesIO(text.encode())):
        (desired,) = load(["-", "-"], stdin=stream).state.objects.values()
        assert str(desired.place) == "<stdin>:1:1"
        assert desired.root == "."
    with pytest.raises(InvalidManifests, match="<stdin>:1:1: error: byte 0xed"):
        load(["-"], stdin=StringIO("\ud800"))


def test_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without standard input says so."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InvalidManifests, match="<stdin>: error: there is no standard input"):
        load(["-"])


def test_large_files_are_not_read_whole(folder: Path) -> None:
    """A file of a gigabyte is refused after its first megabytes."""
    with (folder / "big.yml").open("wb") as file:
        file.truncate(2**30)
    assert len(read_bytes(ManifestFile("big.yml", "."), None)) == 4 * 2**20 + 1
    with pytest.raises(InvalidManifests, match="larger than 4 MiB"):
        load(["big.yml"])


def test_problems_of_all_files_at_once(folder: Path) -> None:
    """A file that can't be parsed hides nothing of the others; files are named in order."""
    (folder / "a.yml").write_text("a: [")
    (folder / "b.yml").write_text("kind: Dashboard\n")
    (folder / "c.yml").write_text("")
    with pytest.raises(InvalidManifests) as raised:
        load([".", "missing"])
    assert [problem.place.file for problem in raised.value.problems] == [
        "a.yml", "b.yml", "b.yml", "c.yml", "missing",
    ]  # fmt: skip


def _put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_manifests_in_hidden_places_are_read(folder: Path) -> None:
    """Wherever they are reached from; beside them, what is no manifest is another tool's."""
    _put(folder, ".semaphore/project.yml", DASHBOARD % "a" + "---\n" + PIPELINE)
    _put(folder, ".semaphore/semaphore.yml", PIPELINE)
    _put(folder, ".semaphore/text.yml", "just text\n")
    _put(folder, ".semaphore/list.yml", "- kind: Dashboard\n")
    _put(folder, ".ci.yml", "job: !reference [a, b]\njob: 1\n")
    _put(folder, ".kube/config.yml", "apiVersion: v1\nkind: Config\n")
    _put(folder, ".kube/argo.yml", "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n")
    _put(folder, ".b.yml", DASHBOARD % "b")
    loaded = load(["."])
    assert list(map(str, loaded.state.objects)) == ["Dashboard/a", "Dashboard/b"]
    assert (loaded.warnings, loaded.state.unreadable, loaded.state.unread) == ((), (), ())
    for path in (".semaphore", str(folder / ".semaphore"), ".semaphore/."):
        assert list(map(str, load([path]).state.objects)) == ["Dashboard/a"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("apiVersion: v1alpha\nkind: Dashbord\n", "2:1: error: unknown kind 'Dashbord'"),
        ("apiVersion: v1alpha\nKind: Dashboard\n", "1:1: error: kind is missing; 'Kind' must be"),
        ("kind: Dashboard\nmetadata: {name: a}\n", "1:1: error: apiVersion is missing"),
        ("apiVersion: v1alpha\nkind: []\n", "2:1: error: kind must be the name of a kind"),
        (DASHBOARD % "a, nam: b", "3:21: error: unknown key 'nam' in metadata"),
        (DASHBOARD % "a" + "kind: Dashboard\n", "4:1: error: duplicate key 'kind'"),
        (DASHBOARD % "a" + "---\n- ]\n", "5:3: error: not valid YAML"),
        (DASHBOARD % "a" + PIPELINE, "4:1: error: version, name, agent and blocks do not belong"),
    ],
)
def test_a_wrong_manifest_is_one_in_a_hidden_place_too(
    folder: Path, text: str, problem: str
) -> None:
    """What says apiVersion and kind, or a kind of ours, is meant for us."""
    _put(folder, "full.yml", DASHBOARD % "full")
    _put(folder, ".semaphore/x.yml", text)
    with pytest.raises(InvalidManifests) as raised:
        load(["."])
    assert str(raised.value).startswith(f".semaphore/x.yml:{problem}")


def test_a_file_that_is_named_is_a_manifest(folder: Path) -> None:
    """Hidden or not, and whether a directory that is named has it, too."""
    _put(folder, "full.yml", DASHBOARD % "full")
    _put(folder, ".semaphore/semaphore.yml", PIPELINE)
    for paths in ([".semaphore/semaphore.yml"], [".", ".semaphore/semaphore.yml"]):
        with pytest.raises(InvalidManifests, match="this is a Semaphore pipeline, not a manifest"):
            load(paths)
    (folder / "link.yml").symlink_to(".semaphore/semaphore.yml")
    with pytest.raises(InvalidManifests, match="this is a Semaphore pipeline, not a manifest"):
        load(["."])


def test_what_may_hold_manifests_and_was_not_read(folder: Path) -> None:
    """An empty directory is worth no word, a hidden file that can't be read is."""
    _put(folder, "full.yml", DASHBOARD % "full")
    (folder / "team/submodule").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    _put(folder, ".emptied.yml", "# nothing\n")
    _put(folder, ".x/broken.yml", "a: @x\n")
    _put(folder, ".x/large.yml", "#" * (4 * 2**20 + 1))
    os.mkfifo(folder / ".x/pipe.yml")
    (folder / ".x/gone").symlink_to("nowhere")
    (folder / ".x/back").symlink_to(".")
    (folder / ".x/\x1b.yml").touch()
    loaded = load(["."])
    broken = "not read: not valid YAML: found character that cannot start any token"
    odd = "not read: the file's name is not UTF-8, or has control characters"
    folder_too = "it is empty, like a submodule that was not fetched"
    silent = [".emptied.yml: warning: it is empty", f".hidden: warning: {folder_too}"]
    told = [
        f".x/\\x1b.yml: warning: {odd}",
        f".x/broken.yml:1:4: warning: {broken} (text can't start with @; quote it)",
        ".x/gone: warning: not read: the symbolic link leads nowhere",
        ".x/large.yml: warning: not read: the file is larger than 4 MiB",
        ".x/pipe.yml: warning: not read: not a regular file; use - for standard input",
    ]
    assert list(map(str, loaded.state.unread)) == [
        *silent,
        f"team/submodule: warning: {folder_too}",
    ]
    assert list(map(str, loaded.state.unreadable)) == told
    assert list(map(str, loaded.warnings)) == told


def test_directories_without_permission(folder: Path) -> None:
    """One in a hidden place was not read; any other is an error."""
    _put(folder, "full.yml", DASHBOARD % "full")
    (folder / ".x/y").mkdir(parents=True)
    (folder / "z").mkdir()
    folder.chmod(0o755)
    (folder / ".x/y").chmod(0)
    with without_privilege():
        warned = list(map(str, load(["."]).warnings))
    assert warned == [".x/y: warning: not read: can't be read: Permission denied"]
    (folder / "z").chmod(0)
    with without_privilege(), pytest.raises(InvalidManifests) as raised:
        load(["."])
    assert "./z: error: can't be read: Permission denied" in str(raised.value)


def test_a_pipe_that_came_since_is_not_waited_for(folder: Path) -> None:
    """What was a file when it was found may be none when it is read."""
    os.mkfifo(folder / "a.yml")
    with pytest.raises(Unusable) as raised:
        read_bytes(ManifestFile("a.yml", "."), None)
    text = "a.yml: error: not a regular file; use - for standard input"
    assert str(raised.value.problem) == text
