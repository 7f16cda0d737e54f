"""Every kind takes part in every law."""

from reconciler.kinds import KINDS
from tests.laws.organization import COLLECTIONS
from tests.laws.strategies import WRITINGS


def test_every_kind_is_written() -> None:
    """A kind without manifests, requests and a way to read it would be tried by no law."""
    assert set(WRITINGS) == set(KINDS)
    assert set(COLLECTIONS) == set(KINDS)
