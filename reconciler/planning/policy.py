"""The consents of one run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reconciler.model import Address

MOST_DELETES: Final = 10
MOST_SHARE: Final = 0.3
FEWEST: Final = 10


@dataclass(frozen=True, slots=True)
class Policy:
    """What a run may do without being asked twice.

    ``max_deletes`` bounds deletes and replaces together, and what we manage in a project counts
    with it; None means MOST_DELETES, and at most
    MOST_SHARE of a kind of which we manage FEWEST or more. ``adopt``: there is a ledger, which
    remembers what is found as declared; ``only_adopt``: that is all that may be done. ``rewrite``:
    whose hidden values are to be written, whatever is known of them. ``spared``: what must not be
    touched by this run, nor go with a project. ``strict``: a value that nothing is known of is as
    bad as a wrong one; ``unmanaged_fails``: so is an object that no manifest declares.
    """

    allow_replace: bool = False
    max_deletes: int | None = None
    destroy: bool = False
    prune: bool = False
    adopt: bool = True
    only_adopt: bool = False
    rewrite: frozenset[Address] = frozenset()
    spared: Callable[[Address], bool] = lambda _: False
    strict: bool = False
    unmanaged_fails: bool = False
