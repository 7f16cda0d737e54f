"""JUnit XML: each object a test, what is not as declared a failure, what is not known neither."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from reconciler.model import HiddenValue, Plan, Refusal, ValueState
from reconciler.model.plan import Failing
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render.formats import FORMATS
from tests.render import hostile, plans


def _cases(told: Report | Validation) -> dict[str, TestCase]:
    xml = JUnitXml.fromstring(FORMATS["junit"].written(told).encode())
    found = [case for suite in xml for case in suite]
    assert xml.tests == len(found)
    return {case.name: case for case in found}


def _verdicts(told: Report | Validation) -> dict[str, list[type]]:
    return {name: [type(each) for each in case.result] for name, case in _cases(told).items()}


def test_a_difference_is_a_failure() -> None:
    """What is as declared passes, a refusal is an error, and what is not known is skipped."""
    told = plans.told(plans.BUSY, Subject.DRIFT, places={plans.NIGHTLY: plans.UPDATE.place})

    assert _verdicts(told) == {
        "Project/docs": [],
        "Project/web": [],
        "Schedule/api/nightly": [],
        "Project/api": [Failure],
        "DeploymentTarget/api/production": [Failure],
        "Notification/old-slack": [Failure],
        "Secret/prod-db": [Error],
        "Secret/ci": [Skipped],
        "Dashboard/ops": [Skipped],
    }
    case = _cases(told)["Project/api"]
    assert case.result[0].message == "different"
    assert "- private\n+ public" in (case.result[0].text or "")
    assert 'file="projects/api.yml" line="14"' in FORMATS["junit"].written(told)


def test_a_refusal_says_what_differs_too() -> None:
    """Of several verdicts the worst counts, and has the words of all."""
    (found,) = _cases(plans.told(plans.BUSY))["Secret/prod-db"].result

    assert found.message == "refused"
    assert "created again: --allow-replace" in (found.text or "")
    assert "to replace" in (found.text or "")


def test_what_became_of_an_apply() -> None:
    """A step that failed is a failure; one that was skipped, or never attempted, is skipped."""
    plan = replace(plans.BUSY, refusals=())
    found = _verdicts(plans.told(plan, Subject.APPLY, outcomes=plans.OUTCOMES))
    assert found["Project/api"] == []
    assert found["DeploymentTarget/api/production"] == [Failure]
    assert found["Notification/old-slack"] == [Skipped]
    left = _verdicts(plans.told(plan, Subject.APPLY))
    assert left["Project/api"] == [Skipped]
    lost = _verdicts(plans.told(plan, Subject.APPLY, outcomes=(), trouble="disk full"))
    assert lost["the whole run"] == [Error]


def test_what_is_no_success_is_no_pass() -> None:
    """--strict makes of what is not known a failure; a refusal of all is of the whole run."""
    value = HiddenValue(plans.API, "a", ValueState.ASSUMED)
    plan = Plan(changes=(), hidden=(value,))
    assert _verdicts(plans.told(plan)) == {"Project/api": [Skipped]}
    strict = replace(
        plan, failing=(Failing("--strict: 1 value not known", frozenset({plans.API})),)
    )
    assert _verdicts(plans.told(strict)) == {"Project/api": [Failure]}
    refused = replace(plan, refusals=(Refusal(None, "too many"),), failing=(Failing("all"),))
    assert _verdicts(plans.told(refused))["the whole run"] == [Error]


def test_files_of_manifests() -> None:
    """A file is a test; an error in it a failure, a warning no more than a word."""
    told = Validation(problems=plans.PROBLEMS, objects=0, files=("c.yml",))

    assert _verdicts(told) == {"a.yml": [Skipped], "b.yml": [Failure], "c.yml": []}


def test_it_says_when_it_was() -> None:
    """A test report has a time, and is of one run."""
    when = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    said = FORMATS["junit"].written(plans.told(plans.BUSY, begun=when))

    assert 'timestamp="2026-11-30T09:00:00"' in said


@given(plan=hostile.plans(), data=st.data())
def test_any_name_is_well_formed(plan: Plan, data: st.DataObject) -> None:
    """Whatever things are called, it is XML, with our elements alone."""
    subject = data.draw(st.sampled_from([Subject.PLAN, Subject.DRIFT, Subject.APPLY]))
    outcomes = data.draw(hostile.outcomes(plan)) if subject is Subject.APPLY else None
    told = plans.told(plan, subject, outcomes=outcomes)
    root = ET.fromstring(FORMATS["junit"].written(told))  # noqa: S314 — our own text
    counts = Counter(element.tag for element in root.iter())

    known = {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}
    assert counts.keys() <= known
    changed = {change.address for change in plan.changes}
    assert counts["testcase"] >= len(changed | set(plan.unchanged))
