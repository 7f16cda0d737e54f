"""Tasks inside projects (A 2.2, A 3)."""

from typing import Any

import pytest

PROJECTS = "/api/v1alpha/projects"
TASKS = "/api/v1alpha/tasks"


def task(name: str = "nightly", **parts: Any) -> dict[str, Any]:
    return {"name": name, "pipeline_file": "p.yml", "at": "0 0 * * *", **parts}


def patch(semaphore: Any, project: dict[str, Any], **spec: Any) -> Any:
    body = {"metadata": {"name": project["metadata"]["name"]}, "spec": spec}
    return semaphore.patch(f"{PROJECTS}/{project['metadata']['id']}", json=body)


def tasks_of(semaphore: Any, name: str = "api") -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = semaphore.get(f"{PROJECTS}/{name}").json()["spec"]["tasks"]
    return tasks


def test_a_task_with_every_default(semaphore: Any) -> None:
    """Scheduled, on master, active, every key present (A 2.2)."""
    (shown,) = semaphore.project(tasks=[task(parameters=[{"name": "p"}])])["spec"]["tasks"]
    del shown["id"]
    assert shown == {
        "name": "nightly",
        "description": "",
        "scheduled": True,
        "branch": "master",
        "at": "0 0 * * *",
        "pipeline_file": "p.yml",
        "status": "ACTIVE",
        "parameters": [
            {
                "name": "p",
                "required": False,
                "description": "",
                "default_value": "",
                "options": [],
                "regex_pattern": "",
                "validate_input_format": False,
            }
        ],
    }


def test_tasks_are_sorted_by_name_and_missing_from_lists(make_semaphore: Any) -> None:
    """Not in the order they were sent (A 2.2, A 5)."""
    semaphore = make_semaphore(project_ready_seconds=0)
    project = semaphore.project(tasks=[task("b"), task("a"), task("C")])
    assert [shown["name"] for shown in project["spec"]["tasks"]] == ["a", "b", "C"]
    assert semaphore.get(PROJECTS).json()[0]["spec"]["tasks"] == []


def test_without_just_run_they_are_schedulers(make_semaphore: Any) -> None:
    """Fewer keys under another name (A 2.2)."""
    semaphore = make_semaphore(just_run=False)
    spec = semaphore.project(tasks=[task(description="d")])["spec"]
    assert spec["tasks"] == []
    assert set(spec["schedulers"][0]) == {"id", "name", "branch", "at", "pipeline_file", "status"}


def test_schedulers_read_back_as_tasks_without_extras(semaphore: Any) -> None:
    """Always recurring; parameters and description are dropped (A 2.2)."""
    entry = task(scheduled=False, description="d", parameters=[{"name": "p"}])
    (shown,) = semaphore.project(schedulers=[entry])["spec"]["tasks"]
    assert shown["scheduled"] is True
    assert (shown["description"], shown["parameters"]) == ("", [])


def test_tasks_hide_schedulers(semaphore: Any) -> None:
    """Only one of the two lists is ever used (A 2.2)."""
    spec = semaphore.project(tasks=[task("t")], schedulers=[task("s")])["spec"]
    assert [shown["name"] for shown in spec["tasks"]] == ["t"]


@pytest.mark.parametrize(
    ("parts", "branch", "reference"),
    [
        ({"branch": "main"}, "main", None),
        ({"branch": ""}, "master", None),
        ({"branch": "refs/tags/v1"}, "refs/tags/v1", {"type": "tag", "name": "v1"}),
        ({"branch": "refs/pull/7/head"}, "refs/pull/7/head", None),
        ({"branch": "refs/heads/main"}, "refs/heads/main", {"type": "branch", "name": "main"}),
        (
            {"reference_type": "branch", "reference_name": "x"},
            "refs/heads/x",
            {"type": "branch", "name": "x"},
        ),
        (
            {"reference_type": "tag", "reference_name": "v1"},
            "refs/tags/v1",
            {"type": "tag", "name": "v1"},
        ),
        ({"reference_type": "TAG", "reference_name": "v1"}, "master", None),
        ({"reference": {"type": "tag", "name": "v1"}}, "master", None),
    ],
)
def test_branches_and_references(
    semaphore: Any, parts: dict[str, Any], branch: str, reference: Any
) -> None:
    """With the doubled prefix that looks stable (A 2.2)."""
    (shown,) = semaphore.project(tasks=[task(**parts)])["spec"]["tasks"]
    assert (shown["branch"], shown.get("reference")) == (branch, reference)


