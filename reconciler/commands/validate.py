"""Manifests from files, and the values of their secrets."""

import os
from collections.abc import Callable, Sequence
from typing import BinaryIO

from reconciler import manifest, sources
from reconciler.model import Address, DesiredState


def load(paths: Sequence[str], stdin: BinaryIO | None = None) -> manifest.Loaded:
    """Read manifests; raises InvalidManifests with every problem of every file."""
    return manifest.load(paths, stdin=stdin)


def resolve(state: DesiredState, only: Callable[[Address], bool] | None = None) -> DesiredState:
    """Read the sources of secret values; raises InvalidManifests with every problem."""
    return sources.resolve(state, os.environ, only)
