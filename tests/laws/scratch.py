"""Folders that live as long as one example: in memory where the system has such a place."""

from pathlib import Path
from tempfile import TemporaryDirectory

_MEMORY = Path("/dev/shm")  # noqa: S108 - what is in there is in a folder of ours


def scratch() -> TemporaryDirectory[str]:
    """Return a new folder; to sync a ledger to a disk takes longer than all else in an example."""
    return TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
