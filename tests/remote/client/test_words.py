"""Enumerations are the same words, whichever way an answer writes them (D 11.2)."""

from enum import StrEnum
from typing import Any

import pytest

from reconciler.remote.client import words
from reconciler.remote.client.pipeline_models import Block, BlockJob, Pipeline
from reconciler.remote.client.words import PipelineState, Result, WorkflowTrigger
from reconciler.remote.client.workflows import Workflow

PIPELINE = {"ppl_id": "1", "state": "done"}


@pytest.mark.parametrize("state", ["done", "DONE", "Done"])
def test_case(state: str) -> None:
    """A listing's upper case and a description's lower case are the same member."""
    pipeline = Pipeline.model_validate({"ppl_id": "1", "state": state})

    assert pipeline.state is PipelineState.DONE
    assert pipeline.is_done


@pytest.mark.parametrize(("value", "number"), [("HOOK", 0), ("MANUAL_RUN", 3), ("api", 2)])
def test_numbers(value: str, number: int) -> None:
    """A workflow's trigger is a name when described and a number when listed (D 10.1)."""
    by_name = Workflow.model_validate({"wf_id": "1", "triggered_by": value})
    by_number = Workflow.model_validate({"wf_id": "1", "triggered_by": number})

    assert by_name.triggered_by is by_number.triggered_by is WorkflowTrigger(value.lower())


def test_new_word() -> None:
    """A word that is newer than the client is kept, not refused."""
    pipeline = Pipeline.model_validate({"ppl_id": "1", "state": "PONDERING"})

    assert pipeline.state == "pondering"
    assert not pipeline.is_done


@pytest.mark.parametrize(
    ("answer", "result", "reason"),
    [
        ({"result": "passed", "result_reason": "test"}, "passed", None),
        ({"result": "PASSED", "result_reason": "TEST"}, "passed", None),
        ({"result": "PASSED", "result_reason": "SKIPPED"}, "passed", "skipped"),
        ({"result": "failed", "result_reason": "test"}, "failed", "test"),
        ({"result": "STOPPED", "result_reason": "USER"}, "stopped", "user"),
        ({"result": "", "result_reason": ""}, None, None),
        ({"result": None}, None, None),
        ({}, None, None),
    ],
)
def test_reasons(answer: dict[str, Any], result: str | None, reason: str | None) -> None:
    """What passed has no reason, although the server shows one (D 11.2)."""
    for ended in (
        Pipeline.model_validate(PIPELINE | answer),
        Block.model_validate({"state": "done"} | answer),
    ):
        assert (ended.result, ended.result_reason) == (result, reason)


def test_unfinished_job() -> None:
    """A job that runs has not passed, although the server says so (D 11.2)."""
    running = BlockJob.model_validate({"status": "RUNNING", "result": "PASSED"})
    finished = BlockJob.model_validate({"status": "FINISHED", "result": "PASSED"})

    assert running.result is None
    assert finished.result is Result.PASSED


def test_all_words_are_lower_case() -> None:
    """No enumeration of states is written in two ways."""
    enums = [
        value
        for value in vars(words).values()
        if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
    ]

    assert len(enums) == 14
    assert all(word == word.lower() for enum in enums for word in enum)
