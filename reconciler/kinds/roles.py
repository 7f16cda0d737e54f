"""Roles that somebody can have in a project (C 1.5, F A3)."""

from typing import Final

BUILT_IN: Final = ("Admin", "Contributor", "Reader")
"""In every organization; there can be others, of which the API has no list."""

VIEW: Final = "organization.custom_roles.view"
"""The permission to read a role by its id."""
VIEW_MEMBERS: Final = "project.access.view"
"""The permission to read the members of a project, with their roles."""
