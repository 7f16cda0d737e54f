"""Logs of jobs: events, streams and text (D 15)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from reconciler.embedded import Edition
from reconciler.embedded.artifacts import storage
from tests.embedded.pipeline_runs import API, START, Runs, definition
from tests.embedded.target_calls import NOBODY

LOGS = f"{API}/logs"
SELF_HOSTED = "s1-linux"
COMMANDS = ("echo hello", "make", "exit 3")


@pytest.fixture
def runs(make_semaphore: Callable[..., Any]) -> Runs:
    return Runs.of(make_semaphore)


def finished(runs: Runs, *commands: str, machine: str = "e1-standard-2") -> str:
    """The id of a job that is over."""
    return runs.jobs(runs.done(definition(*commands, machine=machine)))[0]


def running(runs: Runs, *commands: str, machine: str = "e1-standard-2") -> str:
    """The id of a job that has just started."""
    runs.file(definition(*commands, machine=machine))
    pipeline = runs.start()
    for _ in range(30):
        runs.wait(1)
        found = runs.jobs(pipeline)
        if found and status(runs, found[0]) == "RUNNING":
            return found[0]
    raise AssertionError("the job does not start")


def status(runs: Runs, job: str) -> str:
    state: str = runs.semaphore.get(f"{API}/jobs/{job}").json()["status"]["state"]
    return state


def events(runs: Runs, job: str) -> list[dict[str, Any]]:
    answer = runs.semaphore.get(f"{LOGS}/{job}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


def stream(runs: Runs, job: str) -> str:
    """Where the log of a self-hosted job is, with a token."""
    answer = runs.semaphore.get(f"{LOGS}/{job}")
    assert (answer.status_code, answer.content) == (302, b"")
    location: str = answer.headers["location"]
    return location


def pull(runs: Runs, location: str, query: str = "") -> Any:
    return runs.semaphore.get(location + query, token=None)


def test_a_log_tells_what_happened(runs: Runs) -> None:
    """From start to finish, with times in whole seconds (D 15.1)."""
    job = finished(runs, *COMMANDS)
    answer = runs.semaphore.get(f"{LOGS}/{job}")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.text.startswith('{ "events": [{')
    assert answer.text.endswith("}] }")
    found = answer.json()["events"]
    begin = found[0]["timestamp"]
    assert begin > START
    assert found == [
        {"event": "job_started", "timestamp": begin},
        {"event": "cmd_started", "timestamp": begin, "directive": "echo hello"},
        {"event": "cmd_output", "timestamp": begin + 1, "output": "hello\n"},
        {
            "event": "cmd_finished",
            "timestamp": begin + 1,
            "directive": "echo hello",
            "exit_code": 0,
            "started_at": begin,
            "finished_at": begin + 1,
        },
        {"event": "cmd_started", "timestamp": begin + 1, "directive": "make"},
        {
            "event": "cmd_finished",
            "timestamp": begin + 2,
            "directive": "make",
            "exit_code": 0,
            "started_at": begin + 1,
            "finished_at": begin + 2,
        },
        {"event": "cmd_started", "timestamp": begin + 2, "directive": "exit 3"},
        {
            "event": "cmd_finished",
            "timestamp": begin + 3,
            "directive": "exit 3",
            "exit_code": 3,
            "started_at": begin + 2,
            "finished_at": begin + 3,
        },
        {"event": "job_finished", "timestamp": begin + 3, "result": "failed"},
    ]


def test_a_log_grows_while_the_job_runs(runs: Runs) -> None:
    """What is not over has no end yet."""
    job = running(runs, "make", "sleep 100", "make")
    runs.wait(50)
    assert [event["event"] for event in events(runs, job)] == [
        "job_started",
        "cmd_started",
        "cmd_finished",
        "cmd_started",
    ]
    runs.wait()
    assert events(runs, job)[-1]["result"] == "passed"


def test_a_stopped_job_was_cut_off(runs: Runs) -> None:
    """The command that ran has no end, but the job has."""
    job = running(runs, "sleep 100")
    runs.semaphore.post(f"{API}/jobs/{job}/stop", json={})
    runs.wait()
    found = events(runs, job)
    assert [event["event"] for event in found] == ["job_started", "cmd_started", "job_finished"]
    assert found[-1]["result"] == "stopped"


def test_a_job_before_its_start_has_no_log(runs: Runs) -> None:
    """While it waits, and when it was stopped while it waited."""
    runs.file(definition())
    pipeline = runs.start()
    for _ in range(30):
        runs.wait(1)
        if runs.jobs(pipeline):
            break
    job = runs.jobs(pipeline)[0]
    answer = runs.semaphore.get(f"{LOGS}/{job}")
    assert (answer.status_code, answer.json()) == (
        404,
        "Log not found neither in the archive nor in the virtual machine",
    )
    world = runs.semaphore.embedded.world
    finish = "UPDATE jobs SET state = 'FINISHED', finished_at = ?, result = ?, failure_reason = ?"
    for result, reason, sentence in (
        ("STOPPED", "", "This job was stopped before it started, so no logs were produced."),
        ("FAILED", "", "This job never started, so no logs were produced."),
        ("FAILED", "No such machine", "No such machine"),
    ):
        world.db.execute(finish, (START, result, reason))
        answer = runs.semaphore.get(f"{LOGS}/{job}")
        assert (answer.status_code, answer.json()) == (404, sentence)


@pytest.mark.parametrize(
    ("job", "status", "body"),
    [(NOBODY, 404, f"Job with id {NOBODY} not found"), ("x", 500, "Internal error")],
)
def test_unknown_jobs_are_not_found(semaphore: Any, job: str, status: int, body: str) -> None:
    """But what is no id at all is an internal error (D 15.1)."""
    answer = semaphore.get(f"{LOGS}/{job}")
    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize(
    ("permission", "query", "status"),
    [
        ("project.view", "", 401),
        ("project.artifacts.view", "", 200),
        ("project.artifacts.view", "?artifact_job_logs=true", 401),
    ],
)
def test_permissions(
    make_semaphore: Callable[..., Any], tmp_path: Any, permission: str, query: str, status: int
) -> None:
    """A missing one is a 401; uploaded logs need a second one (D 15.1)."""
    place = str(tmp_path / "embedded.db")
    runs = Runs.of(make_semaphore, path=place)
    job = finished(runs)
    denied = make_semaphore(path=place, permissions_denied=frozenset({permission}))
    answer = denied.get(f"{LOGS}/{job}{query}")
    assert answer.status_code == status
    assert status == 200 or answer.text == "Permission denied"


@pytest.mark.parametrize("value", ["1", "TRUE", "yes"])
def test_uploaded_logs_are_artifacts(runs: Runs, value: str) -> None:
    """The plain file before the compressed one (D 15.1)."""
    job = finished(runs)
    query = f"{LOGS}/{job}?artifact_job_logs={value}"
    missing = runs.semaphore.get(query)
    assert (missing.status_code, missing.json()) == (404, "Artifact job logs not found")
    world = runs.semaphore.embedded.world
    for name in ("job_logs.txt.gz", "job_logs.txt"):
        storage.put(world, f"artifacts/jobs/{job}/agent/{name}", name.encode())
        answer = runs.semaphore.get(query)
        assert answer.status_code == 302
        assert pull(runs, answer.headers["location"]).content == name.encode()


def test_uploaded_logs_are_a_feature(make_semaphore: Callable[..., Any]) -> None:
    """Without it they are a 403; other values do not ask for them."""
    runs = Runs.of(make_semaphore, artifacts_api=False)
    job = finished(runs)
    assert runs.semaphore.get(f"{LOGS}/{job}?artifact_job_logs=1").status_code == 403
    assert runs.semaphore.get(f"{LOGS}/{job}?artifact_job_logs=on").status_code == 200


def test_installations_have_no_logs_of_cloud_jobs(make_semaphore: Callable[..., Any]) -> None:
    """Their log service serves self-hosted jobs only (D 15.1)."""
    runs = Runs.of(make_semaphore, edition=Edition.CE)
    answer = runs.semaphore.get(f"{LOGS}/{finished(runs)}")
    assert (answer.status_code, answer.json()) == (500, "Internal error")
    stream(runs, finished(runs, machine=SELF_HOSTED))


def test_a_copied_job_shows_the_log_of_the_original(runs: Runs) -> None:
    """After a partial rebuild (D 11.6)."""
    jobs = [{"name": "A", "commands": ["echo a"]}, {"name": "B", "commands": ["exit 1"]}]
    text = definition(blocks=[{"name": "Block", "task": {"jobs": jobs}}])
    pipeline = runs.done(text)
    rebuild = f"{API}/pipelines/{pipeline}/partial_rebuild"
    answer = runs.semaphore.post(rebuild, json={"request_token": "t"})
    runs.wait()
    original, copy = runs.jobs(pipeline)[0], runs.jobs(answer.json()["pipeline_id"])[0]
    assert original != copy
    assert events(runs, copy) == events(runs, original)
    path = f"artifacts/jobs/{original}/agent/job_logs.txt"
    storage.put(runs.semaphore.embedded.world, path, b"uploaded")
    uploaded = runs.semaphore.get(f"{LOGS}/{copy}?artifact_job_logs=1")
    assert pull(runs, uploaded.headers["location"]).content == b"uploaded"


class TestStreams:
    """Logs of self-hosted jobs (D 15.2)."""

    def test_the_way_there_is_a_redirect(self, runs: Runs) -> None:
        """To the same host, with a token for five minutes."""
        location = stream(runs, finished(runs, machine=SELF_HOSTED))
        assert location.startswith("https://embedded.semaphore.local/api/v1/logs/")
        assert pull(runs, location).status_code == 200
        runs.wait(301)
        answer = pull(runs, location)
        assert (answer.status_code, answer.text) == (401, "Unauthorized\n")

    def test_a_finished_job_has_a_last_page(self, runs: Runs) -> None:
        """All its events, and nothing next."""
        location = stream(runs, finished(runs, "make", machine=SELF_HOSTED))
        page = pull(runs, location)
        assert page.headers["content-type"] == "application/json"
        assert page.json()["next"] is None
        assert [event["event"] for event in page.json()["events"]] == [
            "job_started",
            "cmd_started",
            "cmd_finished",
            "job_finished",
        ]

    def test_a_running_job_is_followed(self, runs: Runs) -> None:
        """The next token is the number of events seen so far."""
        location = stream(runs, running(runs, "sleep 10", "sleep 10", machine=SELF_HOSTED))
        first = pull(runs, location).json()
        assert first["next"] == len(first["events"]) == 2
        runs.wait(15)
        second = pull(runs, location, f"&token={first['next']}").json()
        assert (second["next"], len(second["events"])) == (4, 2)
        assert pull(runs, location, "&token=4").json() == {"events": [], "next": 4}

    @pytest.mark.parametrize("loses", [True, False])
    def test_who_crosses_the_end_loses_the_tail(
        self, make_semaphore: Callable[..., Any], loses: bool
    ) -> None:
        """The archive gives all or nothing, unless that is switched off."""
        runs = Runs.of(make_semaphore, archived_logs_lose_tail=loses)
        location = stream(runs, running(runs, "sleep 10", machine=SELF_HOSTED))
        runs.wait(60)
        every = pull(runs, location).json()["events"]
        tail = pull(runs, location, "&token=2").json()
        assert tail == {"events": [] if loses else every[2:], "next": None}

    def test_raw_is_text(self, runs: Runs) -> None:
        """Commands and what they print."""
        location = stream(runs, finished(runs, *COMMANDS, machine=SELF_HOSTED))
        answer = pull(runs, location, "&raw=true")
        assert answer.text == "echo hello\nhello\nmake\nexit 3\n"

    def test_tokens_are_for_one_job(self, runs: Runs) -> None:
        """In the query, else in the header; none or a wrong one is a 401."""
        other = finished(runs, machine=SELF_HOSTED)
        location = stream(runs, finished(runs, machine=SELF_HOSTED))
        path, jwt = urlsplit(location).path, parse_qs(urlsplit(location).query)["jwt"][0]
        bearer = {"Authorization": f"Bearer {jwt}"}
        get = runs.semaphore.get
        assert get(path, token=None, headers=bearer).status_code == 200
        for answer in (
            get(path, token=None),
            get(f"{path}?jwt=x", token=None, headers=bearer),
            get(f"/api/v1/logs/{other}?jwt={jwt}", token=None),
        ):
            assert (answer.status_code, answer.text) == (401, "Unauthorized\n")

    def test_the_token_of_events_is_a_number(self, runs: Runs) -> None:
        """Of 64 bits."""
        location = stream(runs, finished(runs, machine=SELF_HOSTED))
        for token in ("x", "1.5", str(2**63), "9" * 5000):
            answer = pull(runs, location, f"&token={token}")
            assert (answer.status_code, answer.text) == (400, "bad token\n")

    def test_a_job_that_did_not_start_has_none(self, runs: Runs) -> None:
        """Although the way there is shown."""
        runs.file(definition(machine=SELF_HOSTED))
        pipeline = runs.start()
        for _ in range(30):
            runs.wait(1)
            if runs.jobs(pipeline):
                break
        job = runs.jobs(pipeline)[0]
        answer = pull(runs, stream(runs, job))
        assert (answer.status_code, answer.text) == (404, f"Logs for {job} not found\n")


class TestPlain:
    """The text from the web pages (D 15.3)."""

    @pytest.mark.parametrize("name", ["plain_logs.json", "plain_logs.txt"])
    def test_it_is_text(self, runs: Runs, name: str) -> None:
        """Whatever the name says; a part of the events may be asked for."""
        page = f"/jobs/{finished(runs, *COMMANDS)}/{name}"
        answer = runs.semaphore.get(page)
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.text == "echo hello\nhello\nmake\nexit 3\n"
        part = runs.semaphore.get(f"{page}?starting_event=2&take=3")
        assert part.text == "hello\nmake\n"
        assert runs.semaphore.get(f"{page}?take={'9' * 5000}").text == answer.text

    def test_a_self_hosted_job_is_elsewhere(self, runs: Runs) -> None:
        """As raw text, for a minute."""
        page = f"/jobs/{finished(runs, 'make', machine=SELF_HOSTED)}/plain_logs.json"
        answer = runs.semaphore.get(page)
        assert answer.status_code == 307
        assert pull(runs, answer.headers["location"]).text == "make\n"
        runs.wait(61)
        assert pull(runs, answer.headers["location"]).status_code == 401

    def test_what_is_not_seen_is_a_page(self, make_semaphore: Callable[..., Any]) -> None:
        """An unknown job; any job of a private project where tokens do not count."""
        runs = Runs.of(make_semaphore, api_token_in_ui=False)
        for job in (NOBODY, finished(runs)):
            answer = runs.semaphore.get(f"/jobs/{job}/plain_logs.json")
            assert answer.status_code == 404
            assert answer.headers["content-type"].startswith("text/html")
