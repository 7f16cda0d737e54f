"""Manifests from files, with all that speaks against them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from reconciler import manifest
from reconciler.sources.doubts import doubts


def load(
    paths: Sequence[str], stdin: BinaryIO | None = None, *, newer: bool = False
) -> manifest.Loaded:
    """Read manifests; raises InvalidManifests with every problem of every file.

    ``newer``: keys that nobody here knows may be known to the server, and are left to the plan.
    """
    found = manifest.load(paths, stdin=stdin, newer=newer)
    return replace(found, warnings=(*found.warnings, *doubts(found.state)))
