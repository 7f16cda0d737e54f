"""The published schemas, and what is printed."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs import generate
from reconciler.cli.program import run
from reconciler.model import Plan
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render import as_json, machine
from reconciler.render.documents import DOCUMENTS, schema, version
from reconciler.render.formats import Look
from tests.render import hostile, plans

MANIFEST = "apiVersion: v1beta\nkind: Secret\nmetadata: {name: a}\ndata: {}\n"


def _check(name: str, text: str) -> None:
    """Hold a document against the schema, and against all that this version knows of it."""
    document = json.loads(text)
    assert document["format_version"] == version(name)
    jsonschema.validate(document, schema(name), jsonschema.Draft202012Validator)
    DOCUMENTS[name].model_validate_json(text, strict=True)


@given(plan=hostile.plans(), data=st.data())
def test_whatever_is_decided_fits(plan: Plan, data: st.DataObject) -> None:
    """A plan, a drift and an apply are as their schemas say, with no key that these lack."""
    for subject in (Subject.PLAN, Subject.DRIFT, Subject.APPLY):
        outcomes = data.draw(hostile.outcomes(plan)) if subject is Subject.APPLY else None
        told = plans.told(plan, subject, outcomes=outcomes)
        _check(str(subject), as_json.written(told, Look()))


def test_problems_fit() -> None:
    """So does a validation."""
    _check("validate", as_json.written(Validation(problems=plans.PROBLEMS, objects=0), Look()))


def test_what_commands_print_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command, one after another in one organization."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yml").write_text(MANIFEST)
    calls = {
        "validate": ("validate", "m.yml"),
        "plan": ("plan", "m.yml"),
        "apply": ("apply", "--auto-approve", "m.yml"),
        "drift": ("drift", "m.yml"),
        "list": ("list", "--manifests", "m.yml"),
        "ledger": ("ledger", "show"),
    }
    assert calls.keys() == DOCUMENTS.keys()
    for name, words in calls.items():
        assert run(["--org", "embedded:", *words, "--format", "json"]) == 0
        _check(name, capsys.readouterr().out)


def test_numbers_are_those_that_are_written() -> None:
    """A schema is of the number that documents have."""
    numbers = {name: version(name) for name in DOCUMENTS}

    assert {numbers[name] for name in ("plan", "drift", "apply")} == {machine.PLANS}
    assert {numbers[name] for name in ("validate", "list", "ledger")} == {machine.FORMAT_VERSION}


def test_schemas_are_published() -> None:
    """As files, by name and number; they take keys that come later."""
    for file, text in generate.schemas().items():
        assert file.read_text() == text
        found: Any = json.loads(text)
        jsonschema.Draft202012Validator.check_schema(found)
        assert '"additionalProperties": false' not in text
        assert "\n" not in found["title"]