def test_the_doubled_prefix_shows_in_the_schedule(semaphore: Any) -> None:
    """`refs/heads/refs/heads/main` matches no branch (A 2.2)."""
    (shown,) = semaphore.project(tasks=[task(branch="refs/heads/main")])["spec"]["tasks"]
    schedule = semaphore.get(f"{TASKS}/{shown['id']}").json()["schedule"]
    assert schedule["reference"] == "refs/heads/refs/heads/main"


def test_a_task_with_its_id_is_replaced_and_one_without_is_recreated(semaphore: Any) -> None:
    """There is no match by name (A 3.2)."""
    project = semaphore.project(
        tasks=[task("a", description="d"), task("b"), task("gone", status="INACTIVE")]
    )
    first, second, _gone = project["spec"]["tasks"]
    changed = task("a2", id=first["id"], scheduled=False, at="")
    patched = patch(semaphore, project, tasks=[task("b"), changed]).json()["spec"]["tasks"]
    assert [shown["name"] for shown in patched] == ["a2", "b"]
    assert patched[0]["id"] == first["id"]
    assert patched[1]["id"] != second["id"]
    assert (patched[0]["description"], patched[0]["at"]) == ("", "")


def test_an_omitted_status_keeps_the_pause(semaphore: Any) -> None:
    """So does a word that is no status (A 3.6)."""
    project = semaphore.project(tasks=[task(status="INACTIVE")])
    (shown,) = project["spec"]["tasks"]
    assert shown["status"] == "INACTIVE"
    for status in (None, "", "active"):
        patch(semaphore, project, tasks=[task(id=shown["id"], status=status)])
        assert tasks_of(semaphore)[0]["status"] == "INACTIVE"
    patch(semaphore, project, tasks=[task(id=shown["id"], status="ACTIVE")])
    assert tasks_of(semaphore)[0]["status"] == "ACTIVE"


@pytest.mark.parametrize("spec", [{}, {"tasks": []}, {"schedulers": []}])
def test_no_tasks_deletes_all(semaphore: Any, spec: dict[str, Any]) -> None:
    """Omitted and empty are the same (A 3.3)."""
    project = semaphore.project(tasks=[task()])
    assert patch(semaphore, project, **spec).status_code == 200
    assert tasks_of(semaphore) == []


def test_an_installation_may_skip_schedulers(make_semaphore: Any) -> None:
    """Then only a non-empty list of tasks does anything (A 3.3)."""
    semaphore = make_semaphore(skip_schedulers=True)
    project = semaphore.project(tasks=[task("a"), task("b")])
    patch(semaphore, project)
    patch(semaphore, project, schedulers=[task("c")])
    assert [shown["name"] for shown in tasks_of(semaphore)] == ["a", "b"]
    patch(semaphore, project, tasks=[task("d")])
    assert [shown["name"] for shown in tasks_of(semaphore)] == ["d"]
    assert semaphore.project("other", schedulers=[task()])["spec"]["tasks"] == []


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (task(""), "Periodic at index 1: 'name' must be a non-empty string."),
        (task(pipeline_file=None), "Periodic at index 1: 'pipeline_file' must be a non-empty"),
        (task(at="61 * * * *"), "Invalid cron expression in 'at' field for periodic 'nightly'"),
        (task(at=""), "Invalid cron expression in 'at' field for periodic 'nightly'"),
        (task(scheduled=False, at="nonsense"), "is not a valid cron expression"),
        (task("kept"), "Periodic with name 'kept' already exists for project 'api'."),
        (task(id="nonsense"), "Periodic task with ID 'nonsense' not found in project"),
        (task("x" * 256), "value too long for type character varying(255)"),
        (task(parameters=[{"name": ""}]), "Parameter <unnamed> name can't be blank."),
        (
            task(parameters=[{"name": "p", "validate_input_format": True}]),
            "Parameter 'p' regex_pattern can't be blank when validate_input_format is true.",
        ),
        (
            task(parameters=[{"name": "p", "validate_input_format": True, "regex_pattern": "("}]),
            "Parameter 'p' regex_pattern is not a valid regex.",
        ),
        (
            task(parameters=[{"name": "p", "regex_pattern": "x" * 513}]),
            "Parameter 'p' regex_pattern is too long (max 512 bytes).",
        ),
        (
            task(
                parameters=[
                    {
                        "name": "p",
                        "validate_input_format": True,
                        "regex_pattern": "^a+$",
                        "default_value": "b",
                    }
                ]
            ),
            "Parameter 'p' default_value does not match regex_pattern.",
        ),
    ],
)
def test_refused_tasks_change_no_task(semaphore: Any, entry: Any, refusal: str) -> None:
    """All tasks are written in one transaction, a 422 says which is wrong (A 2.2, A 3.2)."""
    project = semaphore.project(tasks=[task("kept")])
    before = tasks_of(semaphore)
    wanted = [{**before[0], "at": "1 1 1 1 1"}, entry]
    response = patch(semaphore, project, tasks=wanted)
    assert response.status_code == 422
    assert refusal in response.json()["message"]
    assert tasks_of(semaphore) == before


