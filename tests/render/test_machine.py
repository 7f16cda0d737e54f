"""The JSON documents programs read."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from reconciler.model import Place, Refusal, ValueState
from reconciler.model.report import Coverage
from reconciler.model.subject import Subject
from reconciler.render import machine, text
from tests.render import plans


def test_plan_has_everything_in_order() -> None:
    """A plan's document has changes in order, everything else sorted, and a summary."""
    document = json.loads(machine.dumps(machine.plan(plans.told(plans.BUSY))))
    assert document["format_version"] == 2
    assert document["organization"] == plans.WHERE
    assert [change["address"] for change in document["changes"]] == [
        "Project/api",
        "DeploymentTarget/api/production",
        "Secret/prod-db",
        "Notification/old-slack",
    ]
    assert document["changes"][0]["place"] == {"file": "projects/api.yml", "line": 14, "column": 3}
    assert document["changes"][1]["fields"][1] == {
        "path": "spec.env_vars.KEY.value",
        "before": None,
        "after": "<secret from env KEY>",
        "secret": True,
        "cause": "",
    }
    assert document["unchanged"] == ["Project/docs", "Project/web", "Schedule/api/nightly"]
    assert document["refusals"][0]["address"] == "Secret/prod-db"
    assert document["summary"] == {
        "create": 1,
        "update": 1,
        "replace": 1,
        "delete": 1,
        "unchanged": 3,
        "uncompared": 1,
        "by_kind": {
            "DeploymentTarget": {"create": 1},
            "Notification": {"delete": 1},
            "Project": {"update": 1, "unchanged": 2},
            "Schedule": {"unchanged": 1},
            "Secret": {"replace": 1, "uncompared": 1},
        },
    }


def test_what_is_assumed_is_not_called_unknown() -> None:
    """Table and JSON count what was not compared, and the sentence says what is known of it."""
    hidden = tuple(replace(value, state=ValueState.ASSUMED) for value in plans.BUSY.hidden)
    said = text.plan(replace(plans.BUSY, hidden=hidden), "here")
    assert "unchanged  uncompared\n" in said
    assert "1 object with 1 value assumed" in said
    assert "not known" not in said


def test_keys_are_sorted_and_text_is_ascii() -> None:
    """The same plan is the same bytes, and they fit everywhere."""
    said = machine.dumps(machine.plan(plans.told(plans.BUSY)))
    assert said.isascii()
    assert said == json.dumps(json.loads(said), indent=2, sort_keys=True) + "\n"


def test_drift_turns_the_plan_round() -> None:
    """What a plan would change from live to declared, drift tells from declared to live."""
    document = machine.drift(plans.told(plans.BUSY))
    assert document["drifted"] is True
    assert document["different"][0]["fields"][2] == {
        "path": "spec.visibility",
        "before": "private",
        "after": "public",
        "secret": False,
        "cause": "",
    }
    assert [change["address"] for change in document["missing"]] == [
        "DeploymentTarget/api/production"
    ]
    assert [change["address"] for change in document["unwanted"]] == ["Notification/old-slack"]
    assert document["unmanaged"] == ["Dashboard/main", "Secret/legacy"]


def test_unmanaged_objects_are_no_drift() -> None:
    """Only declared things can drift."""
    assert machine.drift(plans.told(plans.EMPTY))["drifted"] is False
    unknown = replace(plans.EMPTY, refusals=(Refusal(None, "not to be decided"),))
    assert machine.drift(plans.told(unknown))["drifted"] is None


def test_applied_counts_results() -> None:
    """The document of an apply has the plan, each outcome, and how many of each result."""
    document = machine.applied(plans.told(plans.BUSY, Subject.APPLY, outcomes=plans.OUTCOMES))
    assert document["results"] == {"done": 1, "failed": 1, "skipped": 1}
    assert document["outcomes"][1] == {
        "address": "DeploymentTarget/api/production",
        "kind": "DeploymentTarget",
        "project": "api",
        "name": "production",
        "action": "create",
        "result": "failed",
        "detail": "POST /x: 409 taken",
        "left": "nothing was created",
        "seconds": 1.25,
    }


def test_problems_say_whether_all_is_well() -> None:
    """Warnings alone leave the manifests valid; the same problem is told once."""
    document = machine.problems(plans.PROBLEMS, 0)
    assert document["valid"] is False
    assert [p["place"]["line"] for p in document["problems"]] == [12, 0, 4]
    assert machine.problems(plans.PROBLEMS[1:2], 3)["valid"] is True


def test_what_is_known_around_a_plan_is_told_with_it() -> None:
    """Coverage, and places of what does not change, too; null where not all was read."""
    places = {plans.NIGHTLY: Place("x.yml", 3, 1)}
    document = machine.plan(plans.told(plans.BUSY, coverage=Coverage(8, 6), places=places))

    assert document["coverage"] == {"live": 8, "declared": 6, "percent": 75}
    assert document["places"] == {"Schedule/api/nightly": {"file": "x.yml", "line": 3, "column": 1}}
    assert machine.drift(plans.told(plans.BUSY))["coverage"] is None


def test_an_apply_says_when_it_was() -> None:
    """A plan does not, for it depends on nothing but both states."""
    when = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    told = plans.told(plans.BUSY, Subject.APPLY, outcomes=plans.OUTCOMES)
    document = machine.applied(replace(told, begun=when, ended=when, requests=7))

    assert document["begun"] == document["ended"] == "2026-11-30T09:00:00Z"
    assert document["requests"] == 7
    assert "begun" not in document["plan"]
