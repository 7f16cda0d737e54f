"""Self-hosted agents, which can be read but not written here (C 3)."""
