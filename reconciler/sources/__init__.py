"""Sources of secret values: the only code that reads one.

A source says where a value is (``value_from: {env: NAME}``); a reader, one module each, gets it.
"""

from reconciler.sources.resolve import resolve

__all__ = ["resolve"]
