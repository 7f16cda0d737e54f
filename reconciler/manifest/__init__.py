"""Manifests: from YAML files to typed, placed, checked desired objects."""

from reconciler.manifest.reader import Loaded, load, still_there

__all__ = ["Loaded", "load", "still_there"]
