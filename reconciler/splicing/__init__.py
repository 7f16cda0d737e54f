"""Text of YAML changed at the characters that say what changes, and nowhere else."""

from reconciler.splicing.file import File

__all__ = ["File"]
