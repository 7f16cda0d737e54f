"""Faults on demand, as a client in the same process sees them."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from reconciler.embedded import Action, BadFault, Embedded, Fault, Moment
from reconciler.embedded.faults import fault_json

PROJECTS = "/api/v1alpha/projects"
SECRETS = "/api/v1beta/secrets"
TARGETS = "/api/v1alpha/deployment_targets"


class Client:
    """Requests through the transport on which connections can break."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded

    def send(self, method: str, path: str, within: float = 5, **parts: Any) -> httpx.Response:
        async def sending() -> httpx.Response:
            async with (
                asyncio.timeout(within),
                httpx.AsyncClient(
                    transport=self.embedded.transport(),
                    base_url="https://embedded.semaphore.local",
                    headers={"Authorization": "Token t"},
                ) as client,
            ):
                return await client.request(method, path, **parts)

        return asyncio.run(sending())

    def get(self, path: str) -> httpx.Response:
        return self.send("GET", path)

    def create(self, name: str) -> httpx.Response:
        repository = {"url": f"git@github.com:acme/{name}.git", "integration_type": "github_app"}
        body = {"metadata": {"name": name}, "spec": {"repository": repository}}
        return self.send("POST", PROJECTS, json=body)

    def secret(self, name: str) -> httpx.Response:
        return self.send("POST", SECRETS, json={"metadata": {"name": name}, "data": {}})

    def names(self) -> list[str]:
        """The projects there really are, unnoticed by faults and journal."""
        rows = self.embedded.world.db.execute("SELECT name FROM projects ORDER BY name")
        return [row["name"] for row in rows]


@pytest.fixture
def client(make_semaphore: Callable[..., Any]) -> Client:
    """An organization whose new projects are in the list at once."""
    return Client(make_semaphore(project_ready_seconds=0).embedded)


def test_the_nth_matching_call_is_hit_and_only_so_many(client: Client) -> None:
    """Calls of other methods and paths are not counted."""
    client.embedded.faults.add(
        Fault(action=Action.ANSWER, method="GET", path=f"{PROJECTS}*", nth=2, times=2, status=503)
    )
    client.get(SECRETS)
    client.create("api")
    statuses = [client.get(f"{PROJECTS}/api").status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]


def test_a_pattern_sees_the_query(client: Client) -> None:
    """A regular expression is matched against path and query."""
    client.embedded.faults.add(Fault(action=Action.ANSWER, path=r"^/api.*\?page=2$", times=None))
    assert client.get(f"{PROJECTS}?page=1").status_code == 200
    assert client.get(f"{PROJECTS}?page=2").status_code == 500
    assert client.get(f"{PROJECTS}?page=2").status_code == 500


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_before_nothing_happens_and_after_it_has_happened(client: Client, status: int) -> None:
    """The same answer, a different world; the journal tells them apart."""
    faults = client.embedded.faults
    faults.add(Fault(action=Action.ANSWER, method="POST", status=status))
    assert client.create("before").status_code == status
    faults.add(Fault(action=Action.ANSWER, method="POST", status=status, when=Moment.AFTER))
    assert client.create("after").status_code == status
    assert client.names() == ["after"]
    entries = client.embedded.journal.entries()
    assert [(entry.status, entry.fault) for entry in entries] == [
        (status, "answer before"),
        (200, "answer after"),
    ]


def test_a_five_hundred_is_in_the_words_of_its_service(client: Client) -> None:
    """D 6: text, JSON string after the deed, grpc status."""
    faults = client.embedded.faults
    for when in (Moment.BEFORE, Moment.AFTER):
        for path in (PROJECTS, TARGETS, SECRETS):
            faults.add(Fault(action=Action.ANSWER, path=path, when=when))
            answer = client.get(path)
            expected = {
                (PROJECTS, Moment.BEFORE): "Something went wrong",
                (PROJECTS, Moment.AFTER): "Something went wrong",
                (TARGETS, Moment.BEFORE): "Something went wrong",
                (TARGETS, Moment.AFTER): '"Internal error"',
                (
                    SECRETS,
                    Moment.BEFORE,
                ): '{"code":2,"message":"Internal Server Error","details":[]}',
                (
                    SECRETS,
                    Moment.AFTER,
                ): '{"code":2,"message":"Internal Server Error","details":[]}',
            }
            assert (answer.status_code, answer.text) == (500, expected[path, when])


def test_the_edge_speaks_for_itself(client: Client) -> None:
    """D 2, D 6: plain words; a 403 of a failed authentication is empty."""
    lost = "upstream connect error or disconnect/reset before headers. reset reason: "
    for status, words in (
        (403, ""),
        (502, lost + "protocol error"),
        (503, "no healthy upstream"),
        (504, "upstream request timeout"),
    ):
        client.embedded.faults.add(Fault(action=Action.ANSWER, status=status))
        answer = client.get(PROJECTS)
        assert (answer.status_code, answer.text) == (status, words)


