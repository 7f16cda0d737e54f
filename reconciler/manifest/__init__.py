"""Manifests: from YAML files to typed, placed, checked desired objects."""

from reconciler.manifest.reader import Loaded, holds_manifests, load
from reconciler.manifest.repository import Repository

__all__ = ["Loaded", "Repository", "holds_manifests", "load"]
