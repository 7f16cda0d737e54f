"""What was reviewed is about the project, and the things in it, that had the names then."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, document, seeded
from tests.acceptance.manifests import (
    ALONE,
    DASHBOARD,
    PROJECT,
    PROJECT_SECRET,
    RETENTION,
    SCHEDULE,
    SECRET,
    TARGET,
)
from tests.acceptance.reviewing import REVIEWED, reviewed
from tests.reliability.world import world

GONE = f"{PROJECT}reconciler: {{absent: true}}\n"
OPENED = f"{SECRET}org_config: {{projects_access: ALLOWED, project_ids: [api]}}\n"
STEPS = {
    "a board that shows it": DASHBOARD,
    "a secret in it": PROJECT_SECRET,
    "a secret that is opened to it": OPENED,
    "a target in it": TARGET,
    "a task in it": SCHEDULE,
    "its policy": RETENTION,
}


@pytest.mark.parametrize("step", sorted(STEPS))
@REVIEWED
def test_a_project_of_the_same_name(begun: Program, place: Path, step: str, *, saved: bool) -> None:
    """Made anew by others since the review: nothing gets into it, and nothing is opened to it."""
    seeded(begun, place, PROJECT)
    (place / "m.yml").write_text(f"{ALONE}---\n{STEPS[step]}")
    apply = reviewed(begun, place, saved=saved)
    seeded(begun, place, GONE)
    seeded(begun, place, PROJECT)
    before = world(place / ".reconciler/embedded.db")
    ran = begun(*apply)
    assert ran.code == 4, ran
    assert world(place / ".reconciler/embedded.db") == before
    if saved:
        assert "what is Project/api now is another than at the review" in ran.err
    assert begun(*reviewed(begun, place, saved=saved)).code == 0


@pytest.mark.parametrize("how", ["absent: true", "replace: allow"])
@pytest.mark.parametrize("inside", [PROJECT_SECRET, SCHEDULE, TARGET], ids=lambda text: text[:30])
@REVIEWED
def test_what_goes_with_a_project(
    begun: Program, place: Path, how: str, inside: str, *, saved: bool
) -> None:
    """Others made anew what was to go with it: that went into no review."""
    (place / "m.yml").write_text(f"{ALONE}---\n{PROJECT}")
    assert begun("apply", "--auto-approve", "m.yml").code == 0
    seeded(begun, place, inside)
    kind = "{integration_type: github_app, url" if how.startswith("replace") else "{url"
    project = PROJECT.replace("{url", kind)
    (place / "m.yml").write_text(f"{ALONE}---\n{project}reconciler: {{{how}}}\n")
    (change,) = document(begun, "plan", "m.yml")["changes"]
    assert len(change["takes"]) == 1
    apply = reviewed(begun, place, saved=saved)
    seeded(begun, place, f"{inside}reconciler: {{absent: true}}\n")
    seeded(begun, place, inside)
    before = world(place / ".reconciler/embedded.db")
    ran = begun(*apply)
    assert ran.code == 4, ran
    assert world(place / ".reconciler/embedded.db") == before
    if saved:
        assert f"what is {change['takes'][0]} now is another than at the review" in ran.err


def test_what_the_plan_itself_made_anew(
    begun: Program, place: Path, broken: Callable[..., None]
) -> None:
    """A project that it created again is no stranger's: the same command does what is left."""
    rest = f"---\n{ALONE}---\n{PROJECT_SECRET}---\n{SCHEDULE}"
    (place / "m.yml").write_text(f"{PROJECT}{rest}")
    assert begun("apply", "--auto-approve", "m.yml").code == 0
    anew = PROJECT.replace("{url", "{integration_type: github_app, url")
    (place / "m.yml").write_text(f"{anew}reconciler: {{replace: allow}}\n{rest}")
    apply = reviewed(begun, place, saved=True)
    broken(action="answer", status=422, body="no", method="POST", path="*/secrets")
    ran = begun(*apply)
    assert (ran.code, "the same command does the rest" in ran.out) == (3, True), ran
    broken()
    ran = begun(*apply)
    assert ran.code == 0, ran
    assert begun("plan", "--detailed-exitcode", "m.yml").code == 0