def test_too_many_requests_say_when_to_come_back(client: Client) -> None:
    """Whatever the header's text: seconds, a date, nonsense."""
    for text in ("7", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"):
        client.embedded.faults.add(Fault(action=Action.ANSWER, status=429, retry_after=text))
        answer = client.get(PROJECTS)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, text)


def test_any_answer_can_be_given(client: Client) -> None:
    """HTML with a 200, or a coding that is none."""
    client.embedded.faults.add(
        Fault(
            action=Action.ANSWER, status=200, body="<html>", headers={"content-type": "text/html"}
        )
    )
    answer = client.get(PROJECTS)
    assert (answer.status_code, answer.text) == (200, "<html>")
    assert answer.headers["content-type"] == "text/html"
    client.embedded.faults.add(
        Fault(
            action=Action.ANSWER, status=200, body="no gzip", headers={"content-encoding": "gzip"}
        )
    )
    with pytest.raises(httpx.DecodingError):
        client.get(PROJECTS)


@pytest.mark.parametrize(
    ("action", "error"),
    [(Action.RESET, httpx.ReadError), (Action.CLOSE, httpx.RemoteProtocolError)],
)
@pytest.mark.parametrize("when", [Moment.BEFORE, Moment.AFTER])
def test_a_lost_connection_proves_nothing(
    client: Client, action: Action, error: type[Exception], when: Moment
) -> None:
    """The client sees the same whether the project is there or not."""
    client.embedded.faults.add(Fault(action=action, method="POST", when=when))
    with pytest.raises(error):
        client.create("api")
    assert client.names() == (["api"] if when is Moment.AFTER else [])
    status = 200 if when is Moment.AFTER else 0
    entry = client.embedded.journal.entries()[0]
    assert (entry.method, entry.status, entry.fault) == ("POST", status, f"{action} {when}")


@pytest.mark.parametrize("when", [Moment.BEFORE, Moment.AFTER])
def test_a_hanging_server_answers_nobody(client: Client, when: Moment) -> None:
    """Only the client's own deadline ends it."""
    client.embedded.faults.add(Fault(action=Action.HANG, method="POST", when=when))

    async def hanging() -> None:
        async with httpx.AsyncClient(transport=client.embedded.transport()) as plain:
            await plain.post("https://x" + PROJECTS, json={}, headers={"Authorization": "Token t"})

    async def briefly() -> None:
        async with asyncio.timeout(0.05):
            await hanging()

    with pytest.raises(TimeoutError):
        asyncio.run(briefly())
    assert len(client.embedded.journal.entries()) == 1


def test_a_truncated_answer_is_no_answer(client: Client) -> None:
    """What was asked for is done."""
    client.embedded.faults.add(Fault(action=Action.TRUNCATE, method="POST"))
    with pytest.raises(httpx.RemoteProtocolError):
        client.create("api")
    assert client.names() == ["api"]


def test_delays_and_drips_change_only_the_time(client: Client) -> None:
    """The answer is the same in the end."""
    plain = client.get(PROJECTS)
    for fault in (
        Fault(action=Action.DELAY, seconds=0.01),
        Fault(action=Action.DELAY, seconds=0.01, when=Moment.AFTER),
        Fault(action=Action.DRIP, seconds=0),
    ):
        client.embedded.faults.add(fault)
        answer = client.get(PROJECTS)
        assert (answer.status_code, answer.content) == (plain.status_code, plain.content)


def test_faults_combine(client: Client) -> None:
    """A delay around a refusal after the deed."""
    client.embedded.faults.add(Fault(action=Action.DELAY, seconds=0.01))
    client.embedded.faults.add(Fault(action=Action.ANSWER, status=504, when=Moment.AFTER))
    assert client.create("api").status_code == 504
    assert client.names() == ["api"]
    entries = client.embedded.journal.entries()
    assert [entry.fault for entry in entries] == ["delay before, answer after"]


def test_a_page_repeats(client: Client) -> None:
    """The second page is the first once more, its token included; the next read is honest."""
    for number in range(4):
        client.secret(f"s{number}")
    client.embedded.faults.add(Fault(action=Action.REPEAT_PAGE, path=SECRETS, method="GET", nth=2))
    first = client.get(f"{SECRETS}?page_size=2").json()
    following = f"{SECRETS}?page_size=2&page_token={first['next_page_token']}"
    assert client.get(following).json() == first
    names = [secret["metadata"]["name"] for secret in client.get(following).json()["secrets"]]
    assert names == ["s2", "s3"]


@pytest.mark.parametrize(
    ("items", "seen"), [(1, ["s0", "s1", "s3"]), (-1, ["s0", "s1", "s1", "s2", "s3"])]
)
def test_a_page_shifts(client: Client, items: int, seen: list[str]) -> None:
    """An item is missed, or seen twice, as when the list changes between two pages."""
    for number in range(4):
        client.secret(f"s{number}")
    client.embedded.faults.add(
        Fault(action=Action.SHIFT_PAGE, path=SECRETS, method="GET", nth=2, items=items)
    )
    names: list[str] = []
    token = ""
    for _ in range(2):
        page = client.get(f"{SECRETS}?page_size=2&page_token={token}").json()
        names += [secret["metadata"]["name"] for secret in page["secrets"]]
        token = page["next_page_token"]
    assert names == seen


