"""Files that are written anew: each whole, and none that is another than was read."""

from pathlib import Path

import pytest

from reconciler.commands import rewriting
from reconciler.errors import PlanRefused
from reconciler.model.absorption import Rewrite


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory with two files."""
    (tmp_path / "one.yml").write_bytes(b"one")
    (tmp_path / "two.yml").write_bytes(b"two")
    return tmp_path


def rewrite(root: Path, name: str, before: bytes | None, after: bytes | None) -> Rewrite:
    return Rewrite(str(root / name), str(root), before, after)


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_changed_made_and_removed(root: Path) -> None:
    """A mode stays as it was; nothing else is left in the directory."""
    (root / "one.yml").chmod(0o640)
    rewrites = [
        rewrite(root, "one.yml", b"one", b"1"),
        rewrite(root, "two.yml", b"two", None),
        rewrite(root, "new/three.yml", None, b"3"),
    ]
    assert list(rewriting.write(rewrites)) == [each.file for each in rewrites]

    assert names(root) == ["one.yml", "three.yml"]
    assert (root / "one.yml").read_bytes() == b"1"
    assert (root / "one.yml").stat().st_mode & 0o777 == 0o640
    assert (root / "new/three.yml").read_bytes() == b"3"


@pytest.mark.parametrize(
    ("name", "before"), [("two.yml", b"another"), ("two.yml", None), ("gone.yml", b"it was")]
)
def test_nothing_is_written_over_what_was_not_read(
    root: Path, name: str, before: bytes | None
) -> None:
    """A file that changed, came or went meanwhile stops all of it."""
    with pytest.raises(PlanRefused, match="is not as it was read"):
        list(
            rewriting.write(
                [rewrite(root, "one.yml", b"one", b"1"), rewrite(root, name, before, b"new")]
            )
        )

    assert names(root) == ["one.yml", "two.yml"]
    assert (root / "one.yml").read_bytes() == b"one"


def test_links(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One inside the directory leads to the file that is written; one that leads out does not."""
    outside = tmp_path_factory.mktemp("outside") / "theirs.yml"
    outside.write_bytes(b"theirs")
    (root / "out.yml").symlink_to(outside)
    (root / "in.yml").symlink_to(root / "one.yml")
    list(rewriting.write([rewrite(root, "in.yml", b"one", b"1")]))
    assert (root / "in.yml").is_symlink()
    assert (root / "one.yml").read_bytes() == b"1"

    with pytest.raises(PlanRefused, match="outside of"):
        list(rewriting.write([rewrite(root, "out.yml", b"theirs", b"ours")]))
    assert outside.read_bytes() == b"theirs"


def test_what_changes_in_the_moment_between(root: Path) -> None:
    """It stays as others wrote it, and what was written before it is not denied."""
    one, two = rewrite(root, "one.yml", b"one", b"1"), rewrite(root, "two.yml", b"two", b"2")
    steps = rewriting.write([one, two])
    assert next(steps) == one.file
    (root / "two.yml").write_bytes(b"theirs")

    with pytest.raises(PlanRefused, match=r"^what was not written yet is not: .*two.yml is not as"):
        next(steps)

    assert names(root) == ["one.yml", "two.yml"]
    assert ((root / "one.yml").read_bytes(), (root / "two.yml").read_bytes()) == (b"1", b"theirs")
