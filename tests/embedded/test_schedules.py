"""Schedules of the embedded Semaphore (A 9-14)."""

from typing import Any

import pytest

SCHEDULES = "/api/v1alpha/schedules"
MISSING = "11111111-2222-4333-8444-555555555555"
START = 1_690_278_954.819164


def definition(
    version: str = "v1.2", metadata: str = "{name: nightly}", **spec: str | None
) -> dict[str, str]:
    """A request body; keyword arguments are the YAML of spec keys, None leaves one out."""
    defaults = {
        "project": "api",
        "recurring": None if version == "v1.0" else "true",
        "at": "'0 0 * * *'",
        "pipeline_file": "p.yml",
        "branch": None if version == "v1.2" else "main",
        "reference": "{type: BRANCH, name: main}" if version == "v1.2" else None,
    }
    lines = [f"  {key}: {value}" for key, value in {**defaults, **spec}.items() if value]
    head = f"apiVersion: {version}\nkind: Schedule\nmetadata: {metadata}\nspec:\n"
    return {"yml_definition": head + "\n".join(lines) + "\n"}


def make(semaphore: Any, *args: Any, **spec: Any) -> str:
    response = semaphore.post(SCHEDULES, json=definition(*args, **spec))
    assert response.status_code == 200, response.text
    schedule_id: str = response.json()
    return schedule_id


def schedule(semaphore: Any, schedule_id: str) -> dict[str, Any]:
    described = semaphore.get(f"{SCHEDULES}/{schedule_id}").json()
    assert described["triggers"] == []
    shown: dict[str, Any] = described["schedule"]
    return shown


def test_a_new_schedule_has_all_keys(make_semaphore: Any) -> None:
    """Blank is `""`, times have microseconds, the answer is only the id (A 11, A 12)."""
    semaphore = make_semaphore(clock=lambda: START)
    project_id = semaphore.project()["metadata"]["id"]
    world = semaphore.embedded.world
    schedule_id = make(semaphore)
    assert schedule(semaphore, schedule_id) == {
        "id": schedule_id,
        "name": "nightly",
        "description": "",
        "project_id": project_id,
        "organization_id": world.org_id,
        "requester_id": world.user_id,
        "reference": "refs/heads/main",
        "branch": "main",
        "at": "0 0 * * *",
        "pipeline_file": "p.yml",
        "recurring": True,
        "paused": False,
        "suspended": False,
        "parameters": [],
        "pause_toggled_by": "",
        "pause_toggled_at": "",
        "inserted_at": "2023-07-25 09:55:54.819164Z",
        "updated_at": "2023-07-25 09:55:54.819164Z",
    }


@pytest.mark.parametrize(
    ("version", "spec", "reference"),
    [
        ("v1.0", {"branch": "main"}, "refs/heads/main"),
        ("v1.1", {"branch": "refs/tags/v1"}, "refs/tags/v1"),
        ("v1.1", {"branch": None}, "refs/heads/"),
        ("v1.2", {"reference": "{type: TAG, name: v1}"}, "refs/tags/v1"),
        ("v1.2", {"reference": "{type: PR, name: '7'}"}, "refs/pull/7/head"),
        ("v1.2", {"reference": "{type: BRANCH, name: refs/x}"}, "refs/heads/refs/x"),
    ],
)
def test_references_are_stored_in_full(
    semaphore: Any, version: str, spec: dict[str, Any], reference: str
) -> None:
    """`branch` is shown only for what starts with refs/heads/ (A 10, A 12)."""
    semaphore.project()
    shown = schedule(semaphore, make(semaphore, version, **spec))
    assert shown["reference"] == reference
    assert ("branch" in shown) == reference.startswith("refs/heads/")


def test_an_id_means_update_and_may_rename(semaphore: Any) -> None:
    """The same id comes back (A 11)."""
    semaphore.project()
    schedule_id = make(semaphore)
    assert make(semaphore, metadata=f"{{name: new, id: {schedule_id}}}") == schedule_id
    assert schedule(semaphore, schedule_id)["name"] == "new"


def test_a_name_alone_is_no_upsert(semaphore: Any) -> None:
    """Creating or renaming to a taken name is refused (A 11)."""
    semaphore.project()
    make(semaphore)
    other = make(semaphore, metadata="{name: other}")
    refusal = "Periodic with name 'nightly' already exists for project 'api'."
    for metadata in ("{name: nightly}", f"{{name: nightly, id: {other}}}"):
        response = semaphore.post(SCHEDULES, json=definition(metadata=metadata))
        assert (response.status_code, response.json()) == (400, refusal)


def test_an_unknown_id_is_discarded(semaphore: Any) -> None:
    """A schedule is created under another one (A 11)."""
    semaphore.project()
    assert make(semaphore, metadata=f"{{name: nightly, id: {MISSING}}}") != MISSING


