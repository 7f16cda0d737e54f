"""Deployment targets: tokens, secrets that stay, and history (C 1)."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reconciler.errors import AlreadyTaken, ApiError, BadSettings, NotFound, Rejected
from reconciler.kinds.deployment_target import DeploymentTarget as Definition
from reconciler.remote.client import DeploymentState, DeploymentTarget, TargetState
from reconciler.remote.client.times import microseconds
from tests.remote.client.scripted import Server, data, text

TARGETS = "/api/v1alpha/deployment_targets"
TARGET: dict[str, Any] = {
    "url": "project_1234.zyx",
    "updated_by": "02984c87",
    "updated_at": "2023-06-07T09:24:04.000000Z",
    "subject_rules": [{"type": "ANY", "subject_id": ""}],
    "state_message": "",
    "state": "USABLE",
    "project_id": "p1",
    "organization_id": "7304b7f9",
    "object_rules": [{"type": "BRANCH", "pattern": "", "match_mode": "ALL"}],
    "name": "prod",
    "last_deployment": None,
    "id": "t1",
    "description": "",
    "created_by": "02984c87",
    "created_at": "2023-06-01T10:07:36.000000Z",
    "bookmark_parameter3": "",
    "bookmark_parameter2": "",
    "bookmark_parameter1": "",
    "active": True,
}
REFUSED = text('"Changeset error"', 400)


def definition(**spec: Any) -> Definition:
    return Definition.model_validate({"metadata": {"name": "prod"}, "spec": spec})


def target() -> DeploymentTarget:
    """Return the target as it is read."""
    server = Server().on(f"GET {TARGETS}/t1", data(TARGET))
    return server.ask(lambda s: s.deployment_targets.describe("t1"))


def test_describe() -> None:
    """The seeds' example is read; without being asked for it has no secrets."""
    found = target()

    assert (found.id, found.name, found.state) == ("t1", "prod", TargetState.USABLE)
    assert found.updated_at == datetime(2023, 6, 7, 9, 24, 4, tzinfo=UTC)
    assert found.definition.spec.env_vars is None


def test_describe_with_secrets() -> None:
    """Asked for, secrets come as digests that are sealed too."""
    digest = "0123456789abcdef0123456789abcdef"
    body = TARGET | {"env_vars": [{"name": "A", "value": digest}], "files": []}
    server = Server().on(f"GET {TARGETS}/t1", data(body))

    found = server.ask(lambda s: s.deployment_targets.describe("t1", include_secrets=True))

    assert server.query() == {"include_secrets": "true"}
    assert found.definition.spec.env_vars
    assert digest not in repr(found)


def test_by_name() -> None:
    """A name that nothing has is None: the server never says 404 (C 1.1)."""
    server = Server().on(f"GET {TARGETS}", [data([TARGET]), data([])])

    found = server.ask(lambda s: s.deployment_targets.by_name("p1", "prod"))
    assert found
    assert found.id == "t1"
    assert server.query() == {"project_id": "p1", "target_name": "prod"}
    assert server.ask(lambda s: s.deployment_targets.by_name("p1", "x")) is None


def test_list() -> None:
    """A listing tells the last deployments, and is in one piece."""
    last = {"id": "d1", "state": "STARTED", "triggered_at": "2023-05-26T10:35:00.000000Z"}
    server = Server().on(f"GET {TARGETS}", data([TARGET | {"last_deployment": last}]))

    (found,) = server.all(lambda s: s.deployment_targets.list("p1"))

    assert found.last_deployment
    assert found.last_deployment.state is DeploymentState.STARTED


def test_create() -> None:
    """A creation is repeated with its token, which is a new one."""
    server = Server().on(f"POST {TARGETS}", [text("", 503), data(TARGET | {"state": "SYNCING"})])

    created = server.ask(lambda s: s.deployment_targets.create("p1", definition()))

    assert created.is_syncing
    assert server.body(0) == server.body(1)
    assert uuid.UUID(server.body()["unique_token"]).version == 4
    assert server.body()["project_id"] == "p1"
    assert "active" not in server.body()


