"""Asking a person, where there is one."""

import asyncio
import sys

from reconciler.cli.streams import talk
from reconciler.cli.terminal import is_terminal
from reconciler.errors import PlanRefused


async def ask(question: str, answer: str) -> None:
    """Return if the person at the terminal types the answer; raises PlanRefused otherwise."""
    if not await is_wanted(question, answer):
        raise PlanRefused(f"nothing was changed: the answer was not {answer!r}")


def unasked(form: str) -> PlanRefused:
    """Return the refusal of what needs an answer, where what is printed is for programs."""
    return PlanRefused(f"nothing was changed: --format {form} does not ask; give --auto-approve")


async def is_wanted(question: str, answer: str) -> bool:
    """Ask the person at the terminal; raises PlanRefused where there is none."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise PlanRefused(
            "nothing was changed: there is no terminal to ask on; "
            "--auto-approve goes on without asking"
        )
    talk(question)
    given = await _line()
    if not given.endswith("\n"):
        talk("\n")
    return given.strip() == answer


async def _line() -> str:
    """Wait for a line without blocking: Ctrl-C and the connections stay alive."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    number = sys.stdin.fileno()
    loop.add_reader(number, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(number)
    return sys.stdin.readline()
