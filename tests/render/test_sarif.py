"""SARIF: the problems of manifests beside the lines that they are about."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model import Place, Problem, Severity
from reconciler.model.validation import Validation
from reconciler.render.formats import FORMATS
from tests.render import hostile, plans


def _run(problems: tuple[Problem, ...]) -> Any:
    said = FORMATS["sarif"].written(Validation(problems=problems, objects=0))
    document = json.loads(said)
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return run


def test_each_problem_once_at_its_place() -> None:
    """In order of place; one of a whole file has no line."""
    found = _run(plans.PROBLEMS)["results"]
    places = [each["locations"][0]["physicalLocation"] for each in found]

    assert [each["level"] for each in found] == ["warning", "error", "error"]
    assert [place["artifactLocation"]["uri"] for place in places] == ["a.yml", "b.yml", "b.yml"]
    assert [place.get("region") for place in places] == [
        {"startLine": 12, "startColumn": 1},
        None,
        {"startLine": 4, "startColumn": 7},
    ]
    assert found[2]["message"]["text"] == "unknown key 'nmae'; did you mean 'name'?"


def test_a_problem_is_known_again_on_another_line() -> None:
    """What pages call resolved or new does not depend on lines above it."""
    one, moved, other = (
        _run((Problem(Place("a.yml", line, 1), text),))["results"][0]["partialFingerprints"]
        for line, text in ((1, "x"), (9, "x"), (1, "y"))
    )
    assert one == moved
    assert one != other


def test_all_is_well() -> None:
    """Then there are no results, which closes those of before."""
    assert _run(())["results"] == []


@given(st.lists(st.builds(Problem, st.builds(Place, hostile.TEXTS), hostile.TEXTS)))
def test_rules_are_those_that_are_named(problems: list[Problem]) -> None:
    """Each result names a rule that is there, at a place that is a URI."""
    run = _run(tuple(problems))
    rules = {
        rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]
    }

    assert set(rules.values()) == set(Severity)
    for result in run["results"]:
        assert rules[result["ruleId"]] == result["level"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not set(uri) & set(' "<>\\^`{|}\n')
