"""Roles that somebody can have in a project (C 1.5, F A3)."""

from typing import Final

BUILT_IN: Final = ("Admin", "Contributor", "Reader")
"""In every organization; there can be others, of which the API has no list."""

OF_COMMUNITY: Final = frozenset(
    {
        "ca5b2b01-79f7-4838-8b7b-2ebb5b7e7b5b",
        "54d0e034-a77f-466b-8e49-819e94e8a2e1",
        "1cee59c8-055d-4dc7-807f-a008937a4b27",
    }
)
"""Ids that the roles of the Community Edition have everywhere (F G2)."""
VIEW: Final = "organization.custom_roles.view"
"""The permission to read a role by its id."""
VIEW_MEMBERS: Final = "project.access.view"
"""The permission to read the members of a project, with their roles."""
