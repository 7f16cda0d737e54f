"""The digest that Semaphore shows in place of a target's value is no value."""

import hashlib
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program
from tests.reliability.world import world

ORG = "embedded:"
TARGET = """apiVersion: v1alpha
kind: Project
metadata: {name: api}
spec: {repository: {url: "git@github.com:acme/api.git", integration_type: github_app}}
---
apiVersion: v1alpha
kind: DeploymentTarget
metadata: {name: prod, project_id_or_name: api}
spec: {env_vars: [{name: A, value: VALUE}]}
"""


def _digest(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (f"'{_digest('nightjar')} [md5]'", 0, "Nothing to do"),
        (f"'{_digest('another')} [md5]'", 4, "<secret from a digest in the manifest>"),
        (_digest("nightjar"), 4, "is the digest that Semaphore shows of its value"),
        (_digest("nightjar").upper(), 4, "is the digest that Semaphore shows of its value"),
    ],
)
def test_in_the_place_of_a_value(
    reconciler: Program, place: Path, value: str, code: int, said: str
) -> None:
    (place / "m.yml").write_text(TARGET.replace("VALUE", "nightjar"))
    assert reconciler("--org", ORG, "apply", "--auto-approve", "m.yml").code == 0
    before = world(place / ".reconciler/embedded.db").bodies()
    (place / "m.yml").write_text(TARGET.replace("VALUE", value))
    for command in ("plan", "apply"):
        auto = ["--auto-approve"] if command == "apply" else []
        ran = reconciler("--org", ORG, command, *auto, "m.yml")
        assert (ran.code, said in ran.out) == (code, True), ran
    assert world(place / ".reconciler/embedded.db").bodies() == before
