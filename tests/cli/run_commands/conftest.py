"""The program on an organization whose runs are over, and what it said."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran
from tests.cli.past import ORG, past, without_ids
from tests.embedded.pipeline_runs import Runs

Program = Callable[..., Ran]
CANARY = "canary-value"


@pytest.fixture
def runs(place: Path) -> Iterator[Runs]:
    """What is done in it is there when the program looks."""
    with past(place) as found:
        yield found


@pytest.fixture
def program(reconciler: Program) -> Program:
    """The program, on that organization."""
    return lambda *arguments: reconciler(*ORG, *arguments)


def parsed(ran: Ran, code: int = 0) -> Any:
    """The JSON of a document, which has sorted keys and its version."""
    assert (ran.code, ran.err) == (code, "")
    document = json.loads(ran.out)
    assert ran.out == json.dumps(document, indent=2, sort_keys=True) + "\n"
    assert document.pop("format_version") == 1
    return document


def table(text: str) -> str:
    """A table as it is written below: without what widens it."""
    return "\n".join("  ".join(line.split()) for line in without_ids(text).splitlines())
