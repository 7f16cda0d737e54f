"""Dashboards of the embedded Semaphore (B 3)."""

from pathlib import Path
from typing import Any

import pytest

from tests.embedded.refusals import refusal
from tests.embedded.run_calls import Clock

DASHBOARDS = "/api/v1alpha/dashboards"
UUID = "6c7d1f52-0a1b-4b0e-9c7a-0123456789ab"
CRASH = (500, 2, "Internal Server Error")
WIDGET = {"name": "W", "type": "list_workflows", "filters": {}}
WRONG_NAME = "name should contain only lowercase letters a-z, numbers 0-9, and dashes, no spaces"
WRONG_TYPE = (
    "widget type should be one of "
    "list_pipelines, list_workflows, duration_pipelines, ratio_pipelines"
)


def dashboard(name: str = "my-work", *widgets: Any, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, **metadata}, "spec": {"widgets": list(widgets)}}


def widget(kind: str, **filters: str) -> dict[str, Any]:
    return {"name": "", "type": kind, "filters": filters}


def test_a_dashboard_without_a_title_gets_one(make_semaphore: Any) -> None:
    """The example of the reference (B 3.4)."""
    semaphore = make_semaphore(clock=Clock(1_690_000_000.5))
    created = semaphore.post(DASHBOARDS, json=dashboard("my-work", WIDGET))
    assert created.status_code == 200
    identifier = created.json()["metadata"]["id"]
    expected = {
        "metadata": {
            "name": "my-work",
            "id": identifier,
            "title": "My Work",
            "create_time": "1690000000",
            "update_time": "1690000000",
        },
        "spec": {"widgets": [WIDGET]},
    }
    assert created.json() == expected
    assert list(created.json()["metadata"]) == list(expected["metadata"])
    assert semaphore.get(f"{DASHBOARDS}/my-work").json() == expected
    assert semaphore.get(f"{DASHBOARDS}/{identifier}").json() == expected
    assert semaphore.get(DASHBOARDS).json() == {
        "dashboards": [expected],
        "next_page_token": "",
        "total_size": 0,
    }


@pytest.mark.parametrize(
    ("name", "sent", "title"),
    [
        ("2020-q1", "", "2020 Q1"),
        ("a--b-", None, "A B"),
        ("a", " ", " "),
        ("a", "kept as it is", "kept as it is"),
    ],
)
def test_titles(semaphore: Any, name: str, sent: str | None, title: str) -> None:
    """Derived from the name only if none is sent; blanks are a title (B 3.1)."""
    created = semaphore.post(DASHBOARDS, json=dashboard(name, title=sent)).json()
    assert created["metadata"]["title"] == title


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (dashboard("", WIDGET), WRONG_NAME),
        (dashboard("-a"), WRONG_NAME),
        (dashboard("A"), WRONG_NAME),
        (dashboard("a b"), WRONG_NAME),
        (dashboard("a\n"), WRONG_NAME),
        (dashboard(f"x-{UUID}"), "name should not be in uuid format"),
        (dashboard("A", widget("list_pipelines"), widget("list")), WRONG_TYPE),
        (
            dashboard(
                "A",
                widget("ratio_pipelines", branch="b", github_uid="u"),
                widget("list_workflows", pipeline_file="p"),
                widget("list_workflows", other="o"),
                widget("list_pipelines", pipeline_file="p"),
            ),
            (
                "widget ratio_pipelines should have only these filters project_id, branch,"
                " pipeline_file, widget list_workflows should have only these filters project_id,"
                " branch, github_uid"
            ),
        ),
    ],
)
def test_what_creation_and_update_refuse(
    semaphore: Any, body: dict[str, Any], message: str
) -> None:
    """Widgets are checked before the name; PATCH looks for the dashboard before both (B 3.2)."""
    assert refusal(semaphore.post(DASHBOARDS, json=body)) == (400, 3, message)
    missing = (404, 5, "Dashboard my-work not found")
    assert refusal(semaphore.patch(f"{DASHBOARDS}/my-work", json=body)) == missing
    before = semaphore.post(DASHBOARDS, json=dashboard()).json()
    assert refusal(semaphore.patch(f"{DASHBOARDS}/my-work", json=body)) == (400, 3, message)
    assert semaphore.get(DASHBOARDS).json()["dashboards"] == [before]


@pytest.mark.parametrize(
    "body",
    [{}, {"metadata": {"name": "a"}}, {"spec": {}}, dashboard("a" * 256)],
    ids=["empty", "no spec", "no metadata", "long name"],
)
def test_what_crashes(semaphore: Any, body: dict[str, Any]) -> None:
    """Absent parts, even of a missing dashboard, and names which don't fit (B 2.3, 3.1)."""
    assert refusal(semaphore.post(DASHBOARDS, json=body)) == CRASH
    semaphore.post(DASHBOARDS, json=dashboard("b"))
    assert refusal(semaphore.patch(f"{DASHBOARDS}/b", json=body)) == CRASH


