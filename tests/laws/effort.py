"""How many examples a law gets: what is asked of every kind most, special cases fewer."""

from hypothesis import settings

fewer = settings(max_examples=max(10, settings().max_examples * 3 // 10))
"""For a law that the main ones already try in part."""
