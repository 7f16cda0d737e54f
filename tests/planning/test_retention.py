"""Whether a declared retention policy reaches the ledger among a project's artifacts."""

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.artifacts_retention_policy import ArtifactsRetentionPolicy
from reconciler.model import Action, Address, Desired, DesiredState, Place
from reconciler.planning import decide
from reconciler.planning.retention import warnings

NONE = ArtifactsRetentionPolicy()
PATH = "artifacts/projects/1b2a6a8e-2a4f-4b0c-9d3e-5f6a7b8c9d0e/ci/ledger"


def state(*selectors: str, level: str = "project", project: str = "api") -> DesiredState:
    address = Address("ArtifactsRetentionPolicy", project, "")
    rules = [{"selector": text, "age": f"{n} weeks"} for n, text in enumerate(selectors, 2)]
    spec = KINDS[address.kind].model.model_validate(
        {"spec": {f"{level}_level_retention_policies": rules}}
    )
    places = {f"spec.project_level_retention_policies.{n}": Place("p.yml", n + 1) for n in range(9)}
    return DesiredState({address: Desired(address, spec, Place("p.yml"), places=places)})


def told(*selectors: str, **about: str) -> list[str]:
    return [
        f"{found.place}: {found.text}"
        for found in warnings(state(*selectors, **about), NONE, "api", PATH, "artifact:x")
    ]


REACHING = (
    "/**/* /* /** /ci/ledger /ledger /**/led* /l?dger /[k-m]edger /{x,c*}/* /[!x]edger /\\ledger"
)


@pytest.mark.parametrize("selector", REACHING.split())
def test_a_selector_that_reaches_it(selector: str) -> None:
    """The server puts any folders before it; what is meant is Go's doublestar."""
    assert len(told(selector)) == 1


@pytest.mark.parametrize(
    "selector",
    ["/releases/**/*", "ledger", "/ci", "/led", "/[", "/{ci", "/x,y", "/x,*/projects/*/ci/ledger"],
)
def test_a_selector_that_does_not(selector: str) -> None:
    """Also a broken one."""
    assert told(selector) == []


@pytest.mark.parametrize("part", ["*?", "*[!/]", "{*,?}", "**/", "*{,*}", "{{*,*},*}"])
@pytest.mark.parametrize("end", ["", "q", "?q"])
def test_no_selector_takes_long(part: str, end: str) -> None:
    """A test has two minutes; ways to match in vain are counted, not tried."""
    assert told(f"/{part * 40}{end}") == [] or not end.endswith("q")


def test_the_first_rule_that_matches_counts() -> None:
    """Its age and its place are told."""
    (found,) = told("/releases/**/*", "/ci/*", "/**/*")
    assert found.startswith("p.yml:2")
    assert "3 weeks" in found
    assert "'/ci/*'" in found


def test_other_levels_and_projects_do_not_count() -> None:
    """Jobs' artifacts are none of the project's."""
    assert told("/**/*", level="job") == told("/**/*", level="workflow") == []
    assert told("/**/*", project="web") == []


def live(selector: str, age: str) -> ArtifactsRetentionPolicy:
    rules = {"project_level_retention_policies": [{"selector": selector, "age": age}]}
    return ArtifactsRetentionPolicy.model_validate({"spec": rules})


@pytest.mark.parametrize("level", ["job", "workflow"])
def test_a_level_that_is_not_mentioned_stays_as_it_is(level: str) -> None:
    """What is live there reaches the ledger as well; a level that is mentioned takes its place."""
    there = live("/**/*", "1 week")
    (found,) = warnings(state("/x", level=level), there, "api", PATH, "artifact:x")
    assert (found.place.file, "1 week" in found.text) == ("p.yml", True)
    assert not list(warnings(state("/x"), there, "api", PATH, "artifact:x"))
    assert not list(
        warnings(state("/x", level=level), live("/**/*", "12 years"), "api", PATH, "artifact:x")
    )


def test_a_policy_that_is_declared_nowhere() -> None:
    """It was made by hand, and does the same."""
    (found,) = warnings(
        state("/x", project="web"), live("/**/*", "1 week"), "api", PATH, "artifact:x"
    )
    assert str(found).startswith("artifact:x: warning: ArtifactsRetentionPolicy/api: deletes the")


def test_no_rules_in_a_new_project() -> None:
    """A project has an empty policy from its beginning: there is nothing to do, nor to refuse."""
    kind = KINDS["ArtifactsRetentionPolicy"]
    for level in ("project", "workflow", "job"):
        (empty,) = state(level=level).objects.values()
        decision = decide(kind, empty, None)
        assert (decision.action, decision.problem) == (None, "")
        (ruled,) = state("/x", level=level).objects.values()
        assert decide(kind, ruled, None).action is Action.CREATE