def test_swapping_names_fails_strangely(semaphore: Any) -> None:
    """The index is checked row by row and the message needs what is not there (A 3.2)."""
    project = semaphore.project(tasks=[task("a"), task("b")])
    first, second = project["spec"]["tasks"]
    swapped = [task("b", id=first["id"]), task("a", id=second["id"])]
    response = patch(semaphore, project, tasks=swapped)
    assert response.status_code == 422
    assert response.json()["message"].startswith("%KeyError{")
    assert tasks_of(semaphore) == project["spec"]["tasks"]


def test_a_task_of_another_project_is_unknown(semaphore: Any) -> None:
    """Ids are looked up inside the project (A 2.2)."""
    (foreign,) = semaphore.project("other", tasks=[task()])["spec"]["tasks"]
    response = patch(semaphore, semaphore.project(), tasks=[task(id=foreign["id"])])
    assert response.status_code == 422
    assert len(tasks_of(semaphore, "other")) == 1


def test_a_refused_task_on_creation_is_not_reported(semaphore: Any) -> None:
    """The project is made, all its tasks are missing (A 3)."""
    project = semaphore.project(tasks=[task("good"), task("bad", at="nonsense")])
    assert project["spec"]["tasks"] == []
    assert semaphore.get(f"{PROJECTS}/api").status_code == 200


def test_a_pattern_is_kept_only_where_it_is_used(semaphore: Any) -> None:
    """Erased unless the format is validated (A 2.2)."""
    unused = {"name": "a", "regex_pattern": "x"}
    used = {"name": "b", "regex_pattern": r"\A[a-z]+\z", "validate_input_format": True}
    entry = task(parameters=[unused, {**used, "default_value": "abc", "required": True}])
    (shown,) = semaphore.project(tasks=[entry])["spec"]["tasks"]
    patterns = [parameter["regex_pattern"] for parameter in shown["parameters"]]
    assert patterns == ["", r"\A[a-z]+\z"]


@pytest.mark.parametrize(
    "entry",
    [
        task(scheduled="yes"),
        task(parameters="p"),
        task(parameters=[{"name": 1}]),
        task(at=5),
        "nightly",
    ],
)
def test_wrong_types_in_tasks_crash(semaphore: Any, entry: Any) -> None:
    """Before anything is changed (A 2.1)."""
    project = semaphore.project()
    assert patch(semaphore, project, tasks=[entry]).status_code == 500


def test_schedules_outlive_their_project_but_are_out_of_reach(semaphore: Any) -> None:
    """The new project of that name starts without them (A 4)."""
    (shown,) = semaphore.project(tasks=[task()])["spec"]["tasks"]
    semaphore.delete(f"{PROJECTS}/api")
    assert semaphore.project()["spec"]["tasks"] == []
    response = semaphore.get(f"{TASKS}/{shown['id']}")
    assert (response.status_code, response.text) == (404, "Not Found")
