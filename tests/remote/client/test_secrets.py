"""Secrets as the client reads and writes them."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reconciler.errors import (
    AlreadyTaken,
    ApiError,
    BadSettings,
    NotFound,
    NotSent,
    PermissionDenied,
    Rejected,
)
from reconciler.kinds.notification import Notification
from reconciler.kinds.project_secret import ProjectSecret
from reconciler.kinds.secret import Secret
from reconciler.remote.client import Semaphore
from tests.remote.client.objects import CANARY, SECRETS
from tests.remote.client.scripted import Server, data, grpc, text


def secret_body(*, shown: bool) -> dict[str, Any]:
    metadata = {
        "name": "aws",
        "id": "5d4f",
        "create_time": "1571083003",
        "update_time": "1571083004",
        "checkout_at": "0",
        "content_included": shown,
    }
    value = CANARY if shown else ""
    env_vars = [{"name": "KEY", "value": value}]
    return {"metadata": metadata, "data": {"env_vars": env_vars, "files": []}, "org_config": None}


def a_secret(value: str = CANARY) -> Secret:
    return Secret.model_validate(
        {"metadata": {"name": "aws"}, "data": {"env_vars": [{"name": "KEY", "value": value}]}}
    )


def test_read_a_secret() -> None:
    """A secret's facts are typed, and its value is nowhere to be seen."""
    server = Server().on(f"GET {SECRETS}/aws", data(secret_body(shown=True)))

    secret = server.ask(lambda s: s.secrets.describe("aws"))

    assert (secret.id, secret.name, secret.content_included) == ("5d4f", "aws", True)
    assert secret.create_time == datetime(2019, 10, 14, 19, 56, 43, tzinfo=UTC)
    assert secret.checkout_at is None
    assert CANARY not in repr(secret)
    assert secret.definition.data.env_vars[0].value.reveal() == CANARY


def test_hidden_values_are_not_sent_back() -> None:
    """What the server hides can't be written: NotSent, and nothing is sent."""
    server = Server().on(f"GET {SECRETS}/aws", data(secret_body(shown=False)))

    async def copy(semaphore: Semaphore) -> None:
        secret = await semaphore.secrets.describe("aws")
        await semaphore.secrets.update("aws", secret.definition)

    with pytest.raises(NotSent, match="hidden"):
        server.ask(copy)
    assert server.calls == [f"GET {SECRETS}/aws"]


def test_write_a_secret() -> None:
    """Create and update send the whole object, opened."""
    server = Server().on(f"POST {SECRETS}", data(secret_body(shown=False)))
    server.on(f"PATCH {SECRETS}/5d4f", data(secret_body(shown=True)))
    sent = {
        "metadata": {"name": "aws"},
        "data": {"env_vars": [{"name": "KEY", "value": CANARY}], "files": []},
    }

    server.ask(lambda s: s.secrets.create(a_secret()))
    assert server.body() == sent
    server.ask(lambda s: s.secrets.update("5d4f", a_secret()))
    assert server.body() == sent


def test_no_secret_in_errors() -> None:
    """A value that the server repeats in its refusal is not in the error."""
    server = Server().on(f"POST {SECRETS}", grpc(3, f"bad value {CANARY}", 400))

    with pytest.raises(Rejected) as caught:
        server.ask(lambda s: s.secrets.create(a_secret()))

    assert CANARY not in str(caught.value)


def test_list_secrets() -> None:
    """A listing follows its tokens and yields each secret once."""
    one, two = secret_body(shown=False), secret_body(shown=False)
    two["metadata"]["id"] = "6e5f"
    pages = [
        data({"secrets": [one], "next_page_token": "a="}),
        data({"secrets": [one, two], "next_page_token": ""}),
        data({"secrets": [one, two], "next_page_token": ""}),
    ]
    server = Server().on(f"GET {SECRETS}", pages)

    assert [secret.id for secret in server.all(lambda s: s.secrets.list())] == ["5d4f", "6e5f"]


@pytest.mark.parametrize(
    ("listing", "error"),
    [
        (grpc(7, "Can't list secrets in organization", 403), PermissionDenied),
        (data({"secrets": [], "next_page_token": ""}), NotFound),
        (grpc(14, "down", 503), NotFound),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_absent_or_forbidden(method: str, listing: httpx.Response, error: type[ApiError]) -> None:
    """A secret that is "not found" for want of a right is PermissionDenied (B 1.6)."""
    server = Server().on(f"{method} {SECRETS}/aws", grpc(5, "Secret aws not found", 404))
    server.on(f"GET {SECRETS}", listing)
    work = {
        "GET": lambda s: s.secrets.describe("aws"),
        "PATCH": lambda s: s.secrets.update("aws", a_secret()),
        "DELETE": lambda s: s.secrets.delete("aws"),
    }[method]

    with pytest.raises(error):
        server.ask(work)


@pytest.mark.parametrize("code", [3, 9])
def test_conflict(code: int) -> None:
    """A name in use is AlreadyTaken, whichever code says so (B 4.2)."""
    answer = grpc(code, "name 'ops' has already been taken", 400)
    server = Server().on("POST /api/v1alpha/notifications", answer)
    definition = Notification.model_validate({"metadata": {"name": "ops"}})

    with pytest.raises(AlreadyTaken):
        server.ask(lambda s: s.notifications.create(definition))


def test_project_secrets() -> None:
    """A project's secrets are below its id; the body never names the project (B 2.6)."""
    body = secret_body(shown=True)
    body["metadata"]["project_id_or_name"] = "p1"
    server = Server().on("POST /api/v1/projects/p1/secrets", data(body))
    server.on("DELETE /api/v1/projects/p1/secrets/aws%2Fkey", text("{}"))
    definition = ProjectSecret.model_validate({"metadata": {"name": "aws"}})

    secret = server.ask(lambda s: s.project_secrets.create("p1", definition))

    assert secret.project_id == "p1"
    assert server.body() == {
        "metadata": {"name": "aws"},
        "data": {"env_vars": [], "files": []},
    }
    server.ask(lambda s: s.project_secrets.delete("p1", "aws/key"))


@pytest.mark.parametrize("project", ["", ".", ".."])
def test_project_that_is_none(project: str) -> None:
    """An id that would change the path is refused before anything is sent."""
    server = Server()

    with pytest.raises(BadSettings):
        server.ask(lambda s: s.project_secrets.describe(project, "aws"))
    with pytest.raises(BadSettings):
        server.all(lambda s: s.project_secrets.list(project))
    assert not server.requests
