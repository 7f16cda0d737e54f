"""Every error body of the reference has one meaning."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import (
    AlreadyTaken,
    ApiError,
    BadAnswer,
    NotFound,
    PermissionDenied,
    RateLimited,
    Rejected,
    ServerFault,
    Unauthenticated,
    UnknownOrganization,
)
from reconciler.remote.answers import AnswerTooLarge, NotJson, failure, parse, trimmed

PROJECTS = "/api/v1alpha/projects/api"
SCHEDULES = "/api/v1alpha/schedules"
TARGETS = "/api/v1alpha/deployment_targets"
SECRETS = "/api/v1beta/secrets"
GATE = "The deployment targets feature is not enabled for your organization."


def grpc(code: int, message: str) -> str:
    return json.dumps({"code": code, "message": message, "details": []})


CASES: list[tuple[type[ApiError], str, int, str]] = [
    (Unauthenticated, PROJECTS, 401, "Unauthorized"),
    (Unauthenticated, "/api/v1/logs/1", 401, "Unauthorized\n"),
    (Unauthenticated, SECRETS, 401, grpc(16, "no token")),
    (Unauthenticated, SECRETS, 401, ""),
    (PermissionDenied, PROJECTS, 401, '{"message":"Unauthorized"}'),
    (PermissionDenied, TARGETS, 401, "Permission denied"),
    (PermissionDenied, TARGETS, 401, '"Permission denied"'),
    (PermissionDenied, SECRETS, 403, grpc(7, "Can't list secrets in organization")),
    (PermissionDenied, SECRETS, 403, ""),
    (PermissionDenied, TARGETS, 403, GATE),
    (PermissionDenied, PROJECTS, 404, "Your IP 10.0.0.1 is not allowed.\nAsk the owner."),
    (UnknownOrganization, PROJECTS, 404, "Not Found"),
    (UnknownOrganization, TARGETS, 404, "Not Found"),
    (UnknownOrganization, SECRETS, 404, "Not Found"),
    (NotFound, SCHEDULES, 404, "Not Found"),
    (NotFound, "/api/v1alpha/plumber-workflows/1", 404, "Not Found"),
    (NotFound, "/api/v1alpha/pipelines/1", 404, "Not Found"),
    (NotFound, PROJECTS, 404, '{"message":"Not found"}'),
    (NotFound, TARGETS, 404, "Not found"),
    (NotFound, TARGETS, 404, '"Not found"'),
    (NotFound, SECRETS, 404, grpc(5, "Secret db not found")),
    (NotFound, SCHEDULES, 400, "\"Periodic with id: '1' not found.\""),
    (Rejected, "/api/v1alpha/x", 404, "oops"),
    (Rejected, "/api/v1alpha/workflows", 404, grpc(5, "Not Found")),
    (Rejected, SECRETS, 501, grpc(12, "Method Not Allowed")),
    (Rejected, SCHEDULES, 400, "\"Project with name 'X' not found.\""),
    (Rejected, SECRETS, 400, grpc(9, "Secret can not be updated with API")),
    (Rejected, PROJECTS, 422, '{"message":""}'),
    (Rejected, PROJECTS, 415, "Something went wrong"),
    (Rejected, SECRETS, 409, grpc(10, "aborted")),
    (AlreadyTaken, PROJECTS, 422, '{"message":"Project name \'X\' is already taken"}'),
    (AlreadyTaken, SCHEDULES, 400, "\"Periodic with name 'N' already exists for project 'P'.\""),
    (AlreadyTaken, SECRETS, 400, grpc(3, "name has already been taken")),
    (AlreadyTaken, SECRETS, 400, grpc(9, "name 'X' has already been taken")),
    (AlreadyTaken, SECRETS, 400, grpc(3, "name: name must be unique in project")),
    (AlreadyTaken, TARGETS, 400, '"agent type name must by unique in the organization"'),
    (AlreadyTaken, SECRETS, 409, grpc(6, "there is one")),
    (RateLimited, PROJECTS, 429, "slow down"),
    (RateLimited, SECRETS, 429, grpc(8, "quota")),
    (AnswerTooLarge, SECRETS, 429, grpc(8, "grpc: received message larger than max (1 vs. 2)")),
    (ServerFault, PROJECTS, 500, "Something went wrong"),
    (ServerFault, TARGETS, 500, '"Internal error"'),
    (ServerFault, SECRETS, 500, grpc(2, "Internal Server Error")),
    (ServerFault, SECRETS, 503, "no healthy upstream"),
    (ServerFault, SECRETS, 504, "upstream request timeout"),
    (ServerFault, SECRETS, 408, ""),
    (BadAnswer, SECRETS, 101, ""),
]


@pytest.mark.parametrize(("expected", "path", "status", "text"), CASES)
def test_meaning(expected: type[ApiError], path: str, status: int, text: str) -> None:
    """Each documented answer becomes exactly one class of error."""
    assert expected is type(failure("GET", path, status, {}, text))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("oops", "oops"),
        ('role "owner" is not valid', '"role \\"owner\\" is not valid"'),
        ("page must be a number", '{"message":"page must be a number"}'),
        ("no", grpc(3, "no")),
        ("old", '{"error":"old","code":3}'),
        ("Logs for X not found", "Logs for X not found\n"),
        ("Page not found", "<!DOCTYPE html><html><title>Page not found</title><body>x"),
        ("Sign in please", "<html><script>var a = 1;</script><p>Sign in</p> please</html>"),
        ("", ""),
        ("", "{}"),
        ("[1, 2]", "[1, 2]"),
        ("NoSuchKey: Gone.", "<Error><Code>NoSuchKey</Code><Message>Gone.</Message><Details>x"),
        ("NoSuchKey", "<?xml version='1.0'?>\n<Error><Code>NoSuchKey</Code></Error>"),
    ],
)
def test_words(words: str, text: str) -> None:
    """The server's words are found in every kind of wrapping."""
    assert words == failure("GET", "/x", 400, {}, text).words


