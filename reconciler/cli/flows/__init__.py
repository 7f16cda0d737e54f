"""What each command goes through, from settings to exit code; loaded when one is run.

Large libraries are loaded from here, and not first where they are used: at the end of a chain of
imports that is as long as the pieces in which CPython 3.11 takes memory for its stack, each call
takes a new piece and gives it back, which made them take up to five times as long.
"""

import importlib.metadata  # noqa: F401

import pydantic  # noqa: F401
