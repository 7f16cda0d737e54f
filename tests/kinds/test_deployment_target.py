"""Deployment targets as Semaphore answers them."""

import pytest
from pydantic import ValidationError

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


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"type": "USER"}, "a USER rule needs a subject_id or a git_login"),
        ({"type": "ROLE"}, "a ROLE rule needs a subject_id"),
        ({"type": "ROLE", "git_login": "ada", "subject_id": "Admin"}, "git_login names a USER"),
        ({"type": "ANY", "git_login": "ada"}, "git_login names a USER, and this rule is for ANY"),
    ],
)
def test_rules_for_nobody(rule: dict[str, str], why: str) -> None:
    """Whom a rule is for has to be said, and in the words of its type."""
    data = {"metadata": {"name": "t", "project_id_or_name": "api"}}
    with pytest.raises(ValidationError, match=why):
        KINDS["DeploymentTarget"].declared({**data, "spec": {"subject_rules": [rule]}})
