"""What a schedule's definition may be, and what is said about others (A 10, A 14)."""

from typing import Any

import pytest

SCHEDULES = "/api/v1alpha/schedules"
UNEXPECTED = "Schema does not allow additional properties."

GOOD = """
apiVersion: v1.2
kind: Schedule
metadata:
  name: nightly
spec:
  project: api
  recurring: true
  at: 0 0 * * *
  pipeline_file: p.yml
  reference:
    type: BRANCH
    name: main
"""


def apply(semaphore: Any, text: Any) -> Any:
    semaphore.project()
    return semaphore.post(SCHEDULES, json={"yml_definition": text})


def malformed(*problems: tuple[str, str]) -> str:
    listed = ", ".join(f'{{"{message}", "{path}"}}' for message, path in problems)
    return f"{{:malformed, [{listed}]}}"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kind: Schedule", "", malformed(("Required property kind was not present.", "#"))),
        (
            "  name: nightly",
            "  name: 1",
            malformed(("Type mismatch. Expected String but got Integer.", "#/metadata/name")),
        ),
        (
            "  name: nightly",
            "  name: on",
            malformed(("Type mismatch. Expected String but got Boolean.", "#/metadata/name")),
        ),
        (
            "  name: nightly",
            "  name: 1.0",
            malformed(("Type mismatch. Expected String but got Number.", "#/metadata/name")),
        ),
        ("  name: nightly", "  nome: x\n  name: y", malformed((UNEXPECTED, "#/metadata/nome"))),
        ("v1.2", "v9", "{:malformed, \"Version: 'v9' is not supported!\"}"),
        (
            "  at: 0 0 * * *",
            "  at:",
            malformed(("Type mismatch. Expected String but got Null.", "#/at")),
        ),
        ("  at: 0 0 * * *", "  branch: main", malformed((UNEXPECTED, "#/branch"))),
        (
            "BRANCH",
            "branch",
            malformed(("Value is not allowed in enum.", "#/reference/type")),
        ),
        (
            "  reference:\n    type: BRANCH\n    name: main\n",
            "",
            malformed(("Expected any of the schemata to match but none did.", "#")),
        ),
        (
            "  recurring: true",
            "  parameters: [{name: p}]",
            malformed(
                ("Required property required was not present.", "#/parameters/0"),
                ("Required property recurring was not present.", "#"),
            ),
        ),
        (
            "v1.2",
            "v1.0",
            malformed(
                (UNEXPECTED, "#/recurring"),
                (UNEXPECTED, "#/reference"),
                ("Required property branch was not present.", "#"),
            ),
        ),
        (
            "0 0 * * *",
            "60 0 * * *",
            "Invalid cron expression in 'at' field: {:error, \"Can't parse 60 as minute.\"}",
        ),
        (
            "  at: 0 0 * * *",
            "",
            "Invalid cron expression in 'at' field: {:error, \"Can't parse  as minute.\"}",
        ),
        ("nightly", '""', "The 'name' parameter can not be empty string."),
        ("p.yml", '""', "The 'pipeline_file' parameter can not be empty string."),
        ("p.yml", "x" * 256, None),
        ("project: api", "project: none", "Project with name 'none' not found."),
        (
            "project: api",
            'project: ""',
            "One of these is required: periodic_id or organization_id + project_name.",
        ),
    ],
)
def test_refused_definitions(semaphore: Any, old: str, new: str, complaint: str | None) -> None:
    """A JSON string, often an Elixir term (A 14)."""
    assert GOOD.count(old) == 1
    response = apply(semaphore, GOOD.replace(old, new))
    assert response.status_code == 400
    assert complaint in {None, response.json()}


def test_several_missing_properties_share_a_sentence(semaphore: Any) -> None:
    """In the order of the schema (A 14)."""
    text = "apiVersion: v1.0\nkind: S\nmetadata: {name: n}\nspec: {project: api, branch: main}"
    response = apply(semaphore, text)
    message = "Required properties at, pipeline_file were not present."
    assert response.json() == malformed((message, "#"))


