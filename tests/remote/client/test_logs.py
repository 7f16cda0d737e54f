"""Logs of cloud and self-hosted jobs: redirects, jobs under way, the tail that gets lost (D 15)."""

from typing import Any

import httpx
import pytest

from reconciler.errors import BadAnswer, NotFound, PermissionDenied, Rejected
from reconciler.remote.client import LogEvent, LogEventType, Result
from tests.remote.client.scripted import TOKEN, Server, data, text

JOB = "/api/v1alpha/jobs/j"
LOG = "GET /api/v1alpha/logs/j"
PLAIN = "GET /jobs/j/plain_logs.json"
HUB = "https://hub.example"
THERE = f"{HUB}/api/v1/logs/j?jwt=canary-jwt"
AGENT_LOG = f"GET {HUB}/api/v1/logs/j"

EVENTS: list[dict[str, Any]] = [
    {"event": "job_started", "timestamp": 1719979253},
    {"event": "cmd_started", "timestamp": 1719979253, "directive": "Exporting"},
    {"event": "cmd_output", "timestamp": 1719979253, "output": "Exporting CI\n"},
    {"event": "cmd_output", "timestamp": 1719979253, "output": "Exporting "},
    {"event": "cmd_output", "timestamp": 1719979254, "output": "PAGER\n"},
    {
        "event": "cmd_finished",
        "timestamp": 1719979255,
        "directive": "Exporting",
        "exit_code": 0,
        "started_at": 1719979255,
        "finished_at": 1719979255,
    },
    {"event": "job_finished", "timestamp": 1719979255, "result": "passed"},
]
TEXT = "Exporting\nExporting CI\nExporting PAGER\n"


def job(state: str) -> httpx.Response:
    return data({"metadata": {"id": "j"}, "status": {"state": state}})


def redirect(where: str, status: int = 302) -> httpx.Response:
    return text("", status, {"location": where})


def names(events: list[LogEvent]) -> list[str]:
    return [str(event.event) for event in events]


def expected(count: int = len(EVENTS)) -> list[str]:
    return [event["event"] for event in EVENTS[:count]]


class Hub:
    """An agent's log as loghub2 serves it, with its bug: archived, it only works from 0."""

    def __init__(self, *lengths: int | None) -> None:
        self._lengths = list(lengths)  # of the log at each read; None: archived
        self.tokens: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.params["jwt"] == "canary-jwt"
        assert "authorization" not in request.headers
        token = int(request.url.params.get("token", 0))
        self.tokens.append(token)
        length = self._lengths.pop(0) if len(self._lengths) > 1 else self._lengths[0]
        if length is None:
            return data({"events": [] if token else EVENTS, "next": None})
        return data({"events": EVENTS[token:length], "next": max(token, length)})


def self_hosted(hub: Hub) -> Server:
    return Server().on(LOG, redirect(THERE)).on(AGENT_LOG, hub)


def test_cloud_log() -> None:
    """The seeds' example is read in one request."""
    server = Server().on(LOG, data({"events": EVENTS}))

    events = server.all(lambda s: s.logs.events("j"))

    assert names(events) == expected()
    assert events[0].timestamp
    assert events[5].exit_code == 0
    assert events[6].result is Result.PASSED
    assert server.calls == [LOG]


def test_unfinished_cloud_log() -> None:
    """A log so far is read once, whether or not the job is over."""
    server = Server().on(LOG, data({"events": EVENTS[:3]}))

    assert names(server.all(lambda s: s.logs.events("j"))) == expected(3)
    assert server.calls == [LOG]


def test_old_name_of_the_result() -> None:
    """The official client knows the result by another name; both are read."""
    event = LogEvent.model_validate({"event": "job_finished", "job_result": "failed"})

    assert event.result is Result.FAILED


def test_unknown_event() -> None:
    """An event that is newer than the client is passed on."""
    event = LogEvent.model_validate({"event": "job_paused", "why": "lunch"})

    assert (event.event, event.text) == ("job_paused", "")


def test_text() -> None:
    """The text is what a plain log shows: directives on their lines, outputs as they came."""
    server = Server().on(LOG, data({"events": EVENTS}))

    assert server.ask(lambda s: s.logs.text("j")) == TEXT


