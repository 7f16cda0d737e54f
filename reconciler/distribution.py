"""What is installed: under which name, in which version, and how to get more of it."""

import os
from typing import Final

UNKNOWN: Final = "0.0"
"""The version of what was built of neither a repository nor a release: of any code."""
try:
    from reconciler._version import VERSION as _BUILT
except ImportError:  # nothing was built of this
    _BUILT = UNKNOWN

NAME: Final = "semaphore-reconciler"
"""The distribution's; "reconciler" alone, on an index, is a stranger's."""
_SHORT: Final = 9
"""Digits that tell a commit from all others of a repository; Git takes as many here."""


def install(extra: str) -> str:
    """Return the command that installs what an extra needs."""
    return f"pip install '{NAME}[{extra}]'"


def version(built: str = _BUILT, package: str = os.path.dirname(__file__)) -> str:
    """Return the version of the code that runs, another one for each commit.

    A build has it from Git's tags: ``0.2.0`` for a tagged commit, else ``0.2.1.dev5+gCOMMIT``. A
    checkout moves on under what was built of it, so there the commit is asked for at run time;
    that something in it is not committed yet is told only as of the build.
    """
    commit = _commit(os.path.dirname(package))
    if not commit or f"+g{commit[:7]}" in built:
        return built
    return f"{built.partition('+')[0]}+g{commit[:_SHORT]}"


def _commit(root: str) -> str:
    """Return the commit a checkout is at, "" where there is none; no program is started for it."""
    try:
        git = f"{root}/.git"
        if os.path.isfile(git):  # it says where the repository is
            git = os.path.join(root, _text(git).removeprefix("gitdir: "))
        head = _text(f"{git}/HEAD")
        ref = head.removeprefix("ref: ")
        return _digits(head if ref == head else _at(git, ref))
    except OSError:
        return ""


def _at(git: str, ref: str) -> str:
    if os.path.exists(f"{git}/commondir"):  # of a second worktree
        git = os.path.join(git, _text(f"{git}/commondir"))
    try:
        return _text(f"{git}/{ref}")
    except FileNotFoundError:
        packed = _text(f"{git}/packed-refs").splitlines()
        return next((line.split(" ")[0] for line in packed if line.endswith(f" {ref}")), "")


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().strip()


def _digits(text: str) -> str:
    return text if len(text) in (40, 64) and not text.strip("0123456789abcdef") else ""
