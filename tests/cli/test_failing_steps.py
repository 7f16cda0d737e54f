"""One step that goes wrong, however it does: the others are done, and text, JSON and code say so."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from reconciler.embedded.faults.transport import Transport
from tests.cli.conftest import Ran, dashboard

APPLY = ("--org", "embedded:x.db", "apply", "--auto-approve", "m.yml")


@pytest.fixture
def crashing(place: Path) -> Iterator[pytest.MonkeyPatch]:
    """Ten dashboards to be made, one of which makes the network raise what nobody expects."""
    (place / "m.yml").write_text("".join(dashboard(f"d{n}") for n in range(10)))
    sent = Transport.handle_async_request

    async def handle(self: Transport, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and b'"d4"' in request.content:
            secret = "canary"
            raise ZeroDivisionError(secret)
        return await sent(self, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "handle_async_request", handle)
        yield patch


def test_a_bug_in_one_step(crashing: pytest.MonkeyPatch, reconciler: Callable[..., Ran]) -> None:
    """It is told with its place and without its words; nine are made, the tenth by the next run."""
    ran = reconciler(*APPLY)
    assert ran.code == 3
    assert "Done: 9 of 10 changes (9 created). Failed: 1." in ran.out
    assert "this is a bug in reconciler" in ran.out
    assert "ZeroDivisionError at reconciler.remote.http:" in ran.out
    assert "state: it may or may not have happened; plan again to see" in ran.out
    assert "canary" not in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err
    assert "cut off" not in reconciler("--org", "embedded:x.db", "plan", "m.yml").out
    crashing.undo()
    again = reconciler(*APPLY)
    assert again.code == 0
    assert "Done: 1 of 1 change (1 created)." in again.out


def test_a_bug_in_one_step_as_data(
    crashing: pytest.MonkeyPatch, reconciler: Callable[..., Ran]
) -> None:
    """The document is whole, and says the same."""
    assert crashing
    ran = reconciler(*APPLY, "--format", "json")
    assert ran.code == 3
    document = json.loads(ran.out)
    assert document["results"] == {"done": 9, "failed": 1, "skipped": 0}
    (failed,) = [each for each in document["outcomes"] if each["result"] == "failed"]
    assert failed["address"] == "Dashboard/d4"
    assert "this is a bug in reconciler" in failed["detail"]
