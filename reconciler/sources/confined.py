"""Files that a manifest names: inside its directory and regular, or not read at all."""

import os
import stat
from pathlib import Path
from typing import Final

from reconciler.model import Surroundings, Unavailable

MAX_BYTES: Final = 6 * 1024 * 1024
"""The most that Semaphore stores in one secret (B 2.3)."""

TOO_LARGE: Final = "is larger than 6 MiB"


def inside(path: str, around: Surroundings) -> str:
    """Return the real path; raises Unavailable where it leaves the root, also by a link."""
    root = os.path.realpath(around.root)
    try:
        real = os.path.realpath(Path(around.folder, path))
    except ValueError:
        raise Unavailable("does not exist") from None
    if os.path.commonpath((root, real)) != root:
        raise Unavailable(f"is outside the directory of the manifests, {around.root}")
    return real


def content(real: str, limit: int = MAX_BYTES) -> bytes:
    """Return what is in a file; raises Unavailable."""
    try:
        with open(real, "rb", opener=_open_at_once) as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise Unavailable("is not a regular file")
            found = opened.read(limit + 1)
    except FileNotFoundError:
        raise Unavailable("does not exist") from None
    except OSError as error:
        raise Unavailable(f"can't be read: {error.strerror}") from None
    if len(found) > limit:
        raise Unavailable(TOO_LARGE)
    return found


def _open_at_once(path: str, flags: int) -> int:
    """Open without following a last-moment link and without waiting for a pipe's writer."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
