"""Whatever the input: the same data back, or a list of problems."""

from io import BytesIO, StringIO
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS
from reconciler.manifest import load
from reconciler.manifest.places import FieldPlaces
from reconciler.manifest.strict_yaml import read

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
DATA = st.recursive(
    TEXT | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)


@given(DATA)
def test_dumped_data_loads_back_equal(data: Any) -> None:
    """What a YAML writer wrote is what is read, and every part of it has a place."""
    reading = read("f", yaml.safe_dump(data).encode())
    assert reading.problems == ()
    (document,) = reading.documents
    assert document.data == data
    for path in document.places:
        value = data
        for part in path:
            value = value[part]
    fields = FieldPlaces("f", lambda: (data, document.places.mark))
    assert len(list(fields)) == len(document.places) - 1


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode(errors="replace")))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Nothing but InvalidManifests is ever raised, and every problem has a place."""
    try:
        load(["-"], stdin=BytesIO(raw))
    except InvalidManifests as error:
        assert all(problem.place.file == "<stdin>" for problem in error.problems)  # noqa: PT017


MARKED = st.text(st.sampled_from("ab:- \n\t{}[],&*!|>'\"#%@~<?\\0"), max_size=60)


@given(MARKED)
@settings(max_examples=300)
def test_any_marks_are_read_or_refused(text: str) -> None:
    """Texts made of YAML's own signs are no exception."""
    reading = read("f", text.encode())
    for document in reading.documents:
        assert all(str(document.places[path]) for path in document.places)


def _keys() -> list[str]:
    words = {"name", "metadata", "spec", "data", "status", "value_from", "content_from", "env"}
    for kind in KINDS.values():
        for dotted in (*kind.read_only, *kind.project_at, *kind.legacy):
            words.update(dotted.split("."))
        words.update(kind.model.model_fields)
    for schema in (kind.model.model_json_schema() for kind in KINDS.values()):
        for definition in schema.get("$defs", {}).values():
            words.update(definition.get("properties", {}))
    words.update({"tasks", "schedulers", "branch", "scheduled", "protect", "ignore", "absent"})
    return sorted(words)


VALUES = st.sampled_from(
    ["", "x", "true", "1", "...", "ACTIVE", "refs/tags/v1", "0 0 * * *", "/a(/", "v1.0", "allow"]
)
SECTION = st.recursive(
    VALUES | st.none(),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_keys()), inner, max_size=6)
    ),
    max_leaves=30,
)


@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["v1alpha", "v1beta", "v1", "v1.0", "v1.1", "v1.2"]),
    st.fixed_dictionaries(
        {}, optional={"metadata": SECTION, "spec": SECTION, "data": SECTION, "reconciler": SECTION}
    ),
)
@settings(max_examples=300, deadline=None)
def test_any_manifest_is_read_or_refused(kind: str, version: str, section: Any) -> None:
    """A manifest with known keys in any wrong place is refused in words, never with a crash."""
    text = yaml.safe_dump({"apiVersion": version, "kind": kind, **section})
    try:
        load(["-"], stdin=StringIO(text))
    except InvalidManifests as error:
        assert error.problems  # noqa: PT017
