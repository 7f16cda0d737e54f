"""Every kind takes part in every law, with all that it has, and with content in it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from reconciler.model import Spec
from tests.laws.cases import cases, scene_of
from tests.laws.held.forms import at
from tests.laws.held.kinds import HELD, Items, Table
from tests.laws.organization import COLLECTIONS
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc
from tests.laws.strategies.secrets import SOURCES

_STATES = "spec.rules[].filter.states"
"""A list that has to be empty."""

_OLDER = "spec.schedulers"
"""Said instead of ``spec.tasks``, at times."""

_draw = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)
"""The same draws in every run: how often something comes is no matter of luck."""


def _drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    found = []

    @_draw
    @given(strategy)
    def take(one: Any) -> None:
        found.append(one)

    take()
    return found


def test_every_kind_is_written() -> None:
    """A kind without manifests, requests and a way to read it would be tried by no law."""
    assert set(WRITINGS) == set(KINDS)
    assert set(COLLECTIONS) == set(KINDS)
    assert set(HELD) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_held_against_something(kind: str) -> None:
    """A field that the laws do not know would be tried by none."""
    known = tuple(_places(HELD[kind]))
    assert [f for f in _fields(KINDS[kind].model) if not _is_in(f, known)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_has_content(kind: str) -> None:
    """In four of ten manifests, or items that it is in; and all that may be said is said."""
    seen, said, filled = Counter[str](), Counter[str](), Counter[str]()
    lists = set()
    for doc in _drawn(WRITINGS[kind].manifest(scene_of(kind), "s1-x")):
        for path, value in _values(doc, HELD[kind]):
            seen[path] += 1
            said[path] += value is not None
            filled[path] += bool(value)
            lists |= {path} if isinstance(value, list) else set()
    assert [p for p in seen if not said[p] and not said[p.replace("schedulers", "tasks")]] == []
    shares = {path: filled[path] / seen[path] for path in sorted(lists - {_STATES})}
    assert {path: share for path, share in shares.items() if share < 0.4} == {}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if WRITINGS[kind].values])
def test_secret_values_change(kind: str) -> None:
    """From one manifest of an object to the next, in three of ten cases that have both."""
    both = [case for case in _drawn(cases(kind)) if case.before]
    above = WRITINGS[kind].values
    changed = [case for case in both if _changes(case.before, case.docs, above)]
    assert len(both) > 20
    assert len(changed) >= 0.3 * len(both)


def _places(table: Table, above: str = "") -> Iterator[str]:
    for path, place in table.items():
        if isinstance(place, Items):
            yield from _places(place.table, f"{above}{path}[].")
        else:
            yield f"{above}{path}"


def _is_in(path: str, others: tuple[str, ...]) -> bool:
    return any(path == other or path.startswith((f"{other}.", f"{other}[].")) for other in others)


def _fields(model: type[Spec], above: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = next(_specs(field.annotation), None)
        many = "[]" if "tuple[" in str(field.annotation) else ""
        if inner is None:
            yield f"{above}{name}"
        else:
            yield from _fields(inner, f"{above}{name}{many}.")


def _specs(annotation: Any) -> Iterator[type[Spec]]:
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        yield annotation
    for part in get_args(annotation):
        yield from _specs(part)


def _values(said: Doc, table: Table, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what a manifest says at each place there is, None where it says nothing."""
    for path, place in table.items():
        value = at(said, path)
        if path == _OLDER and value is None:
            continue
        yield f"{above}{path}", value
        if isinstance(place, Items):
            for item in value or ():
                yield from _values(item, place.table, f"{above}{path}[].")


def _changes(before: tuple[Doc, ...], docs: tuple[Doc, ...], above: str) -> bool:
    then, now = (
        {
            (doc["metadata"]["name"], *item): value
            for doc in those
            for item, value in _secrets(doc.get(above) or {})
        }
        for those in (before, docs)
    )
    return any(then[item] != now[item] for item in then.keys() & now.keys())


def _secrets(said: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Yield name or path of each variable and file, and the value that it has."""
    for item in said.get("env_vars") or ():
        yield ("variable", item["name"]), _source(item.get("value_from")) or item["value"]
    for item in said.get("files") or ():
        yield ("file", item["path"]), _source(item.get("content_from")) or item["content"]


def _source(named: Mapping[str, str] | None) -> str:
    return SOURCES[named.get("env") or named["file"]] if named else ""
