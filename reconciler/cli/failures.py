"""Errors become words on standard error and an exit code, here and nowhere else."""

import os
import traceback
from collections.abc import Iterator

from reconciler.cli.exit_codes import ERROR, REFUSED
from reconciler.cli.streams import Unwritable, talk
from reconciler.errors import ApiError, InvalidManifests, PlanRefused, ReconcilerError, bug
from reconciler.render.problems import problems
from reconciler.render.values import printable


def tell(error: BaseException) -> int:
    """Say what went wrong and return the exit code for it."""
    causes = list(dict.fromkeys(_causes(error)))
    said: set[str] = set()
    for cause in causes:
        words = _words(cause)
        if words not in said:
            said.add(words)
            talk(words)
        for note in getattr(cause, "__notes__", ()):
            talk(f"{_lines(note)}\n")
        if _is_unexpected(cause) and os.environ.get("RECONCILER_DEBUG") == "1":
            talk(_trace(cause))
    return REFUSED if all(isinstance(cause, PlanRefused) for cause in causes) else ERROR


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors of a task group one by one."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _causes(inner)
    else:
        yield error


def _words(error: BaseException) -> str:
    if isinstance(error, InvalidManifests):
        return problems(error.problems)
    if isinstance(error, ReconcilerError):
        about = f"{error.address}: " if isinstance(error, ApiError) and error.address else ""
        return f"error: {_lines(about + str(error))}\n"
    if isinstance(error, Unwritable):
        return f"error: can't write to standard output: {error}\n"
    if isinstance(error, OSError) and error.filename is not None:
        return f"error: {printable(str(error.filename))}: {error.strerror}\n"
    return (
        f"error: {bug(error)}\n"
        "Please report it with that line and the command you ran. "
        "RECONCILER_DEBUG=1 shows where it happened.\n"
    )


def _lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.splitlines())


def _is_unexpected(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.filename is not None:
        return False
    return not isinstance(error, ReconcilerError | Unwritable)


def _trace(error: BaseException) -> str:
    """Return where it happened, without any message and without values."""
    said = ["Where it happened, last call last:\n"]
    current: BaseException | None = error
    while current is not None:
        said += [*traceback.format_tb(current.__traceback__), f"{type(current).__name__}\n"]
        current = current.__cause__ or current.__context__
    return "".join(said)