def test_words_are_short_and_printable() -> None:
    """Control characters and endless texts do not reach a terminal."""
    error = failure("GET", "/x", 400, {}, "\x1b[31mred\r\n\u202eback " + "y" * 100_000)
    assert error.words.startswith("[31mred back yyy")
    assert len(error.words) == 300


def test_feature_gate_keeps_its_words() -> None:
    """A refused feature is explained by the server, not as a missing permission."""
    shown = str(failure("POST", TARGETS, 403, {}, GATE))
    assert GATE in shown
    assert "lacks the permission" not in shown


def test_hidden_values_are_masked() -> None:
    """A secret the server repeats is masked, raw, escaped, by line and when short."""
    key = 'line "one" long\nline two long'
    text = grpc(3, f'bad value {key} or {json.dumps(key)} or "line two long" or 42, not 420')
    words = failure("POST", SECRETS, 400, {}, text, hide=[key, "42"]).words
    assert words == 'bad value *** or "***" or "***" or ***, not 420'


def test_classification_survives_masking() -> None:
    """A secret that is part of the decisive words does not change what they mean."""
    text = grpc(3, "name has already been taken")
    error = failure("POST", SECRETS, 400, {}, text, hide=["already been taken"])
    assert isinstance(error, AlreadyTaken)
    assert error.words == "name has ***"


@pytest.mark.parametrize(
    ("seconds", "headers"),
    [
        (None, {}),
        (3.0, {"Retry-After": "3"}),
        (0.5, {"retry-after": " 0.5 "}),
        (60.0, {"retry-after": "36000"}),
        (60.0, {"retry-after": "9" * 400}),
        (None, {"retry-after": "-5"}),
        (None, {"retry-after": "soon"}),
        (None, {"retry-after": "٣"}),
        (None, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        (
            20.0,
            {
                "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT",
                "date": "Wed, 21 Oct 2015 07:27:40 GMT",
            },
        ),
        (
            0.0,
            {
                "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT",
                "date": "Wed, 21 Oct 2020 07:28:00 GMT",
            },
        ),
        (
            None,
            {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT", "date": "21 Oct 2020 07:28:00 -0000"},
        ),
    ],
)
def test_retry_after(seconds: float | None, headers: dict[str, str]) -> None:
    """Seconds and dates are understood and bounded, nonsense is ignored."""
    assert seconds == failure("GET", "/x", 429, headers, "").retry_after


@pytest.mark.parametrize("location", ["", "/login", "http://[bad", "https://u:p@h.example/?jwt=s3"])
def test_redirect(location: str) -> None:
    """A redirect is reported by its host, never with what its address may hide."""
    error = failure("GET", "/x", 301, {"location": location}, "")
    assert isinstance(error, Rejected)
    assert "redirected" in error.words
    assert "s3" not in str(error)
    assert "u:p" not in str(error)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (None, " \r\n"),
        ([1], "\ufeff[1]"),
        ({}, '{}{"error":"failed to send audit event"}'),
        ({"a": 1}, '{"a":1}\n{"b":2}\n'),
        ("done", '"done"'),
    ],
)
def test_parse(value: object, text: str) -> None:
    """The first JSON value is the answer, whatever the headers said."""
    assert value == parse(text)


def test_many_values_take_no_longer_than_one() -> None:
    """An answer is read once, whatever it is made of."""
    began = time.process_time()
    assert parse("1 " * 1_000_000) == 1
    assert time.process_time() - began < 20


@pytest.mark.parametrize("text", ["pong", "<html>", '{"a":', '{"a":1} trailing', "[" * 200_000])
def test_not_json(text: str) -> None:
    """What is not JSON raises an error that holds nothing of the text."""
    with pytest.raises(NotJson) as caught:
        parse(text)
    assert caught.value.__context__ is None
    assert str(caught.value) == ""


@given(st.integers(100, 599), st.text(), st.dictionaries(st.text(), st.text()))
def test_any_answer_becomes_an_error(status: int, text: str, headers: dict[str, str]) -> None:
    """No body or header, however odd, makes the classification fail."""
    error = failure("GET", PROJECTS, status, headers, text)
    assert len(error.words) <= 300
    assert trimmed(error.words) == error.words


@given(st.text(alphabet="ab \n\"'\\é", min_size=4).filter(lambda text: len(text.strip()) > 3))
def test_any_hidden_value_is_masked(value: str) -> None:
    """No secret of some length survives in the words."""
    error = failure("POST", SECRETS, 400, {}, grpc(3, f"[{value}]"), hide=[value])
    assert " ".join(value.split()) not in error.words
