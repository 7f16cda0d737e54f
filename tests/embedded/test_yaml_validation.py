"""Validation of definitions over HTTP (D 12)."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded import Edition
from tests.embedded.pipeline_runs import API, Runs, definition

YAML = f"{API}/yaml"


@pytest.fixture
def runs(make_semaphore: Callable[..., Any]) -> Runs:
    return Runs.of(make_semaphore)


def test_a_good_definition_is_valid(semaphore: Any) -> None:
    """Nothing is run, no project is needed and there is no content type (D 3)."""
    answer = semaphore.post(YAML, json={"yaml_definition": definition()})
    assert (answer.status_code, answer.json()) == (
        200,
        {"message": "YAML definition is valid.", "pipeline_id": ""},
    )
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("body", [{}, {"yaml_definition": ""}, {"yaml_definition": None}])
def test_the_definition_has_to_be_there(semaphore: Any, body: dict[str, Any]) -> None:
    """Nothing, an empty text, null."""
    answer = semaphore.post(YAML, json=body)
    assert (answer.status_code, answer.json()) == (
        400,
        "Missing required post parameter yaml_definition.",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (definition(blocks=[{"task": None}]), "Type mismatch. Expected Object but got Null"),
        (definition(blocks=[{"task": None}]), "#/blocks/0/task"),
        (definition(colour="red"), "#/colour"),
        (
            definition(blocks=[{"name": "A", "dependencies": ["A"], "task": {"jobs": []}}]),
            "Expected a minimum of 1 items but got 0.",
        ),
        ("- a", '{:expected_map, ["a"]}'),
        ("[]", "{:expected_map, []}"),
        ("1", "{:expected_map, 1}"),
        ("a: [", ":yamerl_parsing_error"),
    ],
)
def test_a_bad_definition_is_told_apart(semaphore: Any, text: str, found: str) -> None:
    """One JSON string which contains message and place."""
    answer = semaphore.post(YAML, json={"yaml_definition": text})
    assert answer.status_code == 400
    assert answer.json().startswith("{:malformed, ")
    assert found in answer.json()


@pytest.mark.parametrize(("edition", "status"), [("cloud", 200), ("ee", 200), ("ce", 400)])
def test_the_community_edition_has_no_promotions(
    make_semaphore: Callable[..., Any], edition: str, status: int
) -> None:
    """Neither is a definition with some valid there, nor does it run."""
    promotion = {"name": "P", "pipeline_file": "p.yml"}
    runs = Runs.of(make_semaphore, edition=Edition(edition))
    text = definition(promotions=[promotion])
    answer = runs.semaphore.post(YAML, json={"yaml_definition": text})
    assert answer.status_code == status
    pipeline = runs.pipeline(runs.done(text))
    if status == 200:
        assert (pipeline["result"], pipeline["switch_id"] != "") == ("passed", True)
        return
    said = "Promotions are not available in the Comunity edition of Semaphore."
    assert answer.json() == f'{{:malformed, "{said}"}}'
    assert (pipeline["result_reason"], pipeline["switch_id"]) == ("malformed", "")
    assert pipeline["error_description"] == f'Error: "{said}"'


def test_forms_and_queries_work_too(semaphore: Any) -> None:
    """All parameters are one map (D 3)."""
    text = definition()
    assert semaphore.post(YAML, data={"yaml_definition": text}).status_code == 200
    assert semaphore.post(YAML, params={"yaml_definition": text}).status_code == 200


def test_with_a_pipeline_the_definition_runs_in_its_workflow(runs: Runs) -> None:
    """Undocumented; the new pipeline is of the same workflow."""
    pipeline = runs.done(definition())
    body = {"yaml_definition": definition(name="Other"), "pipeline_id": pipeline}
    started = runs.semaphore.post(YAML, json=body).json()["pipeline_id"]
    runs.wait()
    shown = runs.pipeline(started)
    assert (shown["name"], shown["state"], shown["wf_id"]) == (
        "Other",
        "done",
        runs.pipeline(pipeline)["wf_id"],
    )


def test_the_pipeline_is_looked_at_first(runs: Runs) -> None:
    """An unknown one is a 404, even without a definition; a bad definition does not run."""
    unknown = {"pipeline_id": "00000000-0000-4000-8000-000000000000"}
    answer = runs.semaphore.post(YAML, json=unknown)
    assert (answer.status_code, answer.text) == (404, "Not Found")
    known = {"pipeline_id": runs.start(), "yaml_definition": "x"}
    assert runs.semaphore.post(YAML, json=known).status_code == 400


def test_running_needs_a_permission_but_validating_does_not(
    make_semaphore: Callable[..., Any],
) -> None:
    """Any token may validate (D 12)."""
    runs = Runs.of(make_semaphore)
    pipeline = runs.start()
    denied = make_semaphore(permissions_denied=frozenset({"project.job.rerun", "project.view"}))
    assert denied.post(YAML, json={"yaml_definition": definition()}).status_code == 200
    body = {"yaml_definition": definition(), "pipeline_id": pipeline}
    assert denied.post(YAML, json=body).status_code == 404
