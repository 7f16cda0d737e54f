"""What is refused before any service sees the request (A 0, B 1.6, D 2)."""

from typing import Any

import pytest

PROJECTS = "/api/v1alpha/projects"


@pytest.mark.parametrize("header", ["Token abc", "Bearer abc"])
def test_both_schemes_open_the_door(semaphore: Any, header: str) -> None:
    """`Token` and `Bearer` are the same (D 2)."""
    response = semaphore.get(PROJECTS, token=None, headers={"Authorization": header})
    assert response.status_code == 200


@pytest.mark.parametrize("header", ["token abc", "Token ", "Token", "abc", "Basic abc", ""])
def test_other_headers_do_not(semaphore: Any, header: str) -> None:
    """The scheme is case-sensitive and the token must not be blank (D 2)."""
    response = semaphore.get(PROJECTS, token=None, headers={"Authorization": header})
    assert (response.status_code, response.text) == (401, "Unauthorized")
    assert "content-type" not in response.headers
    assert response.headers["cache-control"] == "max-age=0, private, must-revalidate"


def test_only_the_listed_tokens_are_good_where_some_are_listed(make_semaphore: Any) -> None:
    """An organization can restrict its tokens."""
    semaphore = make_semaphore(tokens=frozenset({"right"}))
    assert semaphore.get(PROJECTS, token="right").status_code == 200
    assert semaphore.get(PROJECTS, token="wrong").status_code == 401


def test_internal_headers_are_refused_before_anything_else(semaphore: Any) -> None:
    """A client must not send `x-semaphore-*` (D 2)."""
    response = semaphore.get(PROJECTS, token=None, headers={"X-Semaphore-Org-Id": "x"})
    assert (response.status_code, response.text) == (404, "Not Found")


@pytest.mark.parametrize(
    ("version", "status"), [("0.29.9", 400), ("1.5.0", 400), ("0.30.0", 200), ("1.31.2", 200)]
)
def test_old_official_clients_are_refused(semaphore: Any, version: str, status: int) -> None:
    """Versions are compared component by component, so 1.5.0 is old (D 2)."""
    agent = {"User-Agent": f"SemaphoreCLI/v{version} (v{version}; linux; amd64)"}
    response = semaphore.get(PROJECTS, headers=agent)
    assert response.status_code == status
    if status == 400:
        assert response.json()["message"].startswith("Call rejected because the client is outdated")


def test_an_old_client_is_told_so_even_without_a_token(semaphore: Any) -> None:
    """The client's age is checked first (D 2)."""
    agent = {"User-Agent": "SemaphoreCLI/v0.1.0 (x)"}
    assert semaphore.get(PROJECTS, token=None, headers=agent).status_code == 400