def test_no_widgets_and_no_filters(semaphore: Any) -> None:
    """An empty spec is a dashboard, omitted filters are none (B 3.1)."""
    created = semaphore.post(DASHBOARDS, json={"metadata": {"name": "a"}, "spec": {}}).json()
    assert created["spec"] == {"widgets": []}
    body = dashboard("b", {"type": "list_pipelines"})
    assert semaphore.post(DASHBOARDS, json=body).json()["spec"]["widgets"] == [
        {"name": "", "type": "list_pipelines", "filters": {}}
    ]


def test_names_are_unique(semaphore: Any) -> None:
    """400 with code 3, on creation and on renaming (B 3.2)."""
    taken = (400, 3, "name has already been taken")
    semaphore.post(DASHBOARDS, json=dashboard("a"))
    semaphore.post(DASHBOARDS, json=dashboard("b"))
    assert refusal(semaphore.post(DASHBOARDS, json=dashboard("a"))) == taken
    assert refusal(semaphore.patch(f"{DASHBOARDS}/b", json=dashboard("a"))) == taken
    assert semaphore.patch(f"{DASHBOARDS}/b", json=dashboard("c")).status_code == 200
    assert semaphore.get(f"{DASHBOARDS}/b").status_code == 404


def test_missing_dashboards(semaphore: Any) -> None:
    """404 with the name; a UUID inside of something else crashes (B 2.4, 3.2)."""
    for method in ("GET", "PATCH", "DELETE"):
        for name in ("x", UUID, UUID.upper()):
            response = semaphore.request(method, f"{DASHBOARDS}/{name}", json=dashboard())
            assert refusal(response) == (404, 5, f"Dashboard {name} not found")
        response = semaphore.request(method, f"{DASHBOARDS}/x-{UUID}", json=dashboard())
        assert refusal(response) == CRASH


def test_an_update_is_a_replacement(semaphore: Any) -> None:
    """Omitted title and widgets are reset (B 3.3)."""
    created = semaphore.post(DASHBOARDS, json=dashboard("a-b", WIDGET, title="T")).json()
    patched = semaphore.patch(f"{DASHBOARDS}/a-b", json={"metadata": {"name": "a-b"}, "spec": {}})
    assert patched.json()["metadata"]["title"] == "A B"
    assert patched.json()["metadata"]["id"] == created["metadata"]["id"]
    assert patched.json()["spec"] == {"widgets": []}


def test_an_update_without_a_change_is_not_written(make_semaphore: Any) -> None:
    """Only the id as sent counts as a change by itself (B 3.3)."""
    clock = Clock(1_690_000_000.5)
    semaphore = make_semaphore(clock=clock)
    created = semaphore.post(DASHBOARDS, json=dashboard("a", WIDGET)).json()
    clock.now += 60
    same = semaphore.patch(f"{DASHBOARDS}/a", json=dashboard("a", WIDGET, title="A"))
    assert same.json() == created
    echoed = semaphore.patch(f"{DASHBOARDS}/a", json=created).json()
    assert echoed["metadata"]["update_time"] == "1690000060"
    clock.now += 60
    assert semaphore.patch(f"{DASHBOARDS}/a", json=created).json() == echoed


def test_nobody_is_refused(make_semaphore: Any) -> None:
    """This service checks no permission (B 3.5)."""
    denied = frozenset({"organization.dashboards.view", "organization.dashboards.manage"})
    semaphore = make_semaphore(permissions_denied=denied)
    assert semaphore.post(DASHBOARDS, json=dashboard()).status_code == 200
    assert semaphore.get(DASHBOARDS).status_code == 200
    deleted = semaphore.delete(f"{DASHBOARDS}/my-work")
    assert (deleted.status_code, deleted.json()) == (200, {})


def test_lists_are_by_creation_and_survive_a_restart(make_semaphore: Any, tmp_path: Path) -> None:
    """Oldest first; unknown parameters such as `order` are ignored (B 1.5)."""
    clock = Clock(1_690_000_000.5)
    path = str(tmp_path / "db")
    semaphore = make_semaphore(path=path, clock=clock)
    for name in ("c", "a", "b"):
        semaphore.post(DASHBOARDS, json=dashboard(name))
        clock.now += 1
    again = make_semaphore(path=path)
    first = again.get(f"{DASHBOARDS}?page_size=2&order=whatever").json()
    assert [d["metadata"]["name"] for d in first["dashboards"]] == ["c", "a"]
    token = first["next_page_token"]
    rest = again.get(DASHBOARDS, params={"page_token": token}).json()
    assert [d["metadata"]["name"] for d in rest["dashboards"]] == ["b"]
