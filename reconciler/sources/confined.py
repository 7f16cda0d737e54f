"""Files that a manifest names: inside its directory and regular, or not read at all.

It holds to the end: nobody has others read by exchanging a directory for a link in the meantime.
"""

import os
from pathlib import Path
from typing import Final

from reconciler import regular_files
from reconciler.model import SourceContext, Unavailable

MAX_BYTES: Final = 6 * 1024 * 1024
"""The most that Semaphore stores in one secret (B 2.3)."""

TOO_LARGE: Final = "is larger than 6 MiB"


def inside(path: str, around: SourceContext) -> str:
    """Return the real path; raises Unavailable where it leaves the root, also by a link."""
    try:
        root = os.path.realpath(around.root)
        real = os.path.realpath(Path(around.folder, path))
    except ValueError:
        raise Unavailable("does not exist") from None
    except OSError as error:  # a link was exchanged while it was read
        raise Unavailable(f"can't be read: {error.strerror}") from None
    if os.path.commonpath((root, real)) != root:
        raise Unavailable(f"is outside the directory of the manifests, {around.root}")
    return real


def content(real: str, limit: int = MAX_BYTES) -> bytes:
    """Return what is in a file; raises Unavailable."""
    try:
        found = regular_files.content_without_links(real, limit + 1)
    except regular_files.NotRegular:
        raise Unavailable("is not a regular file") from None
    except FileNotFoundError:
        raise Unavailable("does not exist") from None
    except OSError as error:
        raise Unavailable(f"can't be read: {error.strerror}") from None
    if len(found) > limit:
        raise Unavailable(TOO_LARGE)
    return found