def test_self_hosted_log() -> None:
    """A redirect is followed to a foreign host, and our token stays at home."""
    hub = Hub(None)
    server = self_hosted(hub)

    assert names(server.all(lambda s: s.logs.events("j"))) == expected()
    assert server.calls == [LOG, AGENT_LOG]
    assert server.requests[0].headers["authorization"] == f"Token {TOKEN}"


def test_self_hosted_log_in_parts() -> None:
    """A log that is still written is read until nothing more is there."""
    hub = Hub(3, 3)
    server = self_hosted(hub)

    assert names(server.all(lambda s: s.logs.events("j"))) == expected(3)
    assert hub.tokens == [0, 3]


def test_redirected_twice() -> None:
    """A signed address may send us on."""
    server = Server().on(LOG, redirect(THERE)).on(AGENT_LOG, redirect("https://b.example/x?s=1"))
    server.on("GET https://b.example/x", data({"events": EVENTS, "next": None}))

    assert names(server.all(lambda s: s.logs.events("j"))) == expected()


def test_redirected_for_ever() -> None:
    """Addresses that lead to each other are an error that tells no address."""
    server = Server().on(LOG, redirect(THERE)).on(AGENT_LOG, redirect(THERE))

    with pytest.raises(BadAnswer) as caught:
        server.all(lambda s: s.logs.events("j"))

    assert "canary" not in str(caught.value)


def test_follow_a_cloud_job() -> None:
    """Following yields each event once, as the log grows, and ends with the job."""
    logs = [data({"events": EVENTS[:count]}) for count in (1, 1, 3, 7)]
    server = Server().on(LOG, logs).on(f"GET {JOB}", job("RUNNING"))

    assert names(server.all(lambda s: s.logs.follow("j"))) == expected()
    assert server.slept


def test_follow_a_job_that_waits() -> None:
    """A job that has not started has no log yet; that is no reason to stop (D 15.1)."""
    never = text('"This job never started, so no logs were produced."', 404)
    server = Server().on(LOG, [never, never, data({"events": EVENTS})])
    server.on(f"GET {JOB}", [job("QUEUED"), job("QUEUED"), job("RUNNING")])

    assert names(server.all(lambda s: s.logs.follow("j"))) == expected()


def test_follow_a_job_that_never_ran() -> None:
    """A job that is over without a log is NotFound, in the server's words."""
    never = text('"This job was stopped before it started, so no logs were produced."', 404)
    server = Server().on(LOG, never).on(f"GET {JOB}", [job("PENDING"), job("FINISHED")])

    with pytest.raises(NotFound, match="stopped before it started"):
        server.all(lambda s: s.logs.follow("j"))


def test_follow_a_log_that_was_cut() -> None:
    """A log without its last event ends when the job has and nothing more comes."""
    server = Server().on(LOG, [data({"events": EVENTS[:count]}) for count in (2, 4)])
    server.on(f"GET {JOB}", [job("RUNNING"), job("FINISHED")])

    assert names(server.all(lambda s: s.logs.follow("j"))) == expected(4)


def test_follow_over_the_end_of_an_agents_job() -> None:
    """The tail that an archived log denies is read from its beginning, and nothing twice."""
    hub = Hub(2, 4, None)
    server = self_hosted(hub).on(f"GET {JOB}", [job("RUNNING"), job("RUNNING"), job("FINISHED")])

    assert names(server.all(lambda s: s.logs.follow("j"))) == expected()
    assert hub.tokens == [0, 2, 4, 0]


def test_follow_gives_up_on_silence() -> None:
    """A job that hangs in silence is followed as long as patience lasts."""
    server = Server().on(LOG, data({"events": EVENTS[:1]})).on(f"GET {JOB}", job("RUNNING"))

    assert names(server.all(lambda s: s.logs.follow("j"))) == expected(1)
    assert sum(server.slept) < 70


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (text("Permission denied", 401), PermissionDenied),
        (text('"Job with id j not found"', 404), NotFound),
        (text("Not found", 404), NotFound),
        (data({"logs": []}), BadAnswer),
        (text("<html>", 200), BadAnswer),
    ],
)
def test_refusals(answer: httpx.Response, error: type[Exception]) -> None:
    """The six ways to have no log are told apart."""
    server = Server().on(LOG, answer)

    with pytest.raises(error):
        server.all(lambda s: s.logs.events("j"))


