"""Promotions: from a pipeline to the next, by hand or by itself (D 13)."""
