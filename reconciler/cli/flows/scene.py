"""Where a command runs: what was asked, what is configured, and how to speak."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import click

from reconciler.cli import config_file, contexts, terminal
from reconciler.cli.config_file import ConfigFile
from reconciler.cli.progress import Progress
from reconciler.cli.settings import Chosen, choose, located
from reconciler.cli.streams import product, talk
from reconciler.cli.tracing import Spoken
from reconciler.cli.wishes import Wishes
from reconciler.commands import Organization, Request, Unmanaged, ledger, load
from reconciler.model import DesiredState, Plan
from reconciler.render import machine
from reconciler.render.palette import Palette
from reconciler.render.problems import problems

_ALLOW_REPLACE = False
_PRUNE = False
_STRICT = False
_PARALLELISM = 10


@dataclass(frozen=True, slots=True)
class Scene:
    """One run of one command."""

    asked: Wishes
    file: ConfigFile
    palette: Palette
    talk_palette: Palette
    width: int
    trace: Spoken

    @classmethod
    def of(cls, asked: Wishes) -> "Scene":
        """Read the settings; raises BadSettings."""
        file = config_file.read(asked.config)
        out, err = (
            terminal.palette(asked.color, file.color, os.environ, stream)
            for stream in (sys.stdout, sys.stderr)
        )
        return cls(asked, file, out, err, terminal.width(sys.stdout), Spoken(asked.verbose))

    @property
    def paths(self) -> tuple[str, ...]:
        found = self.asked.paths or self.file.paths
        if not found:
            raise click.UsageError(
                "Give a PATH, or write `paths` into reconciler.toml.", click.get_current_context()
            )
        return found

    @property
    def ledger(self) -> str:
        return self.asked.ledger or self.file.ledger or ledger.DEFAULT

    @property
    def unmanaged(self) -> Unmanaged:
        return Unmanaged(_first(self.asked.unmanaged, self.file.unmanaged, Unmanaged.LIST))

    @property
    def strict(self) -> bool:
        return _first(self.asked.strict, self.file.strict, _STRICT)

    def request(self, state: DesiredState, *, destroy: bool = False) -> Request:
        """Ask for what the command line and the settings say."""
        most = self.asked.max_deletes
        return Request(
            state=state,
            target=self.asked.target,
            exclude=self.asked.exclude,
            rewrite=self.asked.rewrite,
            allow_replace=_first(self.asked.allow_replace, self.file.allow_replace, _ALLOW_REPLACE),
            max_deletes=self.file.max_deletes if most is None else most,
            destroy=destroy,
            prune=not destroy and _first(self.asked.prune, self.file.prune, _PRUNE),
        )

    def declared(self, *, planned: bool = True) -> DesiredState:
        """Read the manifests and tell their warnings; raises InvalidManifests.

        ``planned``: it is for a plan, which tells of itself what can't be read.
        """
        stdin = sys.stdin.buffer if "-" in self.paths else None
        found = load(self.paths, stdin, newer=True)
        later = found.state.unreadable if planned else ()
        told = [each for each in found.warnings if each not in later]
        talk(problems(told, palette=self.talk_palette))
        left_out = config_file.left_out(self.paths, self.file)
        return replace(found.state, unread=(*found.state.unread, *left_out))

    def chosen(self) -> Chosen:
        """Choose the organization and, if asked, say why."""
        found = choose(self.asked, os.environ, self.file, lambda: contexts.read(os.environ))
        self.explain(f"organization {found.url} (from {found.url_origin})")
        self.explain(f"token: {found.token_origin}")
        return found

    def located(self) -> str:
        """Choose the organization for a command that does not ask it, and needs no token."""
        return located(self.asked, os.environ, self.file, lambda: contexts.read(os.environ))

    def organization(self, chosen: Chosen, *, read_only: bool) -> Organization:
        return Organization(
            url=chosen.url,
            token=chosen.token,
            url_origin=chosen.url_origin,
            token_origin=chosen.token_origin,
            parallelism=_first(self.asked.parallelism, self.file.parallelism, _PARALLELISM),
            timeout=self.asked.timeout or self.file.timeout,
            read_only=read_only,
            trace=self.trace,
        )

    def explain(self, text: str) -> None:
        """Say something to those who asked for more."""
        if self.asked.verbose:
            talk(f"{text}\n")

    def progress(self) -> Progress:
        """Show what is under way from now on."""
        self.trace.progress = Progress(quiet=self.asked.quiet)
        return self.trace.progress

    def show(
        self,
        decided: Plan,
        where: str,
        text: Callable[..., str],
        document: Callable[..., machine.Document],
        **named: str,
    ) -> None:
        """Write a plan in the format that was asked for; ``named`` may be its fingerprint."""
        if self.asked.form == "json":
            product(machine.dumps(document(decided, where, **named)))
        else:
            product(text(decided, where, palette=self.palette, width=self.width, **named))


_T = TypeVar("_T")


def _first(*choices: _T | None) -> _T:
    return next(choice for choice in choices if choice is not None)
