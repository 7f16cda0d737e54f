"""Registration tokens: Semaphore shows one when an agent type is made, and never again."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Self

from reconciler.cli.streams import talk
from reconciler.errors import BadSettings
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Plan, Problem, Sealed, Severity

_MAKES = (Action.CREATE, Action.REPLACE)


def shown_once(decided: Plan) -> list[Address]:
    """Return what the plan makes that shows a token once."""
    return [
        change.address
        for change in decided.changes
        if change.action in _MAKES and KINDS[change.address.kind].api.once
    ]


def noted(decided: Plan, *, kept: bool) -> Plan:
    """Add what its reader should know about tokens that nobody keeps."""
    if kept:
        return decided
    once = set(shown_once(decided))
    notes = [
        Problem(
            change.place,
            f"{change.address}: its registration token is shown once, when it is made, and is not "
            "kept; keep it with apply --tokens-out FILE, or reset it later in the web interface",
            Severity.WARNING,
        )
        for change in decided.changes
        if change.address in once and change.place
    ]
    return replace(decided, notes=(*decided.notes, *notes))


def check_free(path: str | None, decided: Plan) -> None:
    """Refuse a file that is there before anybody is asked or anything is written."""
    if path is not None and shown_once(decided) and os.path.lexists(path):
        raise BadSettings(f"--tokens-out {path}: exists already, and is not overwritten")


class TokenFile:
    """The file for tokens, only for its owner; made before the first token, gone if none came."""

    def __init__(self, path: str | None, decided: Plan) -> None:
        self._path = path if shown_once(decided) else None
        self._file: int | None = None
        self._empty = True
        self.lost: list[Address] = []

    def __enter__(self) -> Self:
        if self._path is not None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            try:
                self._file = os.open(self._path, flags, 0o600)
            except OSError as error:
                raise BadSettings(
                    f"--tokens-out {self._path}: can't be created: {error.strerror}"
                ) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is None or self._path is None:
            return
        os.close(self._file)
        if self._empty:
            Path(self._path).unlink(missing_ok=True)
        for address in self.lost:
            talk(f"error: the token of {address} could not be written; reset it to get another\n")

    def keep(self, address: Address, token: Sealed) -> None:
        """Write one token; what goes wrong must not stop the run and is told at its end."""
        if self._file is None:
            return
        self._empty = False
        line = f"{address} {token.reveal()}\n".encode()
        try:
            written = os.write(self._file, line)
            os.fsync(self._file)
        except OSError:
            written = 0
        if written < len(line):
            self.lost.append(address)