def test_a_bare_list_shifts_too(client: Client) -> None:
    """Projects come as an array."""
    client.create("a")
    client.embedded.faults.add(Fault(action=Action.SHIFT_PAGE, path=PROJECTS))
    assert client.get(PROJECTS).json() == []
    assert len(client.get(PROJECTS).json()) == 1


def test_the_lists_of_one_object_are_no_page(client: Client) -> None:
    """It is shown whole, or not at all."""
    project = client.create("a").json()["metadata"]["id"]
    rules = [{"selector": "/x", "age": "1 week"}]
    policy = f"/api/v1alpha/artifacts_retention_policies/{project}"
    written = {"project_id": project, "project_level_retention_policies": rules}
    client.send("POST", "/api/v1alpha/artifacts_retention_policies", json=written)
    before = client.get(policy).json()
    assert before["project_level_retention_policies"]
    client.embedded.faults.add(Fault(action=Action.SHIFT_PAGE, path=policy))
    assert client.get(policy).json() == before


def test_a_stale_read_is_one_write_behind(client: Client) -> None:
    """Lists, descriptions and writes of other kinds: the whole organization as it was."""
    client.create("old")
    client.embedded.faults.add(Fault(action=Action.STALE, method="GET", times=3))
    client.create("new")
    assert [item["metadata"]["name"] for item in client.get(PROJECTS).json()] == ["old"]
    assert client.get(f"{PROJECTS}/new").status_code == 404
    assert client.get(f"{PROJECTS}/old").status_code == 200
    assert client.get(f"{PROJECTS}/new").status_code == 200
    assert [entry.fault for entry in client.embedded.journal.entries()][-2:] == ["stale before", ""]


def test_a_lagging_permission_is_refused_in_the_words_of_each_service(client: Client) -> None:
    """D 2: 401 with a message, 401 with text, 403 with code 7."""
    project = client.create("api").json()["metadata"]["id"]
    client.embedded.faults.add(Fault(action=Action.DENY, times=3))
    answers = [
        client.get(f"{PROJECTS}/api"),
        client.get(f"{TARGETS}?project_id={project}"),
        client.get(SECRETS),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 403]
    assert answers[0].json() == {"message": "Unauthorized"}
    assert answers[1].text == "Permission denied"
    assert answers[2].json()["code"] == 7
    assert client.get(f"{PROJECTS}/api").status_code == 200


def test_faults_can_be_taken_back(client: Client) -> None:
    """One by its number, or all."""
    faults = client.embedded.faults
    armed = faults.add(Fault(action=Action.ANSWER, times=None))
    faults.add(Fault(action=Action.ANSWER, status=502, times=None))
    assert client.get(PROJECTS).status_code == 500
    assert faults.remove(armed.number)
    assert not faults.remove(armed.number)
    assert client.get(PROJECTS).status_code == 502
    faults.clear()
    assert client.get(PROJECTS).status_code == 200


def test_faults_are_the_same_in_json() -> None:
    """What is shown can be read."""
    for action in Action:
        fault = Fault(action=action, nth=3, times=None, path="^/x", seconds=0.5)
        assert fault_json.read(json.loads(json.dumps(fault_json.shown(fault)))) == fault


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "a fault is an object"),
        ({}, "action is needed"),
        ({"action": "explode"}, "action is one of delay, answer"),
        ({"action": "reset", "when": "later"}, "when is one of before, after, answered"),
        ({"action": "reset", "when": "answered"}, "reset can't happen answered"),
        ({"action": "reset", "wehn": "after"}, "unknown field 'wehn'"),
        ({"action": "reset", "nth": 0}, "nth counts from 1"),
        ({"action": "reset", "nth": True}, "nth has the wrong type"),
        ({"action": "reset", "times": 0}, "times is at least 1"),
        ({"action": "reset", "path": "^("}, "path is no regular expression"),
        ({"action": "answer", "status": 100}, "status is between 200 and 599"),
        ({"action": "answer", "headers": {"a": 1}}, "headers map names to strings"),
        ({"action": "delay", "seconds": -1}, "seconds can't be negative"),
    ],
)
def test_a_bad_fault_is_refused_with_a_sentence(value: Any, words: str) -> None:
    """Each mistake has its own."""
    with pytest.raises(BadFault, match=words.replace("(", r"\(")):
        fault_json.read(value)


def test_faults_come_from_the_environment(
    make_semaphore: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A testing aid for whole programs."""
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", '[{"action": "reset"}]')
    armed = make_semaphore().embedded.faults.armed()
    assert [each.fault.action for each in armed] == [Action.RESET]
    for text in ("{}", "nonsense", '[{"action": 1}]'):
        monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", text)
        with pytest.raises(BadFault):
            make_semaphore()
