"""Manifests: from YAML files to typed, placed, checked desired objects."""

from reconciler.manifest.files import SUFFIXES
from reconciler.manifest.reader import Loaded, all_declared_in, declared_in, holds_manifests, load
from reconciler.manifest.repository import Repository
from reconciler.manifest.strict_yaml import MAX_BYTES
from reconciler.manifest.text import Text

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Loaded",
    "Repository",
    "Text",
    "all_declared_in",
    "declared_in",
    "holds_manifests",
    "load",
]
