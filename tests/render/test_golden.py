"""The texts people read, compared with texts people have read."""

import re
from pathlib import Path

import pytest

from reconciler.model.report import Coverage
from reconciler.model.subject import Subject
from reconciler.render import drift, problems, report, text
from reconciler.render.formats import FORMATS, Look
from reconciler.render.palette import coloured
from tests.render import plans

GOLDEN = Path(__file__).parent / "golden"
WHERE = "https://acme.semaphoreci.com"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

TEXTS = {
    "plan": text.plan(plans.BUSY, WHERE),
    "plan-narrow": text.plan(plans.BUSY, WHERE, width=60),
    "plan-empty": text.plan(plans.EMPTY, WHERE),
    "plan-coloured": text.plan(plans.BUSY, WHERE, palette=coloured),
    "drift": drift.drift(plans.BUSY, WHERE),
    "drift-none": drift.drift(plans.EMPTY, WHERE),
    "report": report.report(plans.OUTCOMES, WHERE),
    "problems": problems.problems(plans.PROBLEMS),
    "plan-markdown": FORMATS["markdown"].written(plans.told(plans.BUSY, coverage=Coverage(8, 6))),
    "plan-bitbucket": FORMATS["bitbucket"].written(plans.told(plans.BUSY)),
    "plan-cut": FORMATS["markdown"].written(plans.told(plans.BUSY), Look(most_bytes=1900)),
    "drift-markdown": FORMATS["markdown"].written(plans.told(plans.BUSY, Subject.DRIFT)),
    "report-markdown": FORMATS["markdown"].written(
        plans.told(plans.BUSY, Subject.APPLY, outcomes=plans.OUTCOMES)
    ),
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_text_is_as_reviewed(name: str) -> None:
    """Every text is byte for byte the reviewed one."""
    assert (GOLDEN / f"{name}.txt").read_bytes().decode() == TEXTS[name]


def test_colours_change_nothing_but_colour() -> None:
    """Without its colours the coloured plan is the plain plan."""
    assert TEXTS["plan"] == _COLOUR.sub("", TEXTS["plan-coloured"])


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_texts_end_their_last_line_and_leave_no_blanks(name: str) -> None:
    """Every text ends with one line end and no line ends with blanks."""
    said = TEXTS[name]
    assert said == said.rstrip("\n") + "\n"
    assert [line for line in said.split("\n") if line != line.rstrip()] == []
