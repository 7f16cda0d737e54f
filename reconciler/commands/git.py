"""Asking Git about the repository of the current directory."""

import os
import subprocess
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reconciler.errors import BadSettings

_TIMEOUT: Final = 60.0
_MOST_WORDS: Final = 300


_FETCH: Final = (
    "in a shallow clone, fetch it first, with what both have in common (git fetch --deepen)"
)


def git(
    option: str,
    *arguments: str,
    given: bytes | None = None,
    environ: Mapping[str, str] = MappingProxyType({}),
    hint: str = _FETCH,
) -> bytes:
    """Return what Git answers; raises BadSettings, which names ``option``, where it can't.

    ``given``: its standard input; ``environ``: variables beside ours; ``hint``: what may help.
    """
    try:
        done = subprocess.run(  # noqa: S603 — a list of arguments, and no shell
            ["git", *arguments],  # noqa: S607 — Git is where PATH says
            env={**os.environ, "LC_ALL": "C", **environ},
            input=given,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadSettings(f"{option}: git can't be run: {error}") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:_MOST_WORDS]
        words = said or "there is no such revision here, or nothing in common with it"
        raise BadSettings(f"{option}: {words}{f'; {hint}' if hint else ''}")
    return done.stdout


def top(option: str) -> str:
    """Return the directory that names are from."""
    return os.fsdecode(git(option, "rev-parse", "--show-toplevel")).removesuffix("\n")


def check_revision(option: str, revision: str) -> None:
    """Refuse what Git would take for an option of its own; raises BadSettings."""
    if revision.startswith("-"):
        raise BadSettings(f"{option}: is no revision")
