"""Dashboards of the organization (B 3)."""