def test_an_id_that_is_no_uuid_is_an_internal_error(semaphore: Any) -> None:
    """A crash behind the API (A 11)."""
    semaphore.project()
    response = semaphore.post(SCHEDULES, json=definition(metadata="{name: n, id: nonsense}"))
    assert (response.status_code, response.json()) == (500, "Internal error")


def test_absent_keys_keep_their_values_on_update(semaphore: Any) -> None:
    """paused, parameters, description, pipeline_file and an unneeded at (A 11)."""
    semaphore.project()
    full = {"recurring": "false", "paused": "true", "parameters": "[{name: p, required: true}]"}
    schedule_id = make(semaphore, "v1.1", metadata="{name: n, description: d}", **full)
    before = schedule(semaphore, schedule_id)
    sparse = {"recurring": "false", "at": None, "pipeline_file": None, "branch": None}
    make(semaphore, "v1.1", metadata=f"{{name: n, id: {schedule_id}}}", **sparse)
    after = schedule(semaphore, schedule_id)
    assert (after["reference"], after["branch"]) == ("refs/heads/", "")
    ignored = {"reference": None, "branch": None, "updated_at": None}
    assert {**after, **ignored} == {**before, **ignored}


def test_explicit_blanks_clear(semaphore: Any) -> None:
    """`parameters: []`, `description: ""`, `at: ""` (A 11)."""
    semaphore.project()
    full = {"recurring": "false", "parameters": "[{name: p, required: true}]"}
    schedule_id = make(semaphore, metadata="{name: n, description: d}", **full)
    blank = {"recurring": "false", "parameters": "[]", "at": "''", "pipeline_file": "''"}
    make(semaphore, metadata=f"{{name: n, description: '', id: {schedule_id}}}", **blank)
    shown = schedule(semaphore, schedule_id)
    assert [shown[key] for key in ("description", "parameters", "at", "pipeline_file")] == [
        "",
        [],
        "",
        "",
    ]


def test_v1_0_makes_a_manual_schedule_recurring_and_leaves_the_description(
    semaphore: Any,
) -> None:
    """The old version knows neither (A 10, A 11)."""
    semaphore.project()
    schedule_id = make(semaphore, metadata="{name: n, description: d}", recurring="false")
    make(semaphore, "v1.0", metadata=f"{{name: n, description: new, id: {schedule_id}}}")
    shown = schedule(semaphore, schedule_id)
    assert (shown["recurring"], shown["description"]) == (True, "d")


def test_pausing_is_remembered(make_semaphore: Any) -> None:
    """Who and when, only where it changes (A 11)."""
    moments = iter(range(1_690_000_000, 1_700_000_000))
    semaphore = make_semaphore(clock=lambda: float(next(moments)))
    semaphore.project()
    schedule_id = make(semaphore, paused="false")
    assert schedule(semaphore, schedule_id)["pause_toggled_by"] == ""
    metadata = f"{{name: nightly, id: {schedule_id}}}"
    make(semaphore, metadata=metadata, paused="true")
    paused = schedule(semaphore, schedule_id)
    assert paused["paused"] is True
    assert paused["pause_toggled_by"] == semaphore.embedded.world.user_id
    make(semaphore, metadata=metadata, paused="true")
    again = schedule(semaphore, schedule_id)
    assert again["pause_toggled_at"] == paused["pause_toggled_at"]
    assert again["updated_at"] > paused["updated_at"]


def test_a_schedule_never_moves_to_another_project(semaphore: Any) -> None:
    """But one can be changed from there (A 11)."""
    project_id = semaphore.project()["metadata"]["id"]
    semaphore.project("other")
    schedule_id = make(semaphore)
    make(semaphore, metadata=f"{{name: new, id: {schedule_id}}}", project="other")
    shown = schedule(semaphore, schedule_id)
    assert (shown["project_id"], shown["name"]) == (project_id, "new")


def test_parameters_in_the_query_only_find_the_project(semaphore: Any) -> None:
    """`?periodic_id=` does not make an update, `?project_name=` beats the definition (A 9.1)."""
    semaphore.project()
    semaphore.project("other")
    schedule_id = make(semaphore)
    query = {"periodic_id": schedule_id}
    second = semaphore.post(
        SCHEDULES, params=query, json=definition(metadata="{name: second}")
    ).json()
    assert second != schedule_id
    unknown = semaphore.post(SCHEDULES, params={"project_name": "none"}, json=definition())
    assert unknown.json() == "Project with name 'none' not found."
    foreign = semaphore.post(
        SCHEDULES, params={"project_name": "api"}, json=definition(project="x")
    )
    assert foreign.json() == "Project with name 'x' not found."


def test_a_deleted_schedule_is_gone(semaphore: Any) -> None:
    """The second time is a 400, not a 404 (A 14)."""
    semaphore.project()
    schedule_id = make(semaphore)
    first = semaphore.delete(f"{SCHEDULES}/{schedule_id.upper()}")
    assert (first.status_code, first.text) == (200, '"Schedule successfully deleted."')
    assert "content-type" not in first.headers
    for response in (
        semaphore.delete(f"{SCHEDULES}/{schedule_id}"),
        semaphore.get(f"{SCHEDULES}/{schedule_id}"),
    ):
        message = f"Periodic with id: '{schedule_id}' not found."
        assert (response.status_code, response.json()) == (400, message)


