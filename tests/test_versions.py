"""Versions come from Git's tags and tell commits apart, wherever the program was built of what."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from reconciler.distribution import version

ROOT = Path(__file__).parent.parent
_PARTS = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    ".gitignore",
    ".gitattributes",
    ".git_archival.txt",
)
_WHO = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
Git = Callable[..., str]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit, of what is installed; small, for only its version counts."""
    place = tmp_path / "checkout"
    (place / "reconciler" / "kinds").mkdir(parents=True)
    for name in _PARTS:
        shutil.copy(ROOT / name, place)
    for name in ("__init__.py", "distribution.py"):
        shutil.copy(ROOT / "reconciler" / name, place / "reconciler")
    git(place, "init", "-q")
    committed(place, "one")
    return place


def git(place: Path, *words: str) -> str:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return subprocess.run(  # noqa: S603 — what this test says
        ["git", *_WHO, *words], cwd=place, env=environ,  # noqa: S607 — whichever there is
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip


def committed(place: Path, text: str) -> str:
    """Change something, and return the new commit."""
    (place / "reconciler" / "kinds" / "a.py").write_text(f"# {text}\n")
    git(place, "add", "-A")
    git(place, "commit", "-q", "-m", text)
    return git(place, "rev-parse", "HEAD")


def built(place: Path, sort: str = "wheel") -> Path:
    """Build a wheel or an sdist, with what is installed here."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "SETUPTOOLS_SCM"))}
    target = place.parent / f"{sort}s"
    shutil.rmtree(target, ignore_errors=True)
    call = [sys.executable, "-m", "hatchling", "build", "-t", sort, "-d", str(target)]
    subprocess.run(call, cwd=place, env=environ, check=True, capture_output=True)  # noqa: S603 — our own
    (found,) = target.iterdir()
    return found


def said(wheel: Path) -> str:
    """Return what the program in a wheel says, unpacked far from any repository."""
    place = wheel.parent / "unpacked"
    shutil.rmtree(place, ignore_errors=True)
    with ZipFile(wheel) as file:
        file.extractall(place)  # noqa: S202 — made above
    return here(place)


def here(place: Path) -> str:
    call = [sys.executable, "-c", "import reconciler; print(reconciler.__version__)"]
    ran = subprocess.run(call, cwd=place, check=True, capture_output=True, text=True)  # noqa: S603 — our own
    return ran.stdout.strip()


def test_a_release_is_its_tag(checkout: Path) -> None:
    """A tagged commit has the tag's version, the next ones another each."""
    git(checkout, "tag", "v1.2.0")
    assert said(built(checkout)) == "1.2.0"

    two = committed(checkout, "two")
    assert said(built(checkout)) == f"1.2.1.dev1+g{two[:9]}"
    three = committed(checkout, "three")
    assert said(built(checkout)) == f"1.2.1.dev2+g{three[:9]}"


def test_without_any_tag(checkout: Path) -> None:
    """Commits are told apart before there is a release, too."""
    one = git(checkout, "rev-parse", "HEAD")
    assert said(built(checkout)) == f"0.1.dev1+g{one[:9]}"
    two = committed(checkout, "two")
    assert said(built(checkout)) == f"0.1.dev2+g{two[:9]}"


def test_in_a_shallow_clone(checkout: Path) -> None:
    """As CI has it: one commit, no tags."""
    git(checkout, "tag", "v1.2.0")
    two = committed(checkout, "two")
    clone = checkout.parent / "clone"
    git(checkout.parent, "clone", "-q", "--depth", "1", checkout.as_uri(), str(clone))

    assert said(built(clone)) == f"0.1.dev1+g{two[:9]}"


def test_from_a_source_distribution(checkout: Path) -> None:
    """It has no repository, and says what it was made of."""
    git(checkout, "tag", "v1.2.0")
    two = committed(checkout, "two")
    place = checkout.parent / "sdist"
    with tarfile.open(built(checkout, "sdist")) as file:
        file.extractall(place, filter="data")
    (unpacked,) = place.iterdir()

    assert said(built(unpacked)) == f"1.2.1.dev1+g{two[:9]}"


def test_from_an_archive(checkout: Path) -> None:
    """As hosts of repositories offer it: Git writes the commit into it."""
    committed(checkout, "two")
    git(checkout, "tag", "-a", "-m", "", "v1.2.0")
    three = committed(checkout, "three")
    for commit, tells in (("v1.2.0", "1.2.0"), ("HEAD", f"1.2.1.dev1+g{three[:7]}")):
        place = checkout.parent / commit
        place.mkdir()
        git(checkout, "archive", "-o", str(place / "a.tar"), commit)
        with tarfile.open(place / "a.tar") as file:
            file.extractall(place / "of", filter="data")

        assert said(built(place / "of")).startswith(tells)


def test_without_a_repository(checkout: Path) -> None:
    """A bare copy has none, and says so by a version that no release has."""
    shutil.rmtree(checkout / ".git")

    assert said(built(checkout)) == "0.0"


def test_a_checkout_moves_on(checkout: Path) -> None:
    """Installed once as editable, it says at each commit what it is now; branches are no matter."""
    git(checkout, "tag", "v1.2.0")
    one = committed(checkout, "one more")
    built(checkout)
    assert here(checkout) == f"1.2.1.dev1+g{one[:9]}"

    two = committed(checkout, "two")
    assert here(checkout) == f"1.2.1.dev1+g{two[:9]}"
    git(checkout, "pack-refs", "--all")
    assert here(checkout) == f"1.2.1.dev1+g{two[:9]}"
    git(checkout, "checkout", "-q", "--detach", one)
    assert here(checkout) == f"1.2.1.dev1+g{one[:9]}"


def test_a_second_worktree(checkout: Path) -> None:
    """Its repository is elsewhere, its commit its own."""
    one = git(checkout, "rev-parse", "HEAD")
    second = checkout.parent / "second"
    git(checkout, "worktree", "add", "-q", "-b", "other", str(second))
    two = committed(second, "two")

    assert (here(checkout), here(second)) == (f"0.0+g{one[:9]}", f"0.0+g{two[:9]}")


@pytest.mark.parametrize(
    ("path", "text"),
    [("HEAD", "ref: refs/heads/none"), ("HEAD", "nonsense"), ("HEAD", ""), ("commondir", "/none")],
)
def test_a_repository_that_tells_nothing(checkout: Path, path: str, text: str) -> None:
    """What can't be read leaves the version of the build, and no error."""
    (checkout / ".git" / path).write_text(text)

    assert version("1.0", str(checkout / "reconciler")) == "1.0"


def test_what_was_built_before_is_not_built_again(checkout: Path) -> None:
    """A kind that is gone stays gone, though an earlier build left its module behind."""
    stale = checkout / "build" / "lib" / "reconciler" / "kinds" / "gone.py"
    stale.parent.mkdir(parents=True)
    stale.touch()

    with ZipFile(built(checkout)) as file:
        assert "reconciler/kinds/a.py" in file.namelist()
        assert [name for name in file.namelist() if "gone" in name] == []


def test_a_page_is_made_of_more_than_modules(checkout: Path) -> None:
    """Its template, its style and its script are in a wheel, too, and found there."""
    page = checkout / "reconciler" / "render" / "page"
    shutil.copytree(ROOT / "reconciler" / "render" / "page", page)
    wanted = {path.name for path in page.iterdir() if path.suffix in (".jinja", ".css", ".js")}

    with ZipFile(built(checkout)) as file:
        there = {name.removeprefix("reconciler/render/page/") for name in file.namelist()}
    assert len(wanted) == 3
    assert wanted <= there
