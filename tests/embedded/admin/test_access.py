"""Who may see the admin interface and the page of an organization."""

import base64

import pytest

from tests.embedded.admin.conftest import LOCAL, REMOTE, Make, Site

OWN = ("/", "/__page__/secrets", "/__admin__", "/__admin__/journal")
FOREIGN = {"Host": "evil.example"}


def basic(token: str) -> dict[str, str]:
    """What a browser sends of what somebody types."""
    return {"Authorization": f"Basic {base64.b64encode(f'me:{token}'.encode()).decode()}"}


@pytest.mark.parametrize("path", OWN)
@pytest.mark.parametrize("client", [LOCAL, REMOTE])
def test_where_there_is_a_token_it_is_asked_for(
    make: Make, path: str, client: tuple[str, int]
) -> None:
    """Here, too: who stands behind a reverse proxy comes from this machine. A browser can ask."""
    site = make(tokens=frozenset({"right"}))
    asked = site.send("GET", path, client=client)
    assert (asked.status_code, asked.headers["www-authenticate"][:6]) == (401, "Basic ")
    for wrong in ({"Authorization": "Token wrong"}, basic("wrong"), basic(""), basic("right:")):
        assert site.send("GET", path, client=client, headers=wrong).status_code == 401
    for right in ({"Authorization": "Token right"}, basic("right")):
        assert site.send("GET", path, client=client, headers=right).status_code == 200


@pytest.mark.parametrize("path", OWN)
def test_without_a_token_people_at_this_machine_are_welcome(make: Make, path: str) -> None:
    """And others with any, as everywhere."""
    site = make()
    assert site.send("GET", path).status_code == 200
    assert site.send("GET", path, client=REMOTE).status_code == 401
    given = {"Authorization": "Token any"}
    assert site.send("GET", path, client=REMOTE, headers=given).status_code == 200


@pytest.mark.parametrize("tokens", [frozenset(), frozenset({"right"})])
@pytest.mark.parametrize("path", OWN)
def test_whatever_the_token_the_host_is_a_name_of_this_server(
    make: Make, path: str, tokens: frozenset[str]
) -> None:
    """A page of another site leads its own name here, and sends whatever it likes."""
    site = make(tokens=tokens)
    given = {"Authorization": "Token right"}
    for client, host, status in (
        (LOCAL, "evil.example", 403),
        (LOCAL, "embedded.evil.example", 403),
        (LOCAL, "localhost.evil.example", 403),
        (LOCAL, "evil", 403),
        (REMOTE, "evil.example", 403),
        (LOCAL, "127.0.0.1:8080", 200),
        (LOCAL, "[::1]:8080", 200),
        (LOCAL, "embedded.localhost", 200),
        (REMOTE, "192.0.2.1:8080", 200),
        (REMOTE, "semaphore:8080", 200),  # as services of one network call each other
    ):
        answer = site.send("GET", path, client=client, headers={"Host": host} | given)
        assert (host, answer.status_code) == (host, status)


def test_other_sites_cannot_post_through_a_browser(site: Site) -> None:
    """What a foreign page may send without asking is no JSON by its declared type."""
    for headers in ({}, {"Content-Type": "text/plain"}):
        answer = site.send(
            "POST", "/__admin__/faults", content='{"action":"hang"}', headers=headers
        )
        assert answer.status_code == 415
    assert site.admin("GET", "/faults")["faults"] == []


def test_nobody_ends_it_from_a_page_of_another_site(make: Make) -> None:
    """Nothing is done that is refused; health is for everybody."""
    site = make()
    headers = FOREIGN | {"Authorization": "Token any"}
    for method in ("POST", "DELETE"):
        fault = {"action": "hang"}
        answer = site.send(method, "/__admin__/faults", json=fault, headers=headers)
        assert answer.status_code == 403
    assert site.admin("GET", "/faults") == {"faults": []}
    health = site.send("GET", "/__admin__/health", client=REMOTE, headers=FOREIGN)
    assert health.status_code == 200


def test_an_unknown_organization_is_told_before_the_token_is_looked_at(make: Make) -> None:
    """D 2: 404, but 401 where no user is needed, and 400 for an old client."""
    site = make("acme", "beta")
    for path, status in (("/api/v1alpha/projects", 404), ("/api/v1/artifacts", 401)):
        assert site.send("GET", path).status_code == status
    old = {"User-Agent": "SemaphoreCLI/v0.10.0 (x)"}
    assert site.send("GET", "/api/v1alpha/projects", headers=old).status_code == 400