def test_schedules_are_addressed_by_uuid(semaphore: Any) -> None:
    """Not by name (A 9)."""
    response = semaphore.get(f"{SCHEDULES}/nightly")
    assert (response.status_code, response.json()) == (
        400,
        "schedule identifier should be a UUID",
    )


@pytest.mark.parametrize("project_id", [None, "", "api", MISSING])
def test_a_list_needs_a_known_project(semaphore: Any, project_id: str | None) -> None:
    """404 in text, even for a missing parameter (A 14)."""
    semaphore.project()
    params = {"page": "x"} | ({} if project_id is None else {"project_id": project_id})
    response = semaphore.get(SCHEDULES, params=params)
    assert (response.status_code, response.text) == (404, "Not Found")


@pytest.mark.parametrize("permission", ["project.scheduler.view", "project.scheduler.manage"])
def test_missing_permissions_look_like_missing_projects(
    make_semaphore: Any, permission: str
) -> None:
    """404 in text (A 14)."""
    semaphore = make_semaphore(permissions_denied=frozenset({permission}))
    task = {"name": "t", "pipeline_file": "p.yml", "at": "* * * * *"}
    project = semaphore.project(tasks=[task])
    schedule_id = project["spec"]["tasks"][0]["id"]
    if permission == "project.scheduler.view":
        responses = [
            semaphore.get(SCHEDULES, params={"project_id": project["metadata"]["id"]}),
            semaphore.get(f"{SCHEDULES}/{schedule_id}"),
        ]
    else:
        responses = [
            semaphore.post(SCHEDULES, json=definition()),
            semaphore.delete(f"{SCHEDULES}/{schedule_id}"),
        ]
    for response in responses:
        assert (response.status_code, response.text) == (404, "Not Found")


def test_lists_are_sorted_and_paged_with_links(semaphore: Any) -> None:
    """Totals in headers, http URLs with sorted keys, next and prev before first and last (A 13)."""
    project_id = semaphore.project()["metadata"]["id"]
    for name in ("c", "a", "B"):
        make(semaphore, metadata=f"{{name: {name}}}")
    query = {"project_id": project_id, "page_size": "1", "page": "2", "a": "b c"}
    response = semaphore.get("/api/v1alpha/tasks", params=query)
    assert [shown["name"] for shown in response.json()] == ["B"]
    names = ("total", "per-page", "total-pages", "page-number")
    assert [response.headers[name] for name in names] == ["3", "1", "3", "2"]
    base = "http://embedded.semaphore.local/api/v1alpha/tasks?a=b+c&page="
    rest = f"&page_size=1&project_id={project_id}"
    assert response.headers["link"] == ", ".join(
        f'<{base}{number}{rest}>; rel="{rel}"'
        for number, rel in ((3, "next"), (1, "prev"), (1, "first"), (3, "last"))
    )


def test_a_page_past_the_end_is_the_last_one(semaphore: Any) -> None:
    """The same entries again (A 13)."""
    project_id = semaphore.project()["metadata"]["id"]
    make(semaphore)
    response = semaphore.get(SCHEDULES, params={"project_id": project_id, "page": 7})
    assert len(response.json()) == 1
    assert response.headers["page-number"] == "1"
    assert 'rel="next"' not in response.headers["link"]


def test_an_empty_list_is_one_page(semaphore: Any) -> None:
    """Total 0, total pages 1 (A 13)."""
    project_id = semaphore.project()["metadata"]["id"]
    query = {"project_id": project_id, "page": "0", "page_size": "-5"}
    response = semaphore.get(SCHEDULES, params=query)
    assert response.text == "[]"
    assert response.headers["total"] == "0"
    assert response.headers["total-pages"] == "1"
    assert response.headers["per-page"] == "30"


@pytest.mark.parametrize("value", ["x", "", "1.5", " 1", "1_0"])
def test_page_numbers_are_integers(semaphore: Any, value: str) -> None:
    """400 with the value (A 13)."""
    project_id = semaphore.project()["metadata"]["id"]
    response = semaphore.get(SCHEDULES, params={"project_id": project_id, "page": value})
    message = f"Invalid value of 'page' param: \"{value}\" - needs to be integer."
    assert (response.status_code, response.json()) == (400, message)


def test_schedules_are_tasks_of_their_project(semaphore: Any) -> None:
    """The same object under two roofs (A 12)."""
    semaphore.project()
    schedule_id = make(semaphore, reference="{type: TAG, name: v1}", paused="true")
    (task,) = semaphore.get("/api/v1alpha/projects/api").json()["spec"]["tasks"]
    assert task["id"] == schedule_id
    assert (task["status"], task["scheduled"]) == ("INACTIVE", True)
    assert task["reference"] == {"type": "tag", "name": "v1"}
