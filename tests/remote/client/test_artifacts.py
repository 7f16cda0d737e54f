"""Artifacts: listings, and addresses signed by either generation of the API (D 16)."""

import httpx
import pytest

from reconciler.errors import BadAnswer, NotFound, NotSent, PermissionDenied, Rejected
from reconciler.model import Sealed
from reconciler.remote.client import Access, Scope, SignedUrl
from tests.remote.client.scripted import Server, data, grpc, text

ARTIFACTS = "/api/v1alpha/artifacts"
SIGNED = "https://storage.example/a?sig=canary"


def test_list() -> None:
    """What is in a directory comes with sizes for files alone."""
    items = [
        {"name": "a.txt", "path": "logs/a.txt", "is_directory": False, "size": 12},
        {"name": "deep", "path": "logs/deep", "is_directory": True},
        {"name": "bare"},
    ]
    server = Server().on(f"GET {ARTIFACTS}", data({"artifacts": items}))

    found = server.ask(lambda s: s.artifacts.list(Scope.JOBS, "j", "logs"))

    assert [(item.name, item.is_directory, item.size) for item in found] == [
        ("a.txt", False, 12),
        ("deep", True, None),
        ("bare", False, None),
    ]
    assert server.query() == {"scope": "jobs", "scope_id": "j", "path": "logs"}


def test_signed_url() -> None:
    """An address that is a credential is sealed."""
    answer = data({"items": [{"path": "a.txt", "url": SIGNED}]})
    server = Server().on(f"GET {ARTIFACTS}/signed_url", answer)

    found = server.ask(
        lambda s: s.artifacts.signed_url(Scope.PROJECTS, "p", "a.txt", method="head")
    )

    assert (found.path, found.method) == ("a.txt", "HEAD")
    assert "canary" not in repr(found)
    assert found.url.reveal() == SIGNED
    assert server.query()["method"] == "HEAD"


def test_job_urls() -> None:
    """A job's token goes out as it is, without a scheme word, in place of ours (D 16.1)."""
    urls = [{"URL": SIGNED, "method": "HEAD"}, {"URL": SIGNED, "method": "PUT"}]
    server = Server().on("POST /api/v1/artifacts", data({"URLs": urls}))
    path = "artifacts/jobs/2f4b/a.txt"

    found = server.ask(lambda s: s.artifacts.job_urls([path], Access.PUSH, job_token="eyJhbGciOi"))

    assert [url.method for url in found] == ["HEAD", "PUT"]
    assert server.requests[0].headers["authorization"] == "eyJhbGciOi"
    assert server.body() == {"paths": [path], "type": "PUSH"}


@pytest.mark.parametrize(
    ("access", "methods"),
    [
        (Access.PUSH, []),
        (Access.PUSH, ["HEAD"]),
        (Access.PUSH, ["PUT", "HEAD"]),
        (Access.PUSH, ["HEAD", "PUT", "PUT"]),
        (Access.PUSH_FORCE, []),
        (Access.PUSH_FORCE, ["DELETE"]),
        (Access.PULL, []),
        (Access.PULL, ["GET", "PUT"]),
        (Access.YANK, ["GET"]),
    ],
)
def test_other_addresses_than_were_asked_for(access: Access, methods: list[str]) -> None:
    """Too few, too many, for something else: said where they are read."""
    urls = [{"URL": SIGNED, "method": method} for method in methods]
    server = Server().on("POST /api/v1/artifacts", data({"URLs": urls}))

    with pytest.raises(BadAnswer, match=r"POST /api/v1/artifacts: 200 expected addresses for"):
        server.ask(lambda s: s.artifacts.job_urls(["x"], access, job_token="j"))


@pytest.mark.parametrize("address", ["http://[::1/x", "https://[canary]/x", "https://\u2100/x"])
def test_addresses_that_are_none(address: str) -> None:
    """They are answers that can't be read, whoever asked, and are not repeated."""
    server = Server().on("POST /api/v1/artifacts", data({"URLs": [{"URL": address}]}))
    server.on(f"GET {ARTIFACTS}/signed_url", data({"items": [{"url": address}]}))

    for ask in (
        lambda s: s.artifacts.job_urls(["x"], Access.PULL, job_token="j"),
        lambda s: s.artifacts.signed_url(Scope.JOBS, "j", "x"),
    ):
        with pytest.raises(BadAnswer, match=r"this SignedUrl can't be read: (url|URL)") as caught:
            server.ask(ask)
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (grpc(7, "no", 403), PermissionDenied),
        (data({"code": 7, "error": "Artifact token is not correct"}, 403), PermissionDenied),
        (grpc(5, "artifact not found", 404), NotFound),
        (grpc(3, "invalid path x", 400), Rejected),
    ],
)
def test_refusals(answer: httpx.Response, error: type[Exception]) -> None:
    """Refusals are told apart, also in the shape of the older gateway."""
    server = Server().on("POST /api/v1/artifacts", answer)

    with pytest.raises(error):
        server.ask(lambda s: s.artifacts.job_urls(["x"], Access.PULL, job_token=Sealed("j")))


