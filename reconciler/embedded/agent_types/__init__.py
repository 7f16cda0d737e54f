"""Types of self-hosted agents (C 2)."""
