"""Which files differ from a revision in Git, and what is declared in them."""

import os
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from reconciler.commands.git import check_revision, git, top
from reconciler.commands.request import Request
from reconciler.model import Address, DesiredState, Place, Problem, Severity

_DIFF: Final = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "--merge-base", "-z")
_KNOWN: Final = ("ls-files", "--full-name", "-z")


def changed_since(revision: str, declaring: Collection[str]) -> frozenset[str]:
    """Return the names, from the top, of files that are not as where this branch left a revision.

    What is not committed counts, and so do those of the ``declaring`` ones that Git does not know,
    ignored or not. Raises BadSettings where Git can't tell.
    """
    option = f"--changed-since {revision}"
    check_revision(option, revision)
    here = top(option)
    changed = _names(git(option, "-C", here, *_DIFF, revision, "--"))
    return changed | (frozenset(declaring) - _names(git(option, "-C", here, *_KNOWN)))


def _names(listed: bytes) -> frozenset[str]:
    return frozenset(os.fsdecode(name) for name in listed.split(b"\0") if name)


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
