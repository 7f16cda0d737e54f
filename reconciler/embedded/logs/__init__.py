"""Logs of jobs: events, their stream for self-hosted jobs, and plain text (D 15)."""
