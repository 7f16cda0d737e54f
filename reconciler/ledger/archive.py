"""Events in a file of their own: lines of JSON as `ledger export` prints them, packed by gzip."""

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reconciler.errors import LedgerUnusable
from reconciler.ledger.event import Event

_LONGEST: Final = 256 * 1024 * 1024
"""Bytes of a line: what is remembered of some hundred thousand objects."""


def write(path: Path, events: Iterable[Event]) -> None:
    """Make a new file, readable by its owner alone; once this returns, it outlasts a loss of power.

    Raises LedgerUnusable. Killed in between, it leaves ``path.part``, which the next one replaces.
    """
    draft = path.with_name(f"{path.name}.part")
    try:
        raw = os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        with raw:
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                for event in events:
                    packed.write(f"{exported(event)}\n".encode())
            raw.flush()
            os.fsync(raw.fileno())
        draft.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise LedgerUnusable(f"--archive {path}: {error.strerror}") from None


def read(path: Path) -> Iterator[Event]:
    """Yield what is in a file, as it stands there; raises LedgerUnusable."""
    number = 0
    try:
        if not path.is_file():  # to open a pipe is to wait
            raise LedgerUnusable(f"--archive {path}: there is no such file")
        with gzip.open(path) as file:
            while text := file.readline(_LONGEST):
                number += 1
                yield Event.imported(json.loads(text))
        if not number:
            raise LedgerUnusable(f"--archive {path}: there is no record in it")
    except OSError as error:
        raise LedgerUnusable(f"--archive {path}: {error.strerror or error}") from None
    except (EOFError, zlib.error, ValueError, KeyError, TypeError, RecursionError):
        raise LedgerUnusable(
            f"--archive {path}: its line {number} is no record of a ledger; it is damaged, or no "
            "archive"
        ) from None


def exported(event: Event) -> str:
    """Return an event as a line of JSON, from which its hash can be computed."""
    return json.dumps(event.exported(), sort_keys=True)


def _sync(folder: Path) -> None:
    """Let the name of a file outlast a loss of power, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
