"""Artifacts: stored bytes, signed addresses for jobs and for people (D 16)."""
