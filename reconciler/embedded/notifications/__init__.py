"""Notifications of the organization (B 4)."""
