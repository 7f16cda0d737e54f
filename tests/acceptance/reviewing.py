"""Plans that are reviewed, and applied some time later."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, document

REVIEWED = pytest.mark.parametrize("saved", [True, False], ids=["saved", "expect"])


def reviewed(local: Program, place: Path, *, saved: bool) -> tuple[str, ...]:
    """Plan what is in m.yml, and return the arguments by which an apply does just that."""
    if saved:
        (place / "p.json").unlink(missing_ok=True)
        assert local("plan", "--out", "p.json", "m.yml").code == 0
        return ("apply", "--auto-approve", "p.json")
    name = document(local, "plan", "m.yml")["fingerprint"]
    return ("apply", "--auto-approve", "--expect", name, "m.yml")
