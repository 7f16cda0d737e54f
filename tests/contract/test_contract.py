"""Contract fixtures: the embedded server answers so, and the client understands it so."""

from collections.abc import Iterator

import httpx
import pytest

from tests.contract import reading
from tests.contract.fixture import NOT_GIVEN, Fixture, fixtures
from tests.contract.organization import Organization
from tests.contract.patterns import differences
from tests.contract.shapes import unlike

FIXTURES = list(fixtures())
DOCUMENTED = [fixture for fixture in FIXTURES if fixture.documented]


def identity(fixture: Fixture) -> str:
    return f"{fixture.family}: {fixture.name}"


def replayed(fixture: Fixture) -> tuple[Organization, httpx.Response]:
    organization = Organization(fixture)
    organization.prepare(fixture.setup)
    return organization, organization.send(fixture.request)


def wrong(fixture: Fixture, organization: Organization, answer: httpx.Response) -> Iterator[str]:
    """Where the server's answer is not the fixture's."""
    names = organization.names
    if answer.status_code != fixture.status:
        yield f"status {answer.status_code}, not {fixture.status}"
    if fixture.words is not None:
        yield from differences(fixture.words, answer.text, names, at="the text")
    if fixture.body is not NOT_GIVEN:
        yield from differences(fixture.body, answer.json(), names, at="the body")
    for name, value in fixture.headers.items():
        if value is None and name in answer.headers:
            yield f"header {name} is there"
        elif value is not None:
            yield from differences(value, answer.headers.get(name), names, at=f"header {name}")


@pytest.mark.parametrize("fixture", FIXTURES, ids=identity)
def test_the_server_answers_and_the_client_understands(fixture: Fixture) -> None:
    """As the fixture says; the source is named in it."""
    organization, answer = replayed(fixture)
    with organization.embedded:
        assert [*wrong(fixture, organization, answer)] == [], answer.text
        found = reading.problems(fixture, organization, answer, fixture.client)
        assert [*found] == [], answer.text


@pytest.mark.parametrize("fixture", DOCUMENTED, ids=identity)
def test_the_documented_answer_is_understood(fixture: Fixture) -> None:
    """The sample of a document reads as said, and the server's answer has all that it has.

    Where it does not, the fixture says so with the reason, and is right about it.
    """
    assert fixture.documented is not None
    organization, answer = replayed(fixture)
    with organization.embedded:
        sample = fixture.documented["body"]
        otherwise = set(fixture.documented.get("unlike", {}))
        assert set(unlike(sample, answer.json())) == otherwise
        shown = httpx.Response(answer.status_code, json=sample)
        assert [*reading.problems(fixture, organization, shown, fixture.documented)] == []
