"""A manifest file has one name wherever its repository is."""

from pathlib import Path

import pytest

from reconciler.manifest import load

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


def test_names_where_there_is_no_repository(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole paths: a name from the current directory would be that of another file elsewhere."""
    outside = checkout.parent / "outside.yml"
    outside.write_text(DASHBOARD % "x")
    assert _names("../../outside.yml") == {"x": str(outside)}
    (checkout / ".git").rmdir()
    assert _names(".", "../b") == {
        "one": str(checkout / "a/one.yml"),
        "two": str(checkout / "a/two.yml"),
        "three": str(checkout / "b/three.yml"),
    }
    monkeypatch.chdir("/")
    assert _names(str(outside)) == {"x": str(outside)}


def test_names_from_outside_of_the_repository(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are the same, and from inside another repository, too."""
    (checkout.parent / "other/.git").mkdir(parents=True)
    for place in (checkout.parent, checkout.parent / "other", Path("/")):
        monkeypatch.chdir(place)
        assert _names(str(checkout / "a")) == {"one": "a/one.yml", "two": "a/two.yml"}
