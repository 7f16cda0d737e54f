"""A manifest file has one name wherever its repository is, and is missed where it is not read."""

from pathlib import Path

import pytest

from reconciler.manifest import load, still_there

DASHBOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: %s}\n"


@pytest.fixture
def checkout(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with manifests in two directories, from inside of one of them."""
    (folder / "repo/.git").mkdir(parents=True)
    for name in ("a/one.yml", "a/two.yml", "b/three.yml", ".semaphore/project.yml"):
        (folder / "repo" / name).parent.mkdir(exist_ok=True)
        (folder / "repo" / name).write_text(DASHBOARD % Path(name).stem)
    monkeypatch.chdir(folder / "repo/a")
    return folder / "repo"


def _names(*paths: str) -> dict[str, str]:
    return {d.address.name: d.file for d in load(paths).state.objects.values()}


def test_names_are_from_the_top_of_the_repository(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a file is named, and from where."""
    names = {"one": "a/one.yml", "two": "a/two.yml"}
    for path in (".", "../a", str(checkout / "a"), "./../a/./"):
        assert _names(path) == names
    assert _names("..") == names | {"three": "b/three.yml", "project": ".semaphore/project.yml"}
    monkeypatch.chdir(checkout)
    assert _names("a") == names
    (checkout / ".git").rmdir()
    (checkout / ".git").write_text("gitdir: elsewhere\n")
    monkeypatch.chdir(checkout / "b")
    assert _names("../a") == names


def test_names_elsewhere_are_whole_paths(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of the repository, or of the directory where there is none."""
    outside = checkout.parent / "outside.yml"
    outside.write_text(DASHBOARD % "x")
    assert _names("../../outside.yml") == {"x": str(outside)}
    (checkout / ".git").rmdir()
    assert _names(".", "../b") == {
        "one": "one.yml",
        "two": "two.yml",
        "three": str(checkout / "b/three.yml"),
    }
    monkeypatch.chdir("/")
    assert _names(str(outside)) == {"x": str(outside).removeprefix("/")}


def test_files_that_are_there_and_were_not_read(checkout: Path) -> None:
    """By any of their names; what is gone is gone, what can't be looked at is not."""
    (checkout / "link.yml").symlink_to("a/one.yml")
    (checkout / "dangling.yml").symlink_to("nowhere")
    (checkout / "a/.off.yml").write_text("version: v1.0\n")
    names = {
        *("a/one.yml", "a/two.yml", "b/three.yml", "link.yml", "dangling.yml", "a/.off.yml"),
        *("gone.yml", "a/one.yml/x", "", str(checkout / "b/three.yml"), "n" * 300),
    }
    unread = {"b/three.yml", str(checkout / "b/three.yml"), "dangling.yml", "n" * 300}
    assert still_there(names, load(["."]).state) == unread | {"a/.off.yml"}
    assert still_there(names, load(["one.yml", "../b"]).state) == {
        *("a/two.yml", "dangling.yml", "a/.off.yml", "n" * 300)
    }
