"""Roles, users and project members."""