@pytest.mark.parametrize(("found", "error"), [(data([TARGET]), AlreadyTaken), (data([]), Rejected)])
def test_unexplained_refusal(found: httpx.Response, error: type[ApiError]) -> None:
    """A name in use and a bad rule have the same words, and are told apart (C 1.3)."""
    server = Server().on(f"POST {TARGETS}", REFUSED).on(f"GET {TARGETS}", found)

    with pytest.raises(ApiError) as caught:
        server.ask(lambda s: s.deployment_targets.create("p1", definition()))

    assert type(caught.value) is error


@pytest.mark.parametrize(("holder", "error"), [("t1", Rejected), ("t2", AlreadyTaken)])
def test_unexplained_refusal_of_an_update(holder: str, error: type[ApiError]) -> None:
    """A target's own name is not in use by another."""
    current = target()
    server = Server().on(f"PATCH {TARGETS}/t1", REFUSED)
    server.on(f"GET {TARGETS}", data([TARGET | {"id": holder}]))

    with pytest.raises(ApiError) as caught:
        server.ask(lambda s: s.deployment_targets.update(current, definition()))

    assert type(caught.value) is error


def test_a_token_of_another_target() -> None:
    """A token that belongs elsewhere looks like success; nothing was done (C 1.8)."""
    other = data(TARGET | {"id": "t2", "name": "other"})
    current = target()
    server = Server().on(f"POST {TARGETS}", other).on(f"PATCH {TARGETS}/t1", other)

    with pytest.raises(Rejected, match="nothing was done"):
        server.ask(lambda s: s.deployment_targets.create("p1", definition(), unique_token="mine"))
    with pytest.raises(Rejected, match="nothing was done"):
        server.ask(
            lambda s: s.deployment_targets.update(current, definition(), unique_token="mine")
        )
    assert server.body()["unique_token"] == "mine"


@pytest.mark.parametrize(
    ("spec", "sent"),
    [
        ({}, {}),
        ({"env_vars": []}, {"env_vars": [], "files": []}),
        (
            {"env_vars": [{"name": "A", "value": "1"}]},
            {"env_vars": [{"name": "A", "value": "1"}], "files": []},
        ),
    ],
)
def test_update_sends_values_or_none(spec: dict[str, Any], sent: dict[str, Any]) -> None:
    """Variables and files are one unit: both are sent, or both stay (C 1.4)."""
    current = target()
    server = Server().on(f"PATCH {TARGETS}/t1", data(TARGET))

    server.ask(lambda s: s.deployment_targets.update(current, definition(**spec)))

    body = server.body()
    assert {key: body[key] for key in ("env_vars", "files") if key in body} == sent


def test_delete() -> None:
    """A deletion has a token, and is repeated with it."""
    server = Server().on(f"DELETE {TARGETS}/t1", [text("", 503), data({"target_id": "t1"})])

    server.ask(lambda s: s.deployment_targets.delete("t1"))

    assert server.query(0) == server.query(1)
    assert uuid.UUID(server.query()["unique_token"]).version == 4


def test_switch() -> None:
    """A target is switched on and off by routes of their own."""
    server = Server()
    for verb in ("activate", "deactivate"):
        server.on(f"PATCH {TARGETS}/t1/{verb}", data({"target_id": "t1", "cordoned": True}))

    server.ask(lambda s: s.deployment_targets.deactivate("t1"))
    server.ask(lambda s: s.deployment_targets.activate("t1"))

    assert server.calls == [f"PATCH {TARGETS}/t1/deactivate", f"PATCH {TARGETS}/t1/activate"]


