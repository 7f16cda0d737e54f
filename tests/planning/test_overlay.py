"""What `reconciler.ignore` leaves to others inside lists of named items."""

from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.planning.overlay import overlay

_LIVE = {"C": "c", "A": "a", "B": "b"}


def _schedule(values: dict[str, str]) -> dict[str, Any]:
    parameters = [{"name": n, "required": True, "default_value": v} for n, v in values.items()]
    return {
        "metadata": {"name": "n"},
        "spec": {
            "recurring": False,
            "reference": {"type": "BRANCH", "name": "main"},
            "pipeline_file": "a.yml",
            "parameters": parameters,
        },
    }


@pytest.mark.parametrize(
    ("declared", "ignored", "left"),
    [
        ({"A": "x"}, "B", {"A": "x", "B": "b"}),
        ({"A": "x", "B": "x"}, "B", {"A": "x", "B": "b"}),
        ({"A": "x", "B": "x"}, "B.default_value", {"A": "x", "B": "b"}),
        ({"A": "x"}, "B.default_value", {"A": "x"}),
        ({"C": "c", "D": "d"}, "D", {"C": "c"}),
        ({"A": "a", "B": "b"}, "C", {"C": "c", "A": "a", "B": "b"}),
    ],
)
def test_an_ignored_item(declared: dict[str, str], ignored: str, left: dict[str, str]) -> None:
    """It stays as it is, and where it is, declared or not; one that is not there is not made."""
    kind = KINDS["Schedule"]
    base = settle(kind.observed(_schedule(_LIVE)))
    paths = (f"spec.parameters.{ignored}",)
    laid: Any = overlay(base, kind.declared(_schedule(declared)), paths).spec
    assert list(left.items()) == [(p.name, p.default_value) for p in laid.spec.parameters]
