"""An adoption that was reviewed is of one object: what others made in its place is another's."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, document, seeded
from tests.acceptance.manifests import (
    AGENT_TYPE,
    ALONE,
    DASHBOARD,
    NOTIFICATION,
    PROJECT,
    PROJECT_SECRET,
    RETENTION,
    SCHEDULE,
    SECRET,
    TARGET,
)
from tests.acceptance.reviewing import REVIEWED, reviewed

KINDS = {
    "ArtifactsRetentionPolicy": RETENTION,
    "Dashboard": DASHBOARD.replace("project_id: api", ""),
    "DeploymentTarget": TARGET,
    "Notification": NOTIFICATION,
    "Project": PROJECT,
    "ProjectSecret": PROJECT_SECRET,
    "Schedule": SCHEDULE,
    "Secret": SECRET,
    "SelfHostedAgentType": AGENT_TYPE,
}
WITHOUT_PROJECT = {"Dashboard", "Secret", "SelfHostedAgentType"}
EACH = pytest.mark.parametrize("kind", sorted(KINDS))


def made(local: Program, place: Path, kind: str) -> None:
    """Let others make the object, and the project that it is in, if it is in one."""
    above = [] if kind == "Project" or kind in WITHOUT_PROJECT else [PROJECT]
    seeded(local, place, "---\n".join([*above, KINDS[kind]]))


def unmade(local: Program, place: Path, kind: str) -> None:
    """Let others delete it; what is there as long as its project, with that."""
    text = PROJECT if kind == "ArtifactsRetentionPolicy" else KINDS[kind]
    seeded(local, place, f"{text}reconciler: {{absent: true}}\n")


@EACH
@REVIEWED
def test_of_another_object_is_none(begun: Program, place: Path, kind: str, *, saved: bool) -> None:
    """Made anew by others since, looking the same: refused, and nothing of it is ours."""
    made(begun, place, kind)
    (place / "m.yml").write_text(f"{ALONE}---\n{KINDS[kind]}")
    apply = reviewed(begun, place, saved=saved)
    unmade(begun, place, kind)
    made(begun, place, kind)
    ran = begun(*apply)
    assert ran.code == 4, ran
    if saved:
        assert "what is there now is another object than the one reviewed" in ran.err
    (adopted,) = document(begun, "plan", "m.yml")["adopted"]
    assert adopted.startswith(f"{kind}/")
    assert begun(*reviewed(begun, place, saved=saved)).code == 0
    assert document(begun, "plan", "m.yml")["adopted"] == []


@EACH
def test_in_the_place_of_a_create(begun: Program, place: Path, kind: str) -> None:
    """It was to be made, and others made it just so: that it would be adopted nobody saw."""
    if kind not in WITHOUT_PROJECT and kind != "Project":
        seeded(begun, place, PROJECT)
    (place / "m.yml").write_text(f"{ALONE}---\n{KINDS[kind]}")
    apply = reviewed(begun, place, saved=True)
    seeded(begun, place, KINDS[kind])
    ran = begun(*apply)
    assert ran.code == 4, ran
    (adopted,) = document(begun, "plan", "m.yml")["adopted"]
    assert adopted.startswith(f"{kind}/")


@REVIEWED
def test_of_what_was_written_since(begun: Program, place: Path, *, saved: bool) -> None:
    """The same object with perhaps another value, which would be assumed to be the declared one."""
    made(begun, place, "DeploymentTarget")
    (place / "m.yml").write_text(f"{ALONE}---\n{TARGET}")
    apply = reviewed(begun, place, saved=saved)
    (place / "seed.yml").write_text(TARGET.replace("nightjar", "magpie"))
    named = document(begun, "plan", "m.yml")["adopted"]
    ran = begun("apply", "--auto-approve", "--ledger", "none", "--rewrite", *named, "seed.yml")
    assert ran.code == 0, ran
    ran = begun(*apply)
    assert ran.code == 4, ran
    assert document(begun, "plan", "m.yml")["adopted"] == named


@pytest.mark.parametrize("kind", ["ProjectSecret", "Secret"])
def test_in_the_place_of_a_create_without_a_ledger(local: Program, place: Path, kind: str) -> None:
    """Nothing is adopted then, and nothing tells whose value is there."""
    if kind not in WITHOUT_PROJECT:
        seeded(local, place, PROJECT)
    (place / "m.yml").write_text(KINDS[kind])
    assert local("plan", "--ledger", "none", "--out", "p.json", "m.yml").code == 0
    seeded(local, place, KINDS[kind].replace("nightjar", "magpie"))
    ran = local("apply", "--ledger", "none", "--auto-approve", "p.json")
    words = "it is there, but nothing tells whether with the values that were reviewed"
    assert (ran.code, words in ran.err) == (4, True), ran
