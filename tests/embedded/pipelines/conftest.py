"""How pipelines are asked for, and what is read of an answer."""

from typing import Any

from tests.embedded.run_calls import (
    PIPELINES,
    Runs,
)


def answer(response: Any) -> tuple[int, str]:
    assert "content-type" not in response.headers
    return response.status_code, response.text


def listed(runs: Runs, **query: Any) -> Any:
    return runs.semaphore.get(PIPELINES, params={"project_id": runs.project_id, **query})


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [pipeline["ppl_id"] for pipeline in response.json()]
