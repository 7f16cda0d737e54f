"""Parameters of the Plug services, seen through schedules (D 3)."""

from typing import Any

import pytest

from reconciler.embedded.params import MalformedJSON, nested, parse_json

SCHEDULES = "/api/v1alpha/schedules"
MISSING = '"One of these is required: periodic_id or organization_id + project_name."'
DEFINITION = """
apiVersion: v1.0
kind: Schedule
metadata: {name: nightly}
spec: {project: api, branch: main, at: "0 0 * * *", pipeline_file: p.yml}
"""


@pytest.mark.parametrize(
    "parts",
    [
        {"json": {"yml_definition": DEFINITION}},
        {"data": {"yml_definition": DEFINITION}},
        {"files": {"yml_definition": (None, DEFINITION)}},
        {"params": {"yml_definition": DEFINITION}},
    ],
)
def test_query_form_multipart_and_json_are_the_same(semaphore: Any, parts: Any) -> None:
    """One map is read, wherever a parameter came from (D 3)."""
    semaphore.project("api")
    assert semaphore.post(SCHEDULES, **parts).status_code == 200


def test_the_body_beats_the_query(semaphore: Any) -> None:
    """The later source wins (D 3)."""
    semaphore.project("api")
    body = {"yml_definition": DEFINITION}
    response = semaphore.post(SCHEDULES, params={"yml_definition": "- none"}, json=body)
    assert response.status_code == 200


def test_a_body_of_another_type_is_ignored(semaphore: Any) -> None:
    """It is accepted, but nobody reads it (D 3)."""
    response = semaphore.post(SCHEDULES, content=b"{", headers={"Content-Type": "text/plain"})
    assert (response.status_code, response.text) == (400, MISSING)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{}"])
def test_an_empty_or_foreign_json_body_is_no_parameters(semaphore: Any, content: bytes) -> None:
    """An empty body is fine, a list hides under `_json` (D 3)."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = semaphore.post(SCHEDULES, content=content, headers=headers)
    assert (response.status_code, response.text) == (400, MISSING)


@pytest.mark.parametrize("content", [b"{", b"NaN", b'{"a":"\\ud800"}', b"\xff", b"[" * 100_000])
def test_malformed_json_is_refused_in_text(semaphore: Any, content: bytes) -> None:
    """400, and the text does not repeat what was sent (D 3)."""
    headers = {"Content-Type": "application/json"}
    response = semaphore.post(SCHEDULES, content=content, headers=headers)
    assert response.status_code == 400
    assert response.text.startswith("Malformed request: ")


def test_a_body_over_the_limit_is_refused(semaphore: Any) -> None:
    """8,000,000 bytes and no more (D 3)."""
    response = semaphore.post(SCHEDULES, json={"x": "x" * 8_000_000})
    assert (response.status_code, response.text) == (413, "Something went wrong")


def test_names_with_brackets_nest() -> None:
    """Like Plug's decoder: maps, lists, and the last of repeated keys (D 3)."""
    pairs = [("a", "1"), ("a", "2"), ("b[x][y]", "3"), ("b[z]", "4"), ("c[]", "5"), ("c[]", "6")]
    assert nested(pairs) == {"a": "2", "b": {"x": {"y": "3"}, "z": "4"}, "c": ["5", "6"]}


def test_a_complaint_about_json_names_the_place_only() -> None:
    """A secret in a broken body must not come back."""
    with pytest.raises(MalformedJSON) as caught:
        parse_json(b'{"password": canary}')
    assert str(caught.value) == "unexpected byte at position 13"


def test_a_name_may_nest_deeper_than_python_calls() -> None:
    """Brackets are counted by nobody."""
    found = nested([("a" + "[b]" * 5000, "1")])
    for _ in range(5000):
        (found,) = found.values()
    assert found == {"b": "1"}


def parted(*parts: bytes) -> dict[str, Any]:
    content = b"".join(b"--x y\r\nContent-Disposition: form-data; " + part for part in parts)
    headers = {"Content-Type": 'multipart/form-data; boundary="x y"'}
    return {"content": content + b"--x y--\r\n", "headers": headers}


def test_the_parts_of_a_body_are_its_named_texts(semaphore: Any) -> None:
    """A file is none, and what has no name is nothing (D 3)."""
    semaphore.project("api")
    text = DEFINITION.encode()
    file = b'name="yml_definition"; filename="a.yml"\r\n\r\n- wrong\r\n'
    nameless = b"x\r\n\r\n- wrong\r\n"
    named = b'name="yml_definition"\r\nContent-Type: text/plain\r\n\r\n' + text + b"\r\n"
    response = semaphore.post(SCHEDULES, **parted(nameless, named, file))
    assert response.status_code == 200


def test_more_parts_than_anybody_has_parameters_are_refused(semaphore: Any) -> None:
    """Before the time is spent that it takes to read them."""
    response = semaphore.post(SCHEDULES, **parted(*[b"name=a\r\n\r\n1\r\n"] * 10_001))
    assert (response.status_code, response.text) == (413, "Something went wrong")


LONG = 2_000_000


@pytest.mark.parametrize(
    "parts",
    [
        {"data": {"a" + "[" * LONG: "1"}},
        parted(b"Content-Disposition: a;" * (LONG // 20)),
        {"json": {"metadata": {"name": "x"}, "spec": {"repository": {"url": "a" + ":" * LONG}}}},
        {"params": {"a" * 60_000: ""}},
    ],
)
@pytest.mark.parametrize("path", [SCHEDULES, "/api/v1alpha/projects"])
def test_no_text_is_read_again_from_each_of_its_characters(
    semaphore: Any, path: str, parts: dict[str, Any]
) -> None:
    """Or these would keep the server busy for hours."""
    assert semaphore.post(path, **parts).status_code in {400, 415, 422}