def test_no_credential_in_errors() -> None:
    """The address of an agent's log is a credential, and in no error."""
    server = Server().on(LOG, redirect(THERE))
    server.on(AGENT_LOG, text("Logs for j not found: canary-jwt", 404))

    with pytest.raises(NotFound) as caught:
        server.all(lambda s: s.logs.events("j"))

    assert "canary" not in str(caught.value)


def test_plain_log() -> None:
    """The old route answers text, of the part that was asked for."""
    server = Server().on(PLAIN, text("Exporting\n"))

    assert server.ask(lambda s: s.logs.plain("j", starting_event=2, take=5)) == "Exporting\n"
    assert server.query() == {"starting_event": "2", "take": "5"}


def test_plain_log_of_an_agents_job() -> None:
    """The old route sends us to the agents' logs, where our token does not go."""

    def raw(request: httpx.Request) -> httpx.Response:
        assert "authorization" not in request.headers
        assert request.url.params["raw"] == "true"
        return text(TEXT)

    server = Server().on(PLAIN, redirect(f"{THERE}&raw=true", 307)).on(AGENT_LOG, raw)

    assert server.ask(lambda s: s.logs.plain("j")) == TEXT


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("https://acme.example/jobs/j", NotFound),
        ("https://localhost:8443/acme/jobs/j", NotFound),
        ("https://id.semaphoreci.com/login?next=secret", Rejected),
    ],
)
def test_plain_log_that_is_none(where: str, error: type[Exception]) -> None:
    """A redirect to a page is not mistaken for a log (D 15.3)."""
    server = Server().on(PLAIN, redirect(where))

    with pytest.raises(error) as caught:
        server.ask(lambda s: s.logs.plain("j"))

    assert "secret" not in str(caught.value)


def test_plain_log_of_no_job() -> None:
    """A page that says so, in the words that elsewhere tell of no organization (D 15.3)."""
    server = Server().on(PLAIN, text("Not Found", 404))

    with pytest.raises(NotFound, match="Not Found"):
        server.ask(lambda s: s.logs.plain("j"))


@pytest.mark.parametrize("where", ["http://[::1/x", "https://[canary]/x"])
def test_an_address_that_is_none(where: str) -> None:
    """An answer that can't be read, at the first redirect and at a later one."""
    server = Server().on(PLAIN, redirect(where)).on(LOG, redirect(where))

    for ask in (
        lambda s: s.logs.plain("j"),
        lambda s: s.logs.archived_address("j"),
        lambda s: s.logs.text("j"),
    ):
        with pytest.raises(BadAnswer, match=r"GET /.*/j.*: 302 .* no address") as caught:
            server.ask(ask)
        assert "canary" not in str(caught.value)
    server = Server().on(LOG, redirect(THERE)).on(AGENT_LOG, redirect(where))
    with pytest.raises(BadAnswer, match=r"GET .*: 302 .* no address"):
        server.ask(lambda s: s.logs.text("j"))


def test_a_signed_address_that_is_refused() -> None:
    """It is not our token that was refused, for it was not sent."""
    server = Server().on(LOG, redirect(THERE)).on(AGENT_LOG, text("Unauthorized\n", 401))

    with pytest.raises(PermissionDenied, match="refused the signed address"):
        server.ask(lambda s: s.logs.text("j"))


def test_archived_log() -> None:
    """The address of a stored log is handed out sealed, and not fetched."""
    server = Server().on(LOG, redirect("https://storage.example/job_logs.txt.gz?sig=canary"))

    address = server.ask(lambda s: s.logs.archived_address("j"))

    assert address.reveal() == "https://storage.example/job_logs.txt.gz?sig=canary"
    assert "canary" not in repr(address)
    assert server.query() == {"artifact_job_logs": "true"}


def test_kinds_of_events() -> None:
    """Each documented event has its member."""
    found = {LogEvent.model_validate(event).event for event in EVENTS}

    assert found == set(LogEventType)
