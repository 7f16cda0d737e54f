"""Deployment targets (C 1)."""
