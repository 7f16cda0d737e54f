"""A compaction that is killed: all events are in the ledger or in the archive."""

import itertools
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from reconciler.ledger import Event, opened
from reconciler.model import Memory
from tests.ledger.conftest import ORGANIZATION, fill

DISK = {"open", "fsync", "rename", "execute"}


def kill_at(number: int, path: Path, archive: Path) -> int:
    """Compact in a process that is killed before so many calls that may touch the disk."""
    if pid := os.fork():
        return os.waitpid(pid, 0)[1]
    calls = itertools.count()

    def count(_: FrameType, event: str, what: Any) -> None:
        named = getattr(what, "__name__", "")
        if event == "c_call" and named in DISK and next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        with opened(path, ORGANIZATION, create=True) as book:
            sys.setprofile(count)
            if not archive.exists():
                book.archive(archive, "9999")
            book.cut(archive, "ada")
    finally:
        sys.setprofile(None)
        os._exit(0)


def test_killed_anywhere_it_loses_nothing(tmp_path: Path) -> None:
    """All events are in the ledger or in the archive, and the same command once more ends it."""
    with opened(tmp_path / "made.db", ORGANIZATION, create=True) as book:
        fill(book)
        whole, memory, content = list(book.all_events()), book.memory(), book.content()
    left = set()
    for number in itertools.count():
        place = tmp_path / str(number)
        place.mkdir()
        path, archive = place / "ledger.db", place / "archive.gz"
        path.write_bytes(content)
        path.chmod(0o600)
        killed = kill_at(number, path, archive)
        left.add(what_is_left(path, archive, whole, memory))
        if not killed:
            break
        assert killed == signal.SIGKILL
        assert kill_at(-1, path, archive) == 0
        assert what_is_left(path, archive, whole, memory) == (True, True)
    assert left == {(False, False), (True, False), (True, True)}
    assert number > 40


def what_is_left(
    path: Path, archive: Path, whole: list[Event], memory: Memory
) -> tuple[bool, bool]:
    """Return whether there is an archive, and whether the ledger goes on from it."""
    with opened(path, ORGANIZATION, create=False) as book:
        assert (book.memory(), book.verify()) == (memory, [])
        cut = book.archived is not None
        book.include([archive] if archive.exists() else [])
        assert list(book.all_events())[: len(whole)] == whole
        assert book.verify() == book.doubts() == []
    return archive.exists(), cut
