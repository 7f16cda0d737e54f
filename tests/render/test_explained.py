"""What the terminal says of kinds and fields: all that a manifest may say, and nothing else."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import yaml

from reconciler.kinds import KINDS
from reconciler.render import explained
from reconciler.render.palette import plain
from tests.render.full import FULL

TEXT = partial(explained.text, palette=plain)
_ENVELOPE = {"apiVersion", "kind"}
_TASKS = ("spec.tasks", "spec.schedulers")


def paths(value: Any, above: str = "") -> Iterator[str]:
    """Every dotted path of a document, items of a list without their numbers."""
    if isinstance(value, list):
        for inner in value:
            yield from paths(inner, above)
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{above}.{key}" if above else str(key)
            yield path
            yield from paths(inner, path)


@pytest.mark.parametrize("name", sorted(FULL))
def test_all_that_a_manifest_says_is_explained(name: str) -> None:
    """But for the entries of tasks, which are schedules, and say so."""
    document = yaml.safe_load(FULL[name])
    kind = KINDS[document["kind"]]
    known = set(explained.paths(kind)) | _ENVELOPE

    said = {path for path in paths(document) if not path.startswith(tuple(f"{t}." for t in _TASKS))}
    assert said - known == set()


@pytest.mark.parametrize("name", KINDS)
def test_every_path_leads_to_its_fields(name: str) -> None:
    """With the brackets of a list and without; the text is for people, and has no marks."""
    kind = KINDS[name]
    for path in explained.paths(kind):
        found = explained.rows(kind, path)
        assert found
        assert explained.rows(kind, f"{path}[]") == found
        assert "`" not in TEXT(kind, found, whole=False)
    assert "`" not in str(explained.document(kind, explained.rows(kind)))


def test_a_field_and_what_is_in_it() -> None:
    """A plan's path is enough; what is beside it is left out."""
    kind = KINDS["Schedule"]
    said = TEXT(kind, explained.rows(kind, "spec.reference"), whole=False)
    assert said == (
        "  spec.reference  mapping; default {type: BRANCH, name: master}\n"
        "      what it runs on; needed in v1.2; not in v1.0, v1.1\n"
        "  spec.reference.type  BRANCH, TAG, PR; required\n"
        "  spec.reference.name  text; required\n"
    )


def test_where_a_secret_value_is_from() -> None:
    """Each source with what it is told."""
    kind = KINDS["Secret"]
    found = [row.path for row in explained.rows(kind, "data.env_vars.value_from.sops")]
    above = "data.env_vars[].value_from.sops"
    assert found == [above, f"{above}.file", f"{above}.key"]


def test_nothing_is_known_of_others() -> None:
    """A path that only begins like a field is none."""
    assert explained.rows(KINDS["Schedule"], "spec.refer") == []
