"""Manifests from files, and the values of their secrets."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import BinaryIO

from reconciler import manifest, sources
from reconciler.model import Address, DesiredState, Sealed
from reconciler.sources import Resolved


def load(
    paths: Sequence[str], stdin: BinaryIO | None = None, *, newer: bool = False
) -> manifest.Loaded:
    """Read manifests; raises InvalidManifests with every problem of every file.

    ``newer``: keys that nobody here knows may be known to the server, and are left to the plan.
    """
    found = manifest.load(paths, stdin=stdin, newer=newer)
    return replace(found, warnings=(*found.warnings, *sources.doubts(found.state)))


def resolve(
    state: DesiredState,
    only: Callable[[Address, str], bool] | None,
    token: Sealed,
) -> Resolved:
    """Read the sources of secret values; raises InvalidManifests with every problem.

    ``token``: what this run logs in with, and never a value.
    """
    return sources.resolve(state, os.environ, only, token)
