"""Promotions (D 13)."""

import uuid
from datetime import UTC, datetime

import pytest

from reconciler.errors import BadSettings, Rejected, ServerFault
from tests.remote.client.objects import PIPELINE, PIPELINES
from tests.remote.client.scripted import Server, data, text

PROMOTION = {
    "triggered_by": "Pipeline Done request",
    "triggered_at": {"seconds": 1571065763, "nanos": 817290000},
    "status": "processing",
    "scheduled_pipeline_id": "",
    "scheduled_at": {"seconds": 0, "nanos": 0},
    "override": False,
    "name": "production",
}


def test_list_promotions() -> None:
    """A promotion that moves on while its pages are read is still one (it has no id)."""
    other = PROMOTION | {"triggered_at": {"seconds": 1571065700, "nanos": 0}}
    passed = PROMOTION | {"status": "passed", "scheduled_pipeline_id": "d605"}
    headers = {"total-pages": "2", "total": "2"}
    server = Server().on(
        "GET /api/v1alpha/promotions",
        [
            data([PROMOTION], headers=headers | {"page-number": "1"}),
            data([passed, other], headers=headers | {"page-number": "2"}),
            data([passed], headers=headers | {"page-number": "1"}),
            data([other], headers=headers | {"page-number": "2"}),
        ],
    )

    found = server.all(lambda s: s.promotions.list("p", name="production"))

    assert [promotion.triggered_at for promotion in found] == [
        datetime(2019, 10, 14, 15, 9, 23, 817290, tzinfo=UTC),
        datetime(2019, 10, 14, 15, 8, 20, tzinfo=UTC),
    ]
    assert found[0].is_automatic
    assert found[0].scheduled_at is None
    assert int(server.query()["page_size"]) < 100


def test_trigger_promotion() -> None:
    """Parameters are keys beside the endpoint's own, and a token makes it repeatable."""
    server = Server().on(
        "POST /api/v1alpha/promotions",
        [text("upstream request timeout", 504), text('"Promotion successfully triggered."')],
    )

    server.ask(
        lambda s: s.promotions.trigger("p", "prod", override=True, parameters={"VERSION": "2"})
    )

    token = server.body(0)["request_token"]
    assert server.body(1) == {
        "pipeline_id": "p",
        "name": "prod",
        "override": True,
        "VERSION": "2",
        "request_token": token,
    }
    assert uuid.UUID(token).version == 4


def test_reserved_parameter() -> None:
    """A parameter that the server would take for something else is refused, not dropped."""
    server = Server()

    with pytest.raises(BadSettings, match="'name'"):
        server.ask(lambda s: s.promotions.trigger("p", "prod", parameters={"name": "x"}))

    assert not server.requests


@pytest.mark.parametrize(("switch", "fault"), [("", False), ("s", True)])
def test_pipeline_without_promotions(switch: str, fault: bool) -> None:
    """A pipeline without promotions, which the server trips over, is told from a fault."""
    server = Server().on(f"GET {PIPELINES}/p", data({"pipeline": PIPELINE | {"switch_id": switch}}))
    for method in ("GET", "POST"):
        server.on(f"{method} /api/v1alpha/promotions", text('"Internal error"', 500))

    if fault:
        with pytest.raises(ServerFault):
            server.all(lambda s: s.promotions.list("p"))
    else:
        assert server.all(lambda s: s.promotions.list("p")) == []
    with pytest.raises(ServerFault if fault else Rejected) as caught:
        server.ask(lambda s: s.promotions.trigger("p", "prod"))
    assert caught.value.outcome_unknown is fault
