"""Manifests: from YAML files to typed, placed, checked desired objects."""

from reconciler.manifest.reader import Loaded, declared_in, holds_manifests, load
from reconciler.manifest.repository import Repository

__all__ = ["Loaded", "Repository", "declared_in", "holds_manifests", "load"]
