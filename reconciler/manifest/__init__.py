"""Manifests: from YAML files to typed, placed, checked desired objects."""

from reconciler.manifest.reader import Loaded, declared_in, holds_manifests, load
from reconciler.manifest.repository import Repository
from reconciler.manifest.strict_yaml import MAX_BYTES

__all__ = ["MAX_BYTES", "Loaded", "Repository", "declared_in", "holds_manifests", "load"]
