"""Where a ledger is kept, as settings say it: the path of a file, or one of these."""

from typing import Final

NONE: Final = "none"
ARTIFACT: Final = "artifact:"
"""Followed by a name: among the artifacts of a project."""
DEFAULT: Final = ".reconciler/ledger.db"
