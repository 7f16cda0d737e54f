"""The ledger seen last, remembered on this machine and outside of the ledger's directory.

It tells of an empty, cut or older file, which is intact in itself, that it is not all there was.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reconciler.ledger.records import address_body, address_of
from reconciler.model import Address

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: the number and the hash of the last event, and what was protected.

    ``protected``: addresses, each with its id, "" where none was noted. ``mark`` names the file as
    it was when all of it had been verified, "" where nothing does. ``damaged``: the file that
    should tell all this, and can't be read.
    """

    seq: int
    hash: str
    signed: bool
    protected: tuple[tuple[Address, str], ...] = ()
    mark: str = ""
    damaged: str = ""


class Witness:
    """Remembers one ledger of one organization, by each ``path``; nothing without one."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths

    @classmethod
    def of(cls, organization: str, environ: Mapping[str, str], *locations: str) -> "Witness":
        """Return the witness of the ledger at a place, by all names that it has."""
        folder = _state(environ)
        if folder is None:
            return cls()
        names = [
            hashlib.sha256(f"{organization}\0{location}".encode(errors="surrogateescape"))
            for location in dict.fromkeys(locations)
        ]
        ledgers = folder / "reconciler" / "ledgers"
        return cls(*(ledgers / f"{name.hexdigest()[:32]}.json" for name in names))

    def seen(self) -> tuple[Seen, ...]:
        """Return what was seen last by each name, the longest ledger first."""
        found = dict.fromkeys(seen for path in self._paths if (seen := _read(path)))
        return tuple(sorted(found, key=lambda seen: -seen.seq))

    def remember(self, seen: Seen) -> None:
        """Remember this instead; where nothing can be written, nothing is."""
        body = {
            "format_version": FORMAT,
            "seq": seen.seq,
            "hash": seen.hash,
            "signed": seen.signed,
            "protected": [address_body(at) | {"id": id_} for at, id_ in sorted(seen.protected)],
            "mark": seen.mark,
        }
        for path in self._paths:
            if seen != _read(path):
                with suppress(OSError):
                    path.parent.mkdir(0o700, parents=True, exist_ok=True)
                    _replace(path, json.dumps(body, sort_keys=True) + "\n")

    def forget(self) -> None:
        for path in self._paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def protected(by: Iterable[Seen]) -> dict[Address, str]:
    """Return what was protected by any of them: ids, by address."""
    return {address: id_ for seen in by for address, id_ in seen.protected}


def _read(path: Path) -> Seen | None:
    try:
        body: dict[str, Any] = json.loads(path.read_bytes())
        if body.get("format_version") != FORMAT:
            return _damaged(path)
        return Seen(
            int(body["seq"]),
            str(body["hash"]),
            bool(body["signed"]),
            tuple((address_of(each), str(each.get("id", ""))) for each in body["protected"]),
            str(body["mark"]),
        )
    except (FileNotFoundError, NotADirectoryError):
        return _damaged(path) if path.is_symlink() else None
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return _damaged(path)


def _damaged(path: Path) -> Seen:
    """Return that something was seen, and nobody knows what."""
    return Seen(0, "", signed=False, damaged=str(path))


def mark_of(path: Path) -> str:
    """Name a file as it is now: another name once anybody wrote to it, "" if it has a log beside.

    Of SQLite's header it has what counts the changes (a clock may be too coarse to show one).
    """
    try:
        if any(path.with_name(path.name + end).exists() for end in ("-journal", "-wal")):
            return ""
        with path.open("rb") as file:
            changes = file.read(28)[24:].hex()
            found = os.fstat(file.fileno())
    except OSError:
        return ""
    times = found.st_mtime_ns, found.st_ctime_ns
    return "-".join(map(str, (found.st_dev, found.st_ino, found.st_size, *times, changes)))


def _state(environ: Mapping[str, str]) -> Path | None:
    """Return the directory of what programs remember (XDG), None for a user who has no home."""
    named = environ.get("XDG_STATE_HOME", "")
    if Path(named).is_absolute():
        return Path(named)
    home = environ.get("HOME", "")
    return Path(home) / ".local" / "state" if Path(home).is_absolute() else None


def _replace(path: Path, text: str) -> None:
    """Write a file, mode 0600, all of it or nothing."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    try:
        Path(file.name).replace(path)
    except OSError:
        Path(file.name).unlink()
        raise
