"""Roles that somebody can have in a project (C 1.5, F A3)."""

from typing import Final

BUILT_IN: Final = ("Admin", "Contributor", "Reader")
"""In every organization; there can be others, of which the API has no list."""
