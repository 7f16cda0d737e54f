"""Deployment targets as Semaphore answers them."""

import pytest

from reconciler.kinds import KINDS

BODY = {
    "id": "b6e5a1f0-0000-4000-8000-000000000001",
    "name": "production",
    "project_id": "p",
    "description": "",
    "url": "",
    "active": True,
}
STORED = "UNUSABLE, its values could not be stored"


@pytest.mark.parametrize(
    ("state", "message", "told"),
    [
        ("USABLE", "", ""),
        ("CORDONED", "", ""),
        ("SYNCING", "%{code: :INTERNAL}", ""),
        ("UNUSABLE", "", STORED),
        ("UNUSABLE", "** (Jason.EncodeError) canary", STORED),
        (
            "CORDONED",
            '%{code: :FAILED_PRECONDITION, message: "value canary"}',
            f"{STORED}: FAILED_PRECONDITION",
        ),
    ],
)
def test_what_keeps_a_target_from_use(state: str, message: str, told: str) -> None:
    """It is told without the server's words, which may quote a value of the target."""
    kind = KINDS["DeploymentTarget"]
    assert kind.decode({**BODY, "state": state, "state_message": message}).broken == told
