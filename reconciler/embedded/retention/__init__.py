"""Retention policies of artifacts, one per project (C 4)."""