def test_two_blanks_are_printed_as_a_changeset(semaphore: Any) -> None:
    """There is no sentence for two (A 14)."""
    response = apply(semaphore, GOOD.replace("nightly", '""').replace("p.yml", '""'))
    assert response.status_code == 400
    assert response.json().startswith("#Ecto.Changeset<")


def test_a_manual_schedule_with_a_bad_at_is_printed_as_a_changeset(semaphore: Any) -> None:
    """Checked only when it is stored (A 14)."""
    text = GOOD.replace("recurring: true", "recurring: false").replace("0 0 * * *", "nonsense")
    response = apply(semaphore, text)
    assert response.status_code == 400
    assert "is not a valid cron expression" in response.json()


@pytest.mark.parametrize(
    "text", ["a: [", "- list", "text", "metadata: text", "spec:", "spec: []", "{}: {}", "!!x y", 7]
)
def test_what_is_no_map_crashes(semaphore: Any, text: Any) -> None:
    """Unreadable YAML, too (A 14)."""
    response = apply(semaphore, text)
    assert (response.status_code, response.text) == (500, "Something went wrong")


@pytest.mark.parametrize("name", ["2024-01-01", "12:30:45", "0b1", "~x", "=", "1e"])
def test_these_are_strings(semaphore: Any, name: str) -> None:
    """Dates and sexagesimal numbers are none in YAML 1.2 (A 15)."""
    response = apply(semaphore, GOOD.replace("nightly", name))
    assert response.status_code == 200
    shown = semaphore.get(f"{SCHEDULES}/{response.json()}").json()["schedule"]
    assert shown["name"] == name


def test_a_definition_is_needed_in_the_end(semaphore: Any) -> None:
    """A project name alone passes the first check only (A 14)."""
    semaphore.project()
    response = semaphore.post(SCHEDULES, json={"project_name": "api"})
    message = "Required properties apiVersion, kind, metadata, spec were not present."
    assert (response.status_code, response.json()) == (400, malformed((message, "#")))


def test_a_definition_in_json_may_escape_characters_in_two_halves(semaphore: Any) -> None:
    """Both halves are one character, as JSON means it; a backslash before them is a backslash."""
    text = GOOD.replace("name: nightly", r'name: "\ud83d\ude00 \\ud83d"', 1)
    schedule_id = apply(semaphore, text).json()
    shown = semaphore.get(f"{SCHEDULES}/{schedule_id}").json()["schedule"]
    assert shown["name"] == "\N{GRINNING FACE} \\ud83d"


def test_half_a_character_is_no_yaml(semaphore: Any) -> None:
    """It crashes the server, as all text does that is no YAML (A 14)."""
    response = apply(semaphore, GOOD.replace("name: nightly", r'name: "\ud83d"'))
    assert (response.status_code, response.text) == (500, "Something went wrong")


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "  parameters: [" + "a," * 100_000 + "a]",
        GOOD + "  x: &x [" + "a," * 999 + "a]\n  y: [" + "*x," * 999 + "*x]",
        GOOD + "  x: " + "[" * 1000,
    ],
)
def test_a_definition_that_would_keep_the_server_busy_is_refused(semaphore: Any, text: str) -> None:
    """Too many nodes, also by aliases, or too deep: a crash, and the server lives on."""
    response = apply(semaphore, text)
    assert (response.status_code, response.text) == (500, "Something went wrong")
    assert semaphore.get(SCHEDULES).status_code == 404


def test_a_nul_does_not_fit_into_the_database(semaphore: Any) -> None:
    """The database's refusal is passed on, and nothing is kept."""
    response = apply(semaphore, GOOD.replace("name: nightly", r'name: "a\0"'))
    assert response.status_code == 400
    assert "character_not_in_repertoire" in response.text


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "a*a*a*a*a*a*a*b"])
def test_a_search_that_takes_for_ever_finds_nothing(semaphore: Any, pattern: str) -> None:
    """As in the real one, whose library gives up after so many steps."""
    value = "a" * 200 + "!"
    parameter = f"{{name: P, required: true, regex_pattern: {pattern!r}, default_value: {value!r},"
    response = apply(
        semaphore, GOOD + f"  parameters: [{parameter} validate_input_format: true}}]\n"
    )
    assert response.status_code == 400
    assert "Parameter 'P' default_value does not match regex_pattern." in response.text
