"""Schedules on the wire: definitions that any YAML parser reads, and what a project repeats."""

from typing import Any

import pytest
import yaml

from reconciler.kinds import KINDS
from reconciler.kinds.api import Item, plain
from reconciler.kinds.kind import settle
from reconciler.kinds.schedule import ScheduleSpec, is_branchless
from reconciler.kinds.task import section_of_task, task_of

_SCHEDULE = KINDS["Schedule"]


def _answer(**fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"id": "s1", "name": "nightly", "project_id": "p1"}
    told |= {"reference": "refs/heads/main"}
    told |= {"description": "", "recurring": True, "parameters": []}
    return told | {"at": "0 3 * * *", "pipeline_file": "a.yml", "paused": True} | fields


def _definition(item: Item) -> Any:
    return yaml.safe_load(_SCHEDULE.encode(item, None)["yml_definition"])


@pytest.mark.parametrize("text", ["😀", "é\x7f\x85", "\u2028 \ufeff", "yes", '"\\', "a\nb"])
def test_texts_survive_yaml(text: str) -> None:
    """Also those that JSON, which is nearly YAML, escapes in a way that YAML does not know."""
    item = _SCHEDULE.decode(_answer(name=text, pipeline_file=text))
    definition = _definition(item._replace(project_name="api"))
    assert text == definition["metadata"]["name"]
    assert text == definition["spec"]["pipeline_file"]


def test_no_branch_is_kept() -> None:
    """Only v1.1 can say it, by saying nothing (A 10)."""
    item = _SCHEDULE.decode(_answer(reference="refs/heads/"))
    definition = _definition(item)
    assert is_branchless(item)
    assert definition["apiVersion"] == "v1.1"
    assert "reference" not in definition["spec"]


def test_a_repeated_task_leaves_its_pause_unsaid() -> None:
    """Said, it would be noted as a pause by us (A 3.6)."""
    entry = plain(task_of(_SCHEDULE.decode(_answer())))
    assert (entry["id"], entry["branch"]) == ("s1", "main")
    assert "status" not in entry


def test_null_is_the_default_of_the_older_words_too() -> None:
    """A branch and a status are written otherwise than they are kept, and can be reset like all."""
    entry = {"name": "nightly", "pipeline_file": "a.yml", "branch": None, "status": None}
    spec: Any = _SCHEDULE.model.model_validate(section_of_task("spec.tasks", entry))
    assert {"reference", "paused"} <= spec.spec.model_fields_set
    assert (spec.spec.reference, spec.spec.paused) == (
        ScheduleSpec.model_fields["reference"].default,
        False,
    )


@pytest.mark.parametrize(("at", "recurring", "good"), [("", True, False), ("", False, True)])
def test_what_recurs_needs_a_time(at: str, *, recurring: bool, good: bool) -> None:
    """Whether it recurs may be known only together with what is live."""
    spec = settle(_SCHEDULE.decode(_answer(at=at, recurring=recurring)).spec)
    assert good is (_SCHEDULE.unwritable(spec) == "")
