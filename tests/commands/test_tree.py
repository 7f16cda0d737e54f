"""A new tree of files: whole, or not there."""

import stat
from pathlib import Path

import pytest

from reconciler.commands.tree import write_tree

FILES = {"a/b/one.yml": "1\n", "a/two.yml": "2\r\n", "three.yml": "é\n"}


def _found(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_all_files_are_there_byte_for_byte(tmp_path: Path) -> None:
    """In folders that are made for them, and nothing beside."""
    write_tree(str(tmp_path / "new/out"), FILES)

    assert _found(tmp_path) == {f"new/out/{path}": text.encode() for path, text in FILES.items()}
    assert [path.name for path in tmp_path.joinpath("new").iterdir()] == ["out"]


def test_private_files_are_for_nobody_else(tmp_path: Path) -> None:
    """Nor are the folders they are in."""
    write_tree(str(tmp_path / "out"), FILES, private=True)

    paths = [tmp_path / "out", *tmp_path.joinpath("out").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}


def test_nothing_is_left_of_what_can_not_be_finished(tmp_path: Path) -> None:
    """Here a file is in the way of a folder."""
    with pytest.raises(OSError, match=r"three\.yml"):
        write_tree(str(tmp_path / "out"), {**FILES, "three.yml/below.yml": ""})

    assert list(tmp_path.iterdir()) == []


def test_what_came_into_being_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """Another export, say."""
    write_tree(str(tmp_path / "out"), {"theirs.yml": "x"})
    with pytest.raises(OSError, match="not empty"):
        write_tree(str(tmp_path / "out"), FILES)

    assert _found(tmp_path) == {"out/theirs.yml": b"x"}
