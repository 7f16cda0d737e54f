"""Numbers of any length, wherever the servers read one."""

from typing import Any

import pytest

from reconciler.embedded.texts import integer

NINES = "9" * 5000


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("+7", 7), ("-7", -7), ("0" * 5000 + "7", 7), ("000", 0), ("-0", 0)],
)
def test_digits_are_read_as_a_number(text: str, number: int) -> None:
    """Signs and leading zeros count as they do everywhere."""
    assert integer(text) == number


def test_more_digits_than_python_reads_are_a_number_too_large_for_anything() -> None:
    """Positive or negative, it is beyond every range."""
    assert integer(NINES) > 2**64 > -(2**64) > integer(f"-{NINES}")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("projects?page={n}", 400, '{"message":"page must be at most 100"}'),
        ("projects?page=-{n}", 400, '{"message":"page must be at least 1"}'),
        ("dashboards?page_size={n}", 400, "value out of range"),
        ("notifications?order={n}", 400, "is not a valid value"),
        ("self_hosted_agent_types?page={n}", 200, "agent_types"),
        ("agents?page_size={n}", 500, '"Internal error"'),
        ("agents?cursor={n}", 500, '"Internal error"'),
        ("schedules?project_id={p}&page={n}", 200, "[]"),
        ("schedules?project_id={p}&page_size={n}", 500, '"Internal error"'),
        ("schedules?project_id={p}&page_size=9223372036854775808", 500, '"Internal error"'),
    ],
)
def test_a_parameter_of_thousands_of_digits(
    semaphore: Any, path: str, status: int, words: str
) -> None:
    """It is answered as any number that is too large: in the words for that."""
    project_id = semaphore.project()["metadata"]["id"]
    response = semaphore.get("/api/v1alpha/" + path.format(n=NINES, p=project_id))
    assert response.status_code == status
    assert words in response.text


def test_a_json_number_of_thousands_of_digits_is_json(semaphore: Any) -> None:
    """Nobody reads it, and so it does no harm."""
    body = f'{{"only_idle":true,"x":{NINES}}}'
    headers = {"Content-Type": "application/json"}
    path = "/api/v1alpha/self_hosted_agent_types/s1-a/disable_all"
    assert semaphore.post(path, content=body, headers=headers).status_code == 200


def test_an_official_client_of_thousands_of_digits_is_let_in(semaphore: Any) -> None:
    """Its minor version is new enough, whatever it is."""
    headers = {"User-Agent": f"SemaphoreCLI/v0.{NINES}.0 (x)"}
    assert semaphore.get("/api/v1alpha/projects", headers=headers).status_code == 200
