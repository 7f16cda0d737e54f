"""Where a verb works: the open organization, what was asked, and how to speak."""

import asyncio
import os
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from reconciler.cli import contexts
from reconciler.cli.exit_codes import INTERRUPTED
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.settings import TOKEN, Chosen, choose
from reconciler.cli.streams import check_read, talk
from reconciler.commands import connect
from reconciler.errors import ApiError, NotFound
from reconciler.model import Sealed
from reconciler.remote import Semaphore
from reconciler.render.formats import Answer
from reconciler.render.machine import Document
from reconciler.render.palette import Palette

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VerbSession:
    """One verb at work."""

    invocation: OnlineInvocation
    semaphore: Semaphore
    interrupts: Interrupts

    @property
    def palette(self) -> Palette:
        return self.invocation.palette

    @property
    def quiet(self) -> bool:
        return self.invocation.asked.quiet

    @property
    def is_spoken(self) -> bool:
        """Whether the product is for people."""
        return self.invocation.format.spoken

    def show(self, document: Document, text: str) -> None:
        """Write the product in the format that was asked for."""
        self.invocation.tell(Answer(lambda _: text, lambda: document))

    def note(self, text: str) -> None:
        """Say something beside the product."""
        if not self.quiet:
            talk(f"{text}\n")

    def command(self, *words: str) -> str:
        """Return a command line of ours for the same organization."""
        asked = self.invocation.asked
        chosen = {"--org": asked.org, "--context": asked.context, "--config": asked.config}
        options = [part for name, value in chosen.items() if value for part in (name, value)]
        return shlex.join(["reconciler", *options, *words])

    @contextmanager
    def writing(self, look: str) -> Iterator[None]:
        """Let a write finish; where nobody knows whether it happened, say how to find out.

        Raises Unwritable where nobody could read what came of it.
        """
        check_read()
        words = f"it may have been done all the same; {look}"
        try:
            with self.interrupts.writing():
                yield
        except ApiError as error:
            if error.outcome_unknown:
                error.advice = f"{error.advice}; {words}" if error.advice else words
            raise
        except asyncio.CancelledError:
            talk(f"Cut off: {words}\n")
            raise

    @contextmanager
    def looking(self, about: str) -> Iterator[None]:
        """Name what was looked for where an answer that says "not found" does not."""
        try:
            yield
        except NotFound as error:
            error.advice = error.advice or f"{about} is not there, or not to be seen"
            raise

    async def some(self, found: AsyncIterator[T], limit: int) -> tuple[tuple[T, ...], bool]:
        """Return the first ones of a listing, all for 0, and whether there are more."""
        items: list[T] = []
        async for item in found:
            if limit and len(items) == limit:
                self.note(f"There are more than these {limit}; --limit 0 shows all.")
                return tuple(items), True
            items.append(item)
        return tuple(items), False


Work = Callable[[VerbSession], Awaitable[int]]


def act(asked: Options, work: Work, *, writes: bool = False, token: Sealed | None = None) -> int:
    """Do a verb's work on the organization and return its exit code.

    Without ``writes`` nothing but reading gets through. ``token`` replaces the one of the
    settings.
    """
    invocation = OnlineInvocation.of(asked)
    chosen = invocation.chosen() if token is None else _with_token(invocation, token)
    organization = invocation.organization(chosen, read_only=not writes)

    async def connected(interrupts: Interrupts) -> int:
        async with connect(organization) as session:
            code = await work(VerbSession(invocation, Semaphore(session.http), interrupts))
            invocation.explain(f"{session.requests} requests")
        return INTERRUPTED if interrupts.happened else code

    return run(connected)


def _with_token(invocation: OnlineInvocation, token: Sealed) -> Chosen:
    """Choose the organization where no token of its own is needed."""
    environ = {**os.environ, TOKEN: "replaced"}
    found = choose(invocation.asked, environ, invocation.file, lambda: contexts.read(os.environ))
    return replace(found, token=token)
