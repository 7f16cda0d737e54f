"""A ledger among artifacts: where it is, what it needs, and who must not read it."""

import asyncio
import json

import httpx
import pytest

from reconciler.commands.artifact_place import (
    KEY,
    ORGANIZATION,
    PROJECT,
    TOKEN,
    check_private,
    place_of,
)
from reconciler.errors import BadSettings
from reconciler.model import Sealed
from reconciler.remote import Http

ID = "1b2a6a8e-2a4f-4b0c-9d3e-5f6a7b8c9d0e"
JOB = {TOKEN: "canary.t.oken", PROJECT: ID, ORGANIZATION: "https://acme.example", KEY: "k" * 64}


def test_what_a_job_tells() -> None:
    """The file is one of its project's."""
    place = place_of("artifact:ci/ledger", JOB)
    assert place.path == f"artifacts/projects/{ID}/ci/ledger"
    assert place.organization == "https://acme.example"
    assert "canary" not in repr(place)


@pytest.mark.parametrize(
    "missing", [{TOKEN}, {PROJECT, ORGANIZATION}, {TOKEN, PROJECT, ORGANIZATION}]
)
def test_outside_of_a_job(missing: set[str]) -> None:
    """All that is missing is named, and where it works, and what to do elsewhere."""
    environ = {name: value for name, value in JOB.items() if name not in missing} | dict.fromkeys(
        list(missing)[:1], " "
    )
    with pytest.raises(BadSettings) as caught:
        place_of("artifact:ledger", environ)
    words = str(caught.value)
    assert {name for name in (TOKEN, PROJECT, ORGANIZATION) if name in words} == missing
    assert "inside a job of Semaphore" in words
    assert "--ledger none" in words


def test_without_a_key() -> None:
    """Why, and how to make one."""
    with pytest.raises(BadSettings, match=rf"{KEY} is not set.*openssl rand.*organization secret"):
        place_of("artifact:ledger", {**JOB, KEY: ""})


@pytest.mark.parametrize(
    "name",
    ["", "/x", "x/", "a//b", "../x", "a/../b", ".hidden", "a+b", "a b", "a%2fb", "ä", "x" * 201],
)
def test_names_that_the_server_would_take_for_others(name: str) -> None:
    """A plus is a slash for it when it loads."""
    with pytest.raises(BadSettings, match="letters, digits"):
        place_of(f"artifact:{name}", JOB)


@pytest.mark.parametrize(
    ("projects", "words"),
    [
        ({ID: "public"}, "project api is public"),
        ({ID: ""}, "project api is public"),
        ({"another": "private"}, f"does not see project {ID}"),
    ],
)
def test_who_could_read_it(projects: dict[str, str], words: str) -> None:
    """What can't be told to be private counts as public."""
    with pytest.raises(BadSettings, match=words):
        ask(projects)


def test_a_private_project() -> None:
    """Its name is told."""
    assert ask({"another": "public", ID: "private"}) == "api"


def ask(projects: dict[str, str]) -> str:
    bodies = [
        {"metadata": {"id": id_, "name": "api"}, "spec": {"visibility": visibility}}
        for id_, visibility in projects.items()
    ]

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"x-has-more": "false"}, text=json.dumps(bodies))

    async def main() -> str:
        transport = httpx.MockTransport(answer)
        async with Http("https://acme.example", Sealed("t"), transport=transport) as http:
            return await check_private(http, place_of("artifact:ledger", JOB))

    return asyncio.run(main())
