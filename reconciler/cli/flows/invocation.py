"""Where a command runs: what was asked, what is configured, and how to speak."""

import os
import sys
from dataclasses import dataclass, replace
from typing import Self

import click

from reconciler.cli import config_file, terminal
from reconciler.cli.config_file import ConfigFile
from reconciler.cli.options import Options
from reconciler.cli.streams import product, talk
from reconciler.commands.validate import load
from reconciler.manifest import Loaded
from reconciler.model import DesiredState
from reconciler.render.formats import FORMATS, Format, Look, Told
from reconciler.render.palette import Palette
from reconciler.render.problems import problems


@dataclass(frozen=True)
class Invocation:
    """One run of one command."""

    asked: Options
    file: ConfigFile
    palette: Palette
    talk_palette: Palette
    width: int

    @classmethod
    def of(cls, asked: Options) -> Self:
        """Read the settings; raises BadSettings."""
        file = config_file.read(asked.config)
        out, err = (
            terminal.palette(asked.color, file.color, os.environ, stream)
            for stream in (sys.stdout, sys.stderr)
        )
        return cls(asked, file, out, err, terminal.width(sys.stdout))

    @property
    def format(self) -> Format:
        """How standard output is written."""
        return FORMATS[self.asked.form]

    def tell(self, told: Told, *, more: bool = False) -> None:
        """Write to standard output; ``more``: after something else that was told."""
        said = self.format.written(told, Look(self.palette, self.width, self.asked.max_bytes))
        if self.format.spoken:
            said = terminal.fitted(f"\n{said}" if more and said else said, sys.stdout)
        product(said)

    @property
    def paths(self) -> tuple[str, ...]:
        found = self.asked.paths or self.file.paths
        if not found:
            raise click.UsageError(
                "Give a PATH, or write `paths` into reconciler.toml.", click.get_current_context()
            )
        return found

    def declared(self, *, planned: bool = True) -> DesiredState:
        """Read the manifests and tell their warnings; raises InvalidManifests.

        ``planned``: it is for a plan, which tells of itself what can't be read.
        """
        return self.loaded(planned=planned).state

    def loaded(self, *, planned: bool = True) -> Loaded:
        """Do the same, and return the texts that were read, too."""
        stdin = sys.stdin.buffer if "-" in self.paths else None
        found = load(self.paths, stdin, newer=True)
        later = found.state.unreadable if planned else ()
        told = [each for each in found.warnings if each not in later]
        talk(problems(told, palette=self.talk_palette))
        left_out = config_file.left_out(self.paths, self.file)
        state = replace(found.state, unread=(*found.state.unread, *left_out))
        return replace(found, state=state)

    def explain(self, text: str) -> None:
        """Say something to those who asked for more."""
        if self.asked.verbose:
            talk(f"{text}\n")
