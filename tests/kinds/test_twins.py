"""What an answer has beyond this version: found at any depth, kept with its part, never shown."""

import json
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.api import Item, plain
from reconciler.kinds.project import Status
from reconciler.kinds.twins import bare, carried, paths, twins
from reconciler.model import Spec
from reconciler.remote.order import encoded

_DASHBOARD = KINDS["Dashboard"]


def dashboard(*widgets: dict[str, Any], **more: Any) -> Any:
    body = {"metadata": {"id": "1", "name": "d"}, "spec": {"widgets": list(widgets)}, **more}
    return _DASHBOARD.decode(body).spec


def widget(name: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "list_pipelines", **more}


def test_it_is_found_at_any_depth_and_sent_back() -> None:
    """With the known fields it makes the request that changes nothing."""
    spec = dashboard(widget(size=3, filters={"tag": "v1"}), theme="dark")
    assert list(paths(spec)) == ["theme", "spec.widgets[].size", "spec.widgets[].filters.tag"]
    sent = json.loads(encoded(_DASHBOARD.encode(Item(spec), None)).content or b"")
    assert sent["theme"] == "dark"
    assert sent["spec"]["widgets"] == [widget(size=3, filters={"tag": "v1"})]
    assert list(paths(bare(spec))) == []


def test_it_is_secret_on_the_way_back() -> None:
    """A server may repeat what it was sent: such words are masked."""
    spec = dashboard(widget(owner=["ann", {"mail": "ann@example.com"}]), theme=7)
    assert encoded(plain(spec)).values == ("ann", "ann@example.com")


def test_nothing_shows_it() -> None:
    """Neither what Python says of the value nor what it can be dumped to."""
    spec = dashboard(widget(owner="ann"), theme="dark")
    for said in (repr(spec), str(spec), f"{spec}", repr(spec.model_dump()), spec.model_dump_json()):
        assert "ann" not in said
        assert "dark" not in said


def test_a_pipeline_file_is_known_by_its_path() -> None:
    """Of another level, and at another place in the list, it is the same."""
    status = Status.model_validate
    live = status(
        {"pipeline_files": [{"path": "a.yml", "level": "pipeline", "tier": 1}]}, extra="allow"
    )
    wanted = status(
        {
            "pipeline_files": [
                {"path": "b.yml", "level": "block"},
                {"path": "a.yml", "level": "block"},
            ]
        }
    )
    kept: Any = carried(wanted, live)
    assert [file.beyond for file in kept.pipeline_files] == [{}, {"tier": 1}]


TIMED = {
    "description": "",
    "recurring": True,
    "at": "0 3 * * *",
    "paused": False,
    "pipeline_file": "f",
    "parameters": [],
}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "ProjectSecret",
            {
                "metadata": {"id": "1", "name": "s", "project_id_or_name": "p", "checkout_at": "0"},
                "data": {"env_vars": [], "files": []},
            },
        ),
        (
            "Project",
            {
                "apiVersion": "v1alpha",
                "kind": "Project",
                "status": {"state": "ready"},
                "metadata": {"id": "1", "name": "p", "org_id": "o", "owner_id": "u"},
                "spec": {
                    "repository": {"url": "u", "name": "r", "owner": "o"},
                    "tasks": [],
                    "schedulers": [],
                },
            },
        ),
        (
            "DeploymentTarget",
            {
                "id": "1",
                "name": "t",
                "description": "",
                "url": "",
                "project_id": "p",
                "organization_id": "o",
                "created_by": "u",
                "created_at": "",
                "updated_by": "u",
                "updated_at": "",
                "state": "USABLE",
                "state_message": "",
                "active": True,
                "last_deployment": {"state": "STARTED"},
            },
        ),
        (
            "SelfHostedAgentType",
            {
                "metadata": {"name": "s1-a", "create_time": 1, "update_time": 1},
                "spec": {},
                "status": {"total_agent_count": 0, "registration_token": "t"},
            },
        ),
        (
            "Schedule",
            {
                "id": "1",
                "name": "s",
                "project_id": "p",
                "reference": "r",
                "branch": "b",
                "requester_id": "u",
                "suspended": False,
                "triggers": [],
                **TIMED,
            },
        ),
    ],
)
def test_what_the_server_owns_is_never_sent_back(kind: str, body: dict[str, Any]) -> None:
    """It is known, though no field."""
    assert list(paths(KINDS[kind].decode(body).spec)) == []


def test_a_task_is_repeated_with_what_its_project_shows_in_it() -> None:
    """Its nested reference is for readers only (A 2.2)."""
    task = {"id": "t", "name": "n", "reference": {"type": "tag", "name": "v"}, "zone": "eu"}
    body = {
        "metadata": {"id": "1", "name": "p"},
        "spec": {"repository": {"url": "u"}, "tasks": [task]},
    }
    (shown,) = KINDS["Project"].decode(body).children.values()
    assert list(paths(shown)) == ["zone"]


def _kept(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    after: Any = carried(dashboard(*new), dashboard(*old))
    return [dict(item.beyond) for item in after.spec.widgets]


def test_items_keep_it_by_name_by_meaning_by_likeness_and_by_place() -> None:
    """In this order; an item that is new in every respect has nothing."""
    other = {"type": "list_workflows"}
    assert _kept([widget("a", x=1), widget("b", x=2)], [widget("b", **other), widget("a")]) == [
        {"x": 2},
        {"x": 1},
    ]
    old = [widget(x=1), widget(x=2, **other)]
    assert _kept(old, [widget(**other)]) == [{"x": 2}]
    assert _kept(old, [widget(filters={"branch": "b"}), widget(**other)]) == [{"x": 1}, {"x": 2}]
    edited = widget(filters={"branch": "b"})
    assert _kept(old, [edited]) == [{"x": 1}]
    assert _kept(old, [widget(**other), edited, widget()]) == [{"x": 2}, {}, {"x": 1}]
    assert _kept([old[1]], [edited, widget()]) == [{}, {}]
    assert _kept([old[1]], [edited]) == [{"x": 2}]


def test_what_a_unique_name_identifies_is_nothing_else() -> None:
    """Two parameters in the same place are two."""

    def schedule(*names: str, **more: Any) -> Any:
        listed = [{"name": name, **more} for name in names]
        told = {"id": "1", "name": "s", "project_id": "p", "reference": "r"}
        body = told | TIMED | {"parameters": listed}
        spec: Any = KINDS["Schedule"].decode(body).spec
        return spec.spec.parameters

    old, new = schedule("a", "b", x=1), schedule("c", "b")
    assert [twin and twin.name for twin in twins(new, old)] == [None, "b"]


def test_equal_values_differ_by_what_is_beyond_them() -> None:
    """And by nothing else: not by whether anything could be there."""
    assert dashboard(widget(), theme=1) == dashboard(widget(), theme=1)
    assert dashboard(widget(), theme=1) != dashboard(widget(), theme=2)
    assert dashboard() == _DASHBOARD.model.model_validate(
        {"metadata": {"name": "d"}, "spec": {"widgets": []}}
    )
    assert isinstance(dashboard(), Spec)
