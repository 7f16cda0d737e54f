"""Which files differ from a revision in Git, and what is declared in them."""

import os
import subprocess
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from reconciler.commands.request import Request
from reconciler.errors import BadSettings
from reconciler.model import Address, DesiredState, Place, Problem, Severity

_TIMEOUT: Final = 60.0
_DIFF: Final = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "--merge-base", "-z")
_NEW: Final = ("ls-files", "--others", "--exclude-standard", "--full-name", "-z")
_MOST_WORDS: Final = 300


def changed_since(revision: str) -> frozenset[str]:
    """Return the names, from the top, of files that are not as where this branch left a revision.

    What is not committed counts, and files that Git does not know yet. Raises BadSettings where Git
    can't tell.
    """
    if revision.startswith("-"):
        raise BadSettings(f"--changed-since {revision}: is no revision")
    top = _git(revision, "rev-parse", "--show-toplevel").removesuffix("\n")
    found = _git(revision, "-C", top, *_DIFF, revision, "--"), _git(revision, "-C", top, *_NEW)
    return frozenset(name for names in found for name in names.split("\0") if name)


def declared_in(state: DesiredState, files: Collection[str]) -> tuple[Address, ...]:
    """Return what is declared in some files, by their names from the top, in order."""
    return tuple(sorted(a for a, desired in state.objects.items() if desired.file in files))


def narrowed(request: Request, chosen: Collection[Address]) -> Request:
    """Return what is asked of a run about these objects alone: nothing is pruned."""
    rest = ("*",) if request.state.objects and not chosen else ()  # no target would be all
    exclude = (*request.exclude, *rest)
    return replace(request, target=tuple(map(str, chosen)), exclude=exclude, prune=False)


def note(revision: str, files: Collection[str], chosen: int, declared: int) -> Problem:
    """Say what a plan of changed files is about, and what it is not."""
    text = (
        f"only what {len(files)} changed file{'' if len(files) == 1 else 's'} may declare is "
        f"planned, {chosen} of {declared} objects: nothing is pruned, what was taken out is not "
        "told, nor is a value that changed in a file of its own, nor drift of anything else"
    )
    return Problem(Place(f"--changed-since {revision}"), text, Severity.WARNING)


def _git(revision: str, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 — a list of arguments, and no shell
            ["git", *arguments],  # noqa: S607 — Git is where PATH says
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadSettings(f"--changed-since {revision}: git can't be run: {error}") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:_MOST_WORDS]
        raise BadSettings(
            f"--changed-since {revision}: {said}; in a shallow clone, fetch that revision first"
        )
    return done.stdout.decode(errors="surrogateescape")