def test_wait() -> None:
    """Waiting ends when the target is stored, or gone."""
    syncing = data(TARGET | {"state": "SYNCING"})
    server = Server().on(f"GET {TARGETS}/t1", [syncing, syncing, data(TARGET)])
    server.on(f"GET {TARGETS}/t2", [syncing, text('"Not found"', 404)])

    assert not server.ask(lambda s: s.deployment_targets.wait("t1")).is_syncing
    with pytest.raises(NotFound):
        server.ask(lambda s: s.deployment_targets.wait("t2"))


START = datetime(2023, 5, 26, 10, 0, tzinfo=UTC)


def past(count: int, size: int = 10) -> Callable[[httpx.Request], httpx.Response]:
    """Serve the history of ``count`` deployments, one a minute, as gofer does."""
    moments = [START - timedelta(minutes=number) for number in range(count)]

    def handle(request: httpx.Request) -> httpx.Response:
        params = request.url.params
        left = moments
        if params.get("cursor_type") == "BEFORE":
            value = int(params["cursor_value"])
            left = [moment for moment in moments if microseconds(moment) < value]
        page = left[:size]
        more = len(left) > size
        deployments = [{"id": f"{moment:%H:%M}", "target_id": "t1"} for moment in page]
        before = microseconds(page[-1]) if more else 0
        return data({"deployments": deployments, "cursor_before": before, "cursor_after": 0})

    return handle


@pytest.mark.parametrize("count", [0, 1, 10, 11, 35])
def test_history(count: int) -> None:
    """History goes back to its beginning, page by page, each deployment once."""
    server = Server().on(f"GET {TARGETS}/t1/history", past(count))

    found = server.all(lambda s: s.deployment_targets.history("t1"))

    assert [deployment.id for deployment in found] == [
        f"{START - timedelta(minutes=number):%H:%M}" for number in range(count)
    ]
    assert len(server.requests) == max(1, -(-count // 10))


def test_history_that_leads_nowhere() -> None:
    """A cursor that leads to the same page again ends the walk."""
    page = {"deployments": [{"id": "1"}], "cursor_before": 1685096881121173, "cursor_after": 0}
    server = Server().on(f"GET {TARGETS}/t1/history", data(page))

    assert len(server.all(lambda s: s.deployment_targets.history("t1"))) == 1


def test_filters_of_history() -> None:
    """Filters go out under the names the server knows, on every page."""
    server = Server().on(f"GET {TARGETS}/t1/history", data({"deployments": []}))

    server.all(
        lambda s: s.deployment_targets.history(
            "t1",
            git_ref_type="TAG",
            git_ref_label="v1",
            triggered_by="u",
            parameters=("a", "", "b*"),
        )
    )

    assert server.query() == {
        "git_ref_type": "tag",
        "git_ref_label": "v1",
        "triggered_by": "u",
        "parameter1": "a",
        "parameter3": "b*",
    }


def test_history_page() -> None:
    """A page's cursors are moments, good for the next request to the microsecond."""
    page = {"deployments": [], "cursor_before": 1685096881121173, "cursor_after": 0}
    server = Server().on(f"GET {TARGETS}/t1/history", data(page))

    first = server.ask(lambda s: s.deployment_targets.history_page("t1"))
    assert first.cursor_after is None
    server.ask(lambda s: s.deployment_targets.history_page("t1", before=first.cursor_before))
    assert server.query() == {"cursor_type": "BEFORE", "cursor_value": "1685096881121173"}
    server.ask(lambda s: s.deployment_targets.history_page("t1", after=first.cursor_before))
    assert server.query()["cursor_type"] == "AFTER"


def test_history_both_ways() -> None:
    """A page can't be before and after a time at once, nor have a fourth parameter."""
    server = Server()

    with pytest.raises(BadSettings):
        server.ask(lambda s: s.deployment_targets.history_page("t1", before=START, after=START))
    with pytest.raises(BadSettings):
        server.ask(lambda s: s.deployment_targets.history_page("t1", parameters=("",) * 4))
    assert not server.requests
