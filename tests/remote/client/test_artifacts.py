"""Artifacts: listings, and addresses signed by either generation of the API (D 16)."""

import httpx
import pytest

from reconciler.errors import NotFound, PermissionDenied, Rejected
from reconciler.model import Sealed
from reconciler.remote.client import Access, Scope
from tests.remote.client.scripted import Server, data, grpc, text

ARTIFACTS = "/api/v1alpha/artifacts"
SIGNED = "https://storage.example/a?sig=canary"


def test_list() -> None:
    """What is in a directory comes with sizes for files alone."""
    items = [
        {"name": "a.txt", "path": "logs/a.txt", "is_directory": False, "size": 12},
        {"name": "deep", "path": "logs/deep", "is_directory": True},
    ]
    server = Server().on(f"GET {ARTIFACTS}", data({"artifacts": items}))

    found = server.ask(lambda s: s.artifacts.list(Scope.JOBS, "j", "logs"))

    assert [(item.name, item.is_directory, item.size) for item in found] == [
        ("a.txt", False, 12),
        ("deep", True, None),
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
