"""Manifests: from YAML files to typed, placed, checked desired objects."""

from reconciler.manifest.reader import Loaded, load

__all__ = ["Loaded", "load"]
