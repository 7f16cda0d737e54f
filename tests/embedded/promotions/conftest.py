"""Pipelines with a promotion, how it is triggered, and what came of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded.pipeline_runs import API, Runs, definition

PROMOTIONS = f"{API}/promotions"
DONE = "Promotion successfully triggered."


@pytest.fixture
def runs(make_semaphore: Callable[..., Any]) -> Runs:
    return Runs.of(make_semaphore)


def promotable(*commands: str, **promotion: Any) -> str:
    """A definition with one promotion, called P."""
    known = {"name": "P", "pipeline_file": "deploy.yml", **promotion}
    return definition(*commands, promotions=[known])


def parameters(*env_vars: dict[str, Any]) -> dict[str, Any]:
    return {"parameters": {"env_vars": list(env_vars)}}


def trigger(runs: Runs, pipeline: str, name: str = "P", **fields: Any) -> Any:
    body = {"pipeline_id": pipeline, "name": name, **fields}
    return runs.semaphore.post(PROMOTIONS, json=body)


def listed(runs: Runs, pipeline: str, **query: Any) -> list[dict[str, Any]]:
    answer = runs.semaphore.get(PROMOTIONS, params={"pipeline_id": pipeline, **query})
    assert answer.status_code == 200, answer.text
    promotions: list[dict[str, Any]] = answer.json()
    return promotions


def started(runs: Runs, pipeline: str) -> dict[str, Any]:
    """The pipeline that the newest promotion has started."""
    runs.wait(1)
    return runs.pipeline(listed(runs, pipeline)[0]["scheduled_pipeline_id"])
