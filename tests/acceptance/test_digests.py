"""The digest that Semaphore shows in place of a target's value is no value."""

import hashlib
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied
from tests.acceptance.manifests import PROJECT, TARGET
from tests.reliability.world import world


def _digest(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (f"'{_digest('nightjar-3')} [md5]'", 0, "Nothing to do"),
        (f"'{_digest('another')} [md5]'", 4, "<secret from a digest in the manifest>"),
        (_digest("nightjar-3"), 4, "is the digest that Semaphore shows of its value"),
        (_digest("nightjar-3").upper(), 4, "is the digest that Semaphore shows of its value"),
    ],
)
def test_in_the_place_of_a_value(
    local: Program, place: Path, value: str, code: int, said: str
) -> None:
    (place / "m.yml").write_text(f"{PROJECT}---\n{TARGET}")
    applied(local, "m.yml")
    before = world(place / ".reconciler/embedded.db").bodies()
    (place / "m.yml").write_text(f"{PROJECT}---\n{TARGET.replace('nightjar-3', value)}")
    for command in ("plan", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = local(command, *auto, "m.yml")
        assert (ran.code, said in ran.out) == (code, True), ran
    assert world(place / ".reconciler/embedded.db").bodies() == before
