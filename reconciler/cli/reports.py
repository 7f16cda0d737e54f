"""--report FORMAT=FILE: what a run has to tell, in files beside what it says."""

import functools
import os
import secrets
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from reconciler.cli import config_file
from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.options import Options
from reconciler.cli.streams import talk
from reconciler.commands.places import DEFAULT
from reconciler.errors import BadSettings
from reconciler.manifest import SUFFIXES
from reconciler.model.subject import Subject
from reconciler.render.formats import FORMATS, Look, Told, names

Flow = Callable[[Options, "Reports"], int]


@dataclass(frozen=True, slots=True)
class _File:
    """One file that is to hold a report."""

    option: str
    format: str
    place: Path

    def check(self, manifests: Collection[str]) -> None:
        """Raise BadSettings if it can't be written, or is to be read."""
        try:
            if not stat.S_ISREG(os.lstat(self.place).st_mode):
                raise BadSettings(f"{self.option}: is no regular file")
        except FileNotFoundError:
            pass
        except OSError as error:
            raise self._unwritable(error) from None
        if any(_is_among(self.place, path) for path in manifests):
            raise BadSettings(f"{self.option}: is where manifests are read")
        try:
            self._beside(b"").unlink()
        except OSError as error:
            raise self._unwritable(error) from None

    def write(self, content: bytes) -> None:
        """Write the whole file, or leave it as it is; raises BadSettings."""
        try:
            self._beside(content).replace(self.place)
        except OSError as error:
            raise self._unwritable(error) from None

    def _beside(self, content: bytes) -> Path:
        """Write a file beside it, for nobody else to read, and return where."""
        beside = self.place.with_name(f".{self.place.name[:200]}.{secrets.token_hex(4)}")
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(number)
        except OSError:
            beside.unlink()
            raise
        return beside

    def _unwritable(self, error: OSError) -> BadSettings:
        return BadSettings(f"{self.option}: can't be written: {error.strerror}")


class Reports:
    """The files that a run writes its reports to; what an earlier one left there does not stay."""

    def __init__(self, files: Collection[_File], look: Look) -> None:
        self._files = files
        self._look = look
        self._told = False
        self._failed = False

    @classmethod
    def of(cls, asked: Options, subject: Subject) -> Self:
        """Look whether all of them can be written; raises UsageError and BadSettings."""
        files = [_parsed(text, subject) for text in asked.report]
        if files:
            _check_apart(files, asked)
            manifests = asked.paths or config_file.read(asked.config).paths
            for file in files:
                file.check(manifests)
        return cls(files, Look(most_bytes=asked.max_bytes))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        sort: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if not self._told:  # nobody is to take an earlier report for one of this run
            for file in self._files:
                file.place.unlink(missing_ok=True)

    def write(self, told: Told) -> None:
        """Write all of them; one that can't be written is told, and does not stop the others."""
        for file in self._files:
            try:
                file.write(FORMATS[file.format].written(told, self._look).encode())
            except BadSettings as error:
                self._failed = True
                file.place.unlink(missing_ok=True)
                talk(f"error: {error}\n")
        self._told = True

    def code(self, code: int) -> int:
        """Return the exit code of a run that had another one without them."""
        return code or (ERROR if self._failed else DONE)


def reported(subject: Subject) -> Callable[[Flow], Callable[[Options], int]]:
    """Have what a command goes through write reports, of which all is known before it begins."""

    def decorate(flow: Flow) -> Callable[[Options], int]:
        @functools.wraps(flow)
        def run(asked: Options) -> int:
            with Reports.of(asked, subject) as reports:
                code = flow(asked, reports)
            return reports.code(code)

        return run

    return decorate


def _parsed(text: str, subject: Subject) -> _File:
    form, _, path = text.partition("=")
    known = names(subject)
    context = click.get_current_context(silent=True)
    if not path:
        raise click.UsageError(f"--report {text}: give FORMAT=FILE.", context)
    if form not in known:
        raise click.UsageError(
            f"--report {text}: there is no such format for this; known are {', '.join(known)}.",
            context,
        )
    return _File(f"--report {text}", form, Path(path))


def _check_apart(files: Collection[_File], asked: Options) -> None:
    """Raise UsageError for a report in the place of another, or of what a command has anyway."""
    given = (asked.out, asked.tokens_out, asked.patch, asked.ledger, asked.config)
    known = (*given, *map(config_file.nearest_file, (config_file.DEFAULT, DEFAULT)))
    taken = {os.path.realpath(name) for name in known if name}
    for file in files:
        place = os.path.realpath(file.place)
        if place in taken:
            context = click.get_current_context(silent=True)
            raise click.UsageError(f"{file.option}: is for something else already.", context)
        taken.add(place)


def _is_among(place: Path, manifests: str) -> bool:
    """Whether a file is one of manifests, or would be once it is there."""
    real, read = Path(os.path.realpath(place)), Path(os.path.realpath(manifests))
    return real == read or (real.suffix in SUFFIXES and real.is_relative_to(read))
