"""The signs of a plan are explained where they occur, and only those."""

from dataclasses import replace

from reconciler.model import Plan
from reconciler.render.legend import legend
from tests.render import plans


def test_all_of_them() -> None:
    """In the order of the summary, then what is beside it."""
    seen = replace(plans.BUSY, observed=(plans.UPDATE,))
    (said,) = legend(seen)
    assert said == (
        "Signs: + create, ~ update, -/+ delete and create again, - delete, ≠ only observed, "
        "✎ secret values written, ? not compared, ! refused."
    )


def test_only_those_that_occur() -> None:
    """No more than somebody has to read."""
    assert legend(Plan(changes=(plans.UPDATE,))) == ["Signs: ~ update."]
    assert legend(Plan(changes=(plans.CREATE,))) == ["Signs: + create, ✎ secret values written."]


def test_sentences_explain_themselves() -> None:
    """Where nothing is to do there are no others."""
    assert legend(plans.EMPTY) == []
    assert legend(Plan(changes=(), hidden=plans.BUSY.hidden, refusals=plans.BUSY.refusals)) == []
