"""Secrets of one project (B 2.6)."""
