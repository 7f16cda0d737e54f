"""Sources of secret values: the only code that reads one.

A manifest says where a value is (``value_from: {env: NAME}``). Each source is a module with one
class like ``Source``: it parses what the manifest says and gets the value. Other packages add
sources by entry points of the group ``reconciler.sources``.
"""

from reconciler.model import BadSource, Source, SourceContext, Unavailable

__all__ = ["BadSource", "Source", "SourceContext", "Unavailable"]
