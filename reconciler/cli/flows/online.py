"""Where a command runs that works on an organization: which one, and what is asked of it."""

import os
from dataclasses import dataclass, field
from typing import TypeVar

from reconciler.cli import config_file, contexts
from reconciler.cli.flows.invocation import Invocation
from reconciler.cli.progress import Progress
from reconciler.cli.settings import Chosen, choose, located
from reconciler.cli.streams import talk
from reconciler.cli.tracing import PrintedTrace
from reconciler.commands import Organization, Request, Unmanaged, saving
from reconciler.commands.places import DEFAULT
from reconciler.commands.survey import Wanted
from reconciler.manifest import Loaded
from reconciler.model import DesiredState
from reconciler.render.problems import problems

_ALLOW_REPLACE = False
_PRUNE = False
_STRICT = False
_PARALLELISM = 10


@dataclass(frozen=True)
class OnlineInvocation(Invocation):
    """One run of one command that works on an organization."""

    trace: PrintedTrace = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trace", PrintedTrace(self.asked.verbose))

    @property
    def ledger(self) -> str:
        return self.asked.ledger or self.file.ledger or config_file.nearest_file(DEFAULT)

    @property
    def unmanaged(self) -> Unmanaged:
        return Unmanaged(_first(self.asked.unmanaged, self.file.unmanaged, Unmanaged.LIST))

    @property
    def strict(self) -> bool:
        return _first(self.asked.strict, self.file.strict, _STRICT)

    def loaded(self, *, planned: bool = True) -> Loaded:
        if not (self.file.origin or self.asked.ledger):
            told = [*config_file.not_used(self.paths)]
            talk(problems(told, palette=self.talk_palette))
        return super().loaded(planned=planned)

    @property
    def wanted(self) -> Wanted:
        """What the globs of the command line name; raises BadSettings for a saved plan."""
        saving.refuse_plans(self.asked.globs)
        return Wanted(self.asked.globs, self.asked.exclude)

    @property
    def applying(self) -> tuple[str, ...]:
        """The words of a command that plans the same and does it."""
        asked = self.asked
        once = {
            "--org": asked.org,
            "--context": asked.context,
            "--config": asked.config,
            "--ledger": asked.ledger,
            "--max-deletes": asked.max_deletes,
        }
        often = {"--target": asked.target, "--exclude": asked.exclude, "--rewrite": asked.rewrite}
        flags = {"prune": asked.prune, "allow-replace": asked.allow_replace}
        return (
            "reconciler",
            "apply",
            *(w for name, value in once.items() if value is not None for w in (name, str(value))),
            *(w for name, values in often.items() for value in values for w in (name, value)),
            *(f"--{'' if on else 'no-'}{name}" for name, on in flags.items() if on is not None),
            *(("--", *asked.paths) if any(p.startswith("-") for p in asked.paths) else asked.paths),
        )

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

    def progress(self) -> Progress:
        """Show what is under way from now on."""
        self.trace.progress = Progress(quiet=self.asked.quiet, each=bool(self.asked.verbose))
        return self.trace.progress


_T = TypeVar("_T")


def _first(*choices: _T | None) -> _T:
    return next(choice for choice in choices if choice is not None)
