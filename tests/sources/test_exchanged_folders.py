"""Who exchanges a folder for a link while a file is read does not get at files outside."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler import regular_files
from reconciler.model import SourceContext, Unavailable
from reconciler.sources.file import FileSource

READS = 3000
OPENED: list[Callable[[str], int | None]] = [regular_files._at_once, regular_files._step_by_step]


@pytest.fixture
def around(tmp_path: Path) -> SourceContext:
    """A root with a folder, and beside it another with the same file and another content."""
    for name, text in (("root/folder", "inside"), ("outside", "canary")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "value").write_text(text)
    root = str(tmp_path / "root")
    return SourceContext({}, root, root, frozenset(), lambda _key, read: read())


@contextmanager
def exchanging(root: Path) -> Iterator[None]:
    """Exchange the folder for a link to the one outside, and back, over and over."""
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            (root / "folder").rename(root / "aside")
            (root / "folder").symlink_to("../outside")
            (root / "folder").unlink()
            (root / "aside").rename(root / "folder")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_no_moment_is_the_right_one(around: SourceContext) -> None:
    """What is read is what is inside, or nothing."""
    source, found = FileSource("folder/value"), set()
    with exchanging(Path(around.root)):
        for _ in range(READS):
            with contextlib.suppress(Unavailable):
                found.add(source.read(around))
    assert found == {b"inside"}


@pytest.mark.parametrize("opened", OPENED)
@pytest.mark.parametrize("links", ["root/folder", "root", "root/folder/value"])
def test_no_part_of_the_path_is_a_link(
    around: SourceContext, opened: Callable[[str], int | None], links: str
) -> None:
    """Whatever has become one since it was checked: a folder, the root itself, the file."""
    real = Path(around.root, "folder", "value")
    place = Path(around.root).parent / links
    place.rename(place.with_name("aside"))
    place.symlink_to("aside")
    assert real.read_text() == "inside"  # which any other way of opening does
    with pytest.raises(OSError, match=r"symbolic|Not a directory"):
        opened(str(real))


@pytest.mark.parametrize("opened", OPENED)
def test_what_is_there_is_opened(
    around: SourceContext, opened: Callable[[str], int | None]
) -> None:
    """By the kernel alone, or step by step where it can't."""
    number = opened(str(Path(around.root, "folder", "value")))
    assert number is not None
    assert os.read(number, 10) == b"inside"
    os.close(number)
