"""What killed runs left: taken away where it is ours, and nobody's any more."""

import os
from pathlib import Path

import pytest

from reconciler.commands import unfinished
from reconciler.regular_files import UNFINISHED

OURS = f"{UNFINISHED}0123456789abcdef"


@pytest.mark.parametrize("folder", [False, True])
def test_what_is_held_stays_until_its_holder_is_gone(tmp_path: Path, *, folder: bool) -> None:
    """Another run may be at it just now."""
    place = tmp_path / OURS
    place.mkdir() if folder else place.write_text("half")
    number = os.open(place, os.O_RDONLY)
    unfinished.hold(number)
    unfinished.sweep(tmp_path)
    assert place.exists()
    os.close(number)
    unfinished.sweep(tmp_path)
    assert not place.exists()


@pytest.mark.parametrize("name", [f"{OURS}.yml", UNFINISHED, f"{UNFINISHED}notes", f"x{OURS}"])
def test_what_is_not_called_so_is_somebody_elses(tmp_path: Path, name: str) -> None:
    """Names of ours are exact, and links lead to what is not ours."""
    (tmp_path / name).write_text("theirs")
    (tmp_path / OURS).symlink_to(tmp_path / name)
    unfinished.sweep(tmp_path)
    assert (tmp_path / name).read_text() == "theirs"
    assert (tmp_path / OURS).is_symlink()


def test_a_folder_that_got_its_name_stays(tmp_path: Path) -> None:
    """Else it goes, whatever happened."""
    with unfinished.held_folder(tmp_path / OURS, 0o777) as made:
        made.replace(tmp_path / "done")
    with pytest.raises(KeyError), unfinished.held_folder(tmp_path / OURS, 0o777):
        raise KeyError
    assert [each.name for each in tmp_path.iterdir()] == ["done"]
