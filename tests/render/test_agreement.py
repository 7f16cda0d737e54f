"""Program, JSON Schema and the tables of the pages say the same of every field."""

import copy
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS, Kind, in_words
from reconciler.kinds.in_words import REQUIRED, Row
from reconciler.manifest import load
from reconciler.model import Severity
from reconciler.render import schema
from tests.render.full import FULL

At = tuple[str | int, ...]

WRONG = {"a mapping": {"zzz": 1}, "a list": [[]]}
_AROUND = ("apiVersion", "kind", "reconciler")
_SOURCES = ("value_from", "content_from", "endpoint_from", "source")
"""What stands in the place of a field, and is told in its notes."""
_WORDS = re.compile(r"`([^`]+)`")


@cache
def document(name: str) -> Any:
    """Numbers and booleans as editors see them; versions are texts all the same."""
    found = yaml.safe_load(FULL[name])
    return found | {"apiVersion": str(found["apiVersion"])}


@cache
def validator(kind: str) -> Draft7Validator:
    return Draft7Validator(schema.one(KINDS[kind]))


def by_schema(doc: Any) -> bool:
    return bool(validator(doc["kind"]).is_valid(doc))


def by_program(doc: Any) -> bool:
    Path("m.yml").write_text(yaml.safe_dump(doc))
    try:
        load(["m.yml"])
    except InvalidManifests as error:
        return all(problem.severity is Severity.WARNING for problem in error.problems)
    return True


def places(value: Any, above: At = ()) -> Iterator[At]:
    """Where something stands, but for what says which kind it is."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if (key,) not in (("apiVersion",), ("kind",)):
            yield (*above, key)
        if isinstance(inner, (dict, list)):
            yield from places(inner, (*above, key))


def without(doc: Any, at: At) -> Any:
    changed = copy.deepcopy(doc)
    del _above(changed, at)[at[-1]]
    return changed


def having(doc: Any, at: At, value: Any) -> Any:
    changed = copy.deepcopy(doc)
    _above(changed, at)[at[-1]] = value
    return changed


def _above(doc: Any, at: At) -> Any:
    for key in at[:-1]:
        doc = doc[key]
    return doc


def table(kind: Kind) -> dict[str, Row]:
    """What is said of each field, by its dotted path."""
    return {row.path.replace("[]", ""): row for row in in_words.rows(kind)}


def row_of(kind: str, at: At) -> Row | None:
    """The row about what stands at a place; an entry of a project's tasks is a schedule."""
    keys = [key for key in at if isinstance(key, str)]
    if kind == "Project" and keys[:2] in (["spec", "tasks"], ["spec", "schedulers"]):
        kind, keys = (
            "Schedule",
            ["metadata" if keys[2:3] in (["name"], ["description"]) else "spec", *keys[2:]],
        )
    return table(KINDS[kind]).get(".".join(keys))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", sorted(FULL))
def test_they_say_all_there_is(name: str) -> None:
    """Each is right to both; together those of a kind mention every row of its table."""
    doc = document(name)
    assert by_program(doc)
    assert by_schema(doc)
    alike = [document(other) for other in FULL if other.partition(" ")[0] == doc["kind"]]
    said = {
        ".".join(key for key in at if isinstance(key, str)) for each in alike for at in places(each)
    }
    others = KINDS[doc["kind"]].project_at[1:]  # which say the same as the first
    assert table(KINDS[doc["kind"]]).keys() - {*others} - said == set()


@pytest.mark.parametrize("name", sorted(FULL))
@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_wrong_sorts_of_values(name: str, wrong: str) -> None:
    """What takes a text takes neither a mapping nor a list, and so on."""
    doc = document(name)
    changed = {at: having(doc, at, WRONG[wrong]) for at in places(doc)}
    assert {at: by_schema(each) for at, each in changed.items()} == {
        at: by_program(each) for at, each in changed.items()
    }


@pytest.mark.parametrize("name", sorted(FULL))
def test_unknown_keys(name: str) -> None:
    """There is no mapping that takes just any key."""
    doc = document(name)
    for at in places(doc):
        if isinstance(inner := _above(doc, at)[at[-1]], dict):
            changed = having(doc, at, inner | {"zzz": 1})
            assert (at, by_schema(changed), by_program(changed)) == (at, False, False)


@pytest.mark.parametrize("name", sorted(FULL))
@pytest.mark.parametrize("gone", [True, False])
def test_what_is_required(name: str, *, gone: bool) -> None:
    """What may be left out, or null, in one is so in all; a table tells what depends on others."""
    doc = document(name)
    for at in places(doc):
        changed = without(doc, at) if gone else having(doc, at, None)
        schemas, programs = by_schema(changed), by_program(changed)
        row = row_of(doc["kind"], at)
        assert schemas or not programs, f"only the schema refuses {at}"
        if isinstance(at[-1], int) or at[0] == "reconciler":
            continue
        if schemas and not programs:
            rows = [row_of(doc["kind"], each) for each in _concerned(doc, at)]
            assert any("needed" in "; ".join(each.notes) for each in rows if each), at
        elif row and gone:
            is_needed = row.default == REQUIRED or f"`{doc['apiVersion']}`" in "; ".join(row.notes)
            assert is_needed is not schemas, at


def _concerned(doc: Any, at: At) -> Iterator[At]:
    """What may be missing after a change: that place, what is in it, and the time of a task."""
    yield at
    value = _above(doc, at)[at[-1]]
    if isinstance(value, (dict, list)):
        yield from ((*at, *inner) for inner in places(value))
    elif at[-1] == "scheduled":
        yield (*at[:-1], "at")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_fields(kind: str) -> None:
    """A table has a row for each key of the schema, but for what is said elsewhere on the page."""
    root = schema.one(KINDS[kind])
    keys = dict(_keys(root, root["$defs"], ()))
    assert table(KINDS[kind]).keys() == {
        path for path, (has_inner, _) in keys.items() if not has_inner or path in table(KINDS[kind])
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_words(kind: str) -> None:
    """Words of a table are those of the schema, in whatever case."""
    root = schema.one(KINDS[kind])
    for path, (_, part) in _keys(root, root["$defs"], ()):
        row = table(KINDS[kind]).get(path)
        words = {str(word).lower() for word in _enum(part) if word is not None}
        if row and words:
            assert {word.lower() for word in _WORDS.findall(row.type)} == words, path


def _enum(part: Any) -> list[Any]:
    found: list[Any] = part.get("items", part).get("enum", [])
    return found


def _keys(part: Any, defs: Any, above: tuple[str, ...]) -> Iterator[tuple[str, tuple[bool, Any]]]:
    """Every key that a user may write, with whether there is more below it, and its schema."""
    for name, inner in part.get("properties", {}).items():
        path = (*above, name)
        skipped = name in _SOURCES or (not above and name in _AROUND)
        if skipped or inner.get("readOnly") or inner.get("deprecated"):
            continue
        below = _resolved(inner, defs)
        lists = [each["items"] for each in (below, *below.get("anyOf", [])) if "items" in each]
        listed = _resolved(lists[0], defs) if lists else {}
        is_entry = path in (("spec", "tasks"), ("spec", "schedulers"))
        deeper = [] if is_entry else [*_keys(below, defs, path), *_keys(listed, defs, path)]
        if deeper or is_entry or below.get("type") != "object":
            yield ".".join(path), (bool(deeper), inner)
        yield from deeper


def _resolved(part: Any, defs: Any) -> Any:
    choices = [part, *part.get("anyOf", [])]
    ref = next((each["$ref"] for each in choices if "$ref" in each), None)
    return defs[ref.removeprefix("#/$defs/")] if ref else part
