"""The registry of formats: no command names one, and each keeps what it promises."""

import re
from pathlib import Path

import pytest

from reconciler.model.report import Coverage
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render.formats import FORMATS, Answer, Told, names
from reconciler.render.graph import Drawing
from tests.render import plans

ROOT = Path(__file__).parent.parent.parent
TOLD: dict[Subject, Told] = {
    Subject.PLAN: plans.told(plans.BUSY),
    Subject.DRIFT: plans.told(plans.BUSY, Subject.DRIFT),
    Subject.APPLY: plans.told(plans.BUSY, Subject.APPLY, outcomes=plans.OUTCOMES),
    Subject.VALIDATION: Validation(problems=plans.PROBLEMS, objects=0),
    Subject.GRAPH: Drawing({plans.API: (), plans.NIGHTLY: (plans.API,)}),
    Subject.ANSWER: Answer(lambda _: "yes\n", lambda: {"answer": "yes"}),
}


PAIRS = [(name, subject) for subject in Subject for name in names(subject)]


@pytest.mark.parametrize(("name", "subject"), PAIRS)
def test_each_format_tells_of_what_it_says(name: str, subject: Subject) -> None:
    """Something is written, whole lines of it, and the same each time."""
    said = FORMATS[name].written(TOLD[subject])

    assert said.strip()
    assert said.endswith("\n")
    assert said == FORMATS[name].written(TOLD[subject])


def test_what_is_told_first_is_for_people() -> None:
    """Without --format a command speaks to whoever called it; a drawing is one in any case."""
    assert {names(subject)[0] for subject in Subject} == {"text", "mermaid"}


def test_no_command_names_a_format() -> None:
    """What is done with a format follows from what the registry says of it."""
    quoted = re.compile("|".join(f'"{name}"' for name in FORMATS))
    commands = [*(ROOT / "reconciler/cli").rglob("*.py"), *(ROOT / "reconciler/commands").glob("*")]
    naming = [path.name for path in commands if path.suffix == ".py" and _code(path, quoted)]

    assert naming == []


def _code(path: Path, quoted: re.Pattern[str]) -> bool:
    return any(quoted.search(line) for line in path.read_text().splitlines())


@pytest.mark.parametrize(("live", "declared", "percent"), [(0, 0, None), (3, 2, 66), (3, 3, 100)])
def test_all_is_only_all(live: int, declared: int, percent: int | None) -> None:
    """A share is rounded down, and there is none of nothing."""
    assert Coverage(live, declared).percent == percent
