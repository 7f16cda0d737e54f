"""What a reader of secret values is given, and how it says that there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_BYTES: Final = 6 * 1024 * 1024
"""The most that Semaphore stores in one secret (B 2.3)."""


class Unavailable(Exception):
    """The value can't be had; the message says why and never holds a value."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a source is looked up.

    ``folder``: the directory of the manifest that names it. ``root``: what files must not leave.
    """

    environ: Mapping[str, str]
    folder: str
    root: str


Reader = Callable[[Any, Surroundings], str]
"""Takes a source of its type and returns the text of the value; raises Unavailable."""