def test_feature_that_is_off() -> None:
    """An organization without the feature refuses in plain text."""
    server = Server().on(f"GET {ARTIFACTS}", text("The artifacts feature is not enabled", 403))

    with pytest.raises(PermissionDenied, match="plan or edition"):
        server.ask(lambda s: s.artifacts.list(Scope.JOBS, "j"))


STORE = "https://storage.example/bucket/artifacts/projects/p/a"


def at(method: str) -> SignedUrl:
    return SignedUrl(url=f"{STORE}?expires=1&signature=canary-s1gn4ture", method=method)


def stored(content: bytes = b"", status: int = 200) -> httpx.Response:
    return httpx.Response(status, content=content, headers={"ETag": '"v1"'})


def xml(code: str, status: int) -> httpx.Response:
    words = "<Message>It is so.</Message><StringToSign>PUT canary-s1gn4ture</StringToSign>"
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code>{words}</Error>"
    return httpx.Response(status, text=body)


def test_load() -> None:
    """Bytes come as they are, and no token goes to the store."""
    content = b"\x00\xff" + b'{"json": "or not"}'
    server = Server().on(f"GET {STORE}", stored(content))

    found = server.ask(lambda s: s.artifacts.load(at("GET")))

    assert (found.content, found.version) == (content, '"v1"')
    assert "authorization" not in server.requests[0].headers


def test_version() -> None:
    """HEAD tells which one is there, or that there is none."""
    server = Server().on(f"HEAD {STORE}", [stored(), httpx.Response(404)])

    assert server.ask(lambda s: s.artifacts.version(at("HEAD"))) == '"v1"'
    assert server.ask(lambda s: s.artifacts.version(at("HEAD"))) == ""


@pytest.mark.parametrize(
    ("over", "conditions"),
    [(None, {}), ("", {"if-none-match": "*"}), ('"v0"', {"if-match": '"v0"'})],
)
def test_store(over: str | None, conditions: dict[str, str]) -> None:
    """The bytes alone: a Content-Type would make an address of Google's store void."""
    server = Server().on(f"PUT {STORE}", stored())

    assert server.ask(lambda s: s.artifacts.store(at("PUT"), b"x", over=over)) == '"v1"'

    sent = server.requests[0]
    assert sent.content == b"x"
    assert {name: sent.headers[name] for name in conditions} == conditions
    assert not {"authorization", "content-type", "if-match", "if-none-match"} & (
        sent.headers.keys() - conditions.keys()
    )


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (xml("NoSuchKey", 404), NotFound, "404 NoSuchKey: It is so."),
        (xml("SignatureDoesNotMatch", 403), PermissionDenied, "refused the signed address"),
        (xml("ExpiredToken", 400), Rejected, "ExpiredToken"),
        (xml("PreconditionFailed", 412), Rejected, "PreconditionFailed"),
        (httpx.Response(307, headers={"location": "https://elsewhere.example"}), BadAnswer, "re"),
        (httpx.Response(200), BadAnswer, "ETag"),
    ],
)
def test_what_a_store_says(answer: httpx.Response, error: type[Exception], words: str) -> None:
    """In its words and with its host, but never with what was signed."""
    server = Server().on(f"PUT {STORE}", answer)

    with pytest.raises(error) as caught:
        server.ask(lambda s: s.artifacts.store(at("PUT"), b"x"))

    assert words in str(caught.value)
    assert STORE in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_store_is_asked_again() -> None:
    """The same bytes twice are the same bytes."""
    server = Server().on(f"PUT {STORE}", [httpx.Response(503), stored()])

    assert server.ask(lambda s: s.artifacts.store(at("PUT"), b"x")) == '"v1"'


def test_who_only_reads_can_pull() -> None:
    """The request for addresses is a POST that changes nothing, unless it is for a write."""
    urls = data({"URLs": [{"URL": SIGNED, "method": "GET"}]})
    server = Server(read_only=True).on("POST /api/v1/artifacts", urls)

    def sign(access: Access) -> tuple[SignedUrl, ...]:
        return server.ask(lambda s: s.artifacts.job_urls(["x"], access, job_token="j"))

    assert sign(Access.PULL)
    for access in (Access.PUSH, Access.PUSH_FORCE, Access.YANK):
        with pytest.raises(NotSent):
            sign(access)
    with pytest.raises(NotSent):
        server.ask(lambda s: s.artifacts.store(at("PUT"), b"x"))
