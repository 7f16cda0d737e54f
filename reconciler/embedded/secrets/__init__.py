"""Secrets of the organization (B 2)."""
