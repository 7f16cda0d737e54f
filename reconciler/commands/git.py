"""Asking Git about the repository of the current directory."""

import os
import subprocess
from typing import Final

from reconciler.errors import BadSettings

_TIMEOUT: Final = 60.0
_MOST_WORDS: Final = 300


def git(option: str, *arguments: str) -> bytes:
    """Return what Git answers; raises BadSettings, which names ``option``, where it can't."""
    try:
        done = subprocess.run(  # noqa: S603 — a list of arguments, and no shell
            ["git", *arguments],  # noqa: S607 — Git is where PATH says
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadSettings(f"{option}: git can't be run: {error}") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:_MOST_WORDS]
        words = said or "there is no such revision here, or nothing in common with it"
        way = (
            "in a shallow clone, fetch it first, with what both have in common (git fetch --deepen)"
        )
        raise BadSettings(f"{option}: {words}; {way}")
    return done.stdout


def top(option: str) -> str:
    """Return the directory that names are from."""
    return os.fsdecode(git(option, "rev-parse", "--show-toplevel")).removesuffix("\n")


def check_revision(option: str, revision: str) -> None:
    """Refuse what Git would take for an option of its own; raises BadSettings."""
    if revision.startswith("-"):
        raise BadSettings(f"{option}: is no revision")
