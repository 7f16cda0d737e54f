"""How long is waited, and for what: Retry-After, deadlines, a server that is down."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from reconciler.embedded import Action, Fault, Moment
from reconciler.errors import NoAnswer
from reconciler.model import Result
from tests.reliability.killing import Stage
from tests.reliability.lab import Lab, copied, failures
from tests.reliability.program import LEDGER, forked

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DATE = format_datetime(NOW + timedelta(seconds=9), usegmt=True)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("7", 7, 7),
        (DATE, 9, 9),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 1),
        ("soon", 0, 1),
        ("-5", 0, 1),
        ("36000", 60, 60),
        ("9" * 400, 60, 60),
    ],
)
def test_retry_after(  # noqa: PLR0913, PLR0917 — a table
    method: str,
    status: int,
    asked: str,
    least: float,
    most: float,
    stages: Callable[[str], Stage],
    tmp_path: Path,
) -> None:
    """Seconds and dates are honoured, nonsense is not, and nobody makes us wait for hours."""
    headers = {"date": format_datetime(NOW, usegmt=True)}
    fault = Fault(
        action=Action.ANSWER, status=status, retry_after=asked, headers=headers, method=method
    )
    with copied(stages("none").template, tmp_path / "copy", "none") as lab:
        lab.add(fault)
        assert failures(lab.apply("after.yml", target=("Dashboard/second", "Project/web"))) == []
        waits = [seconds for seconds in lab.slept if seconds >= 0.25]
        assert least <= waits[0] <= most


def test_a_server_that_is_down_is_left_alone(
    stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """Of no service more is asked than five calls that fail, each tried four times."""
    on = stages(LEDGER)
    with copied(on.template, tmp_path / "copy") as lab:
        asked_before = len(lab.embedded.journal.entries())
        lab.plan()
        planning = len(lab.embedded.journal.entries()) - asked_before
        lab.add(Fault(action=Action.ANSWER, status=503, nth=planning + 1, times=None))
        outcomes = lab.apply()
        asked = Counter(
            "/".join(entry.path.partition("?")[0].split("/")[:4])
            for entry in lab.embedded.journal.entries()
            if entry.fault
        )
        assert 1 < len(asked) < 9
        assert max(asked.values()) <= 5 * 4
        assert {outcome.result for outcome in outcomes} == {Result.FAILED, Result.SKIPPED}


MANY = "".join(
    f"""---
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: d{n}}}
spec: {{widgets: [{{name: w, type: list_pipelines, filters: {{branch: main}}}}]}}
---
apiVersion: v1alpha
kind: Notification
metadata: {{name: n{n}}}
spec:
  rules:
    - name: r
      filter: {{projects: [p]}}
      notify: {{webhook: {{endpoint: 'https://example.com'}}}}
"""
    for n in range(8)
)


def test_one_service_that_is_down_concerns_no_other(tmp_path: Path) -> None:
    """Dashboards fail, so all notifications are made, and the dashboards by the next apply."""
    (tmp_path / "many.yml").write_text(MANY)
    with Lab(tmp_path, "none") as lab:
        read = 2  # the plan was made while all was well
        down = Fault(action=Action.ANSWER, status=503, path="*/dashboards*", nth=read, times=None)
        lab.add(down)
        outcomes = lab.apply("many.yml")
        by_kind = {(o.change.address.kind, o.result) for o in outcomes}
        assert by_kind == {
            ("Dashboard", Result.FAILED),
            ("Dashboard", Result.SKIPPED),
            ("Notification", Result.DONE),
        }
        why = "/api/v1alpha/dashboards seems down: 5 calls in a row got no useful answer"
        assert {o.detail for o in outcomes if o.result is Result.SKIPPED} == {why}
        lab.add()
        assert failures(lab.apply("many.yml")) == []


@pytest.mark.parametrize("action", [Action.DRIP, Action.HANG])
def test_a_request_ends_at_its_deadline(
    action: Action, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """A byte now and then is no answer: it is given up; what was done shows by reading."""
    with copied(stages("none").template, tmp_path / "copy", "none") as lab:
        slow = Fault(action=action, when=Moment.AFTER, times=None, seconds=0.05)
        lab.add(replace(slow, method="PATCH"))
        assert failures(lab.apply("after.yml", target=("Dashboard/main",))) == []
        lab.add(slow)
        with pytest.raises(NoAnswer, match=r"no complete answer within 0\.2 s"):
            lab.plan()


@pytest.mark.parametrize(("call", "limit"), [(1, "2"), (24, "6")])
def test_a_run_ends_at_its_deadline(
    call: int, limit: str, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """--timeout holds for a server that hangs: exit code, report and ledger are in order."""
    on = stages(LEDGER)
    with copied(on.template, tmp_path / "copy"):
        place = tmp_path / "copy"
        hang = {"action": "hang", "when": "after", "nth": call, "times": None}
        arguments = ("after.yml", "--auto-approve", "--allow-replace", "--parallelism", "1")
        ran = forked(place, "apply", *arguments, "--timeout", limit, faults=[hang])
        assert ran.code == (1 if call == 1 else 3)
        if call == 1:
            assert "the limit for the whole run was 2 s" in ran.err
        else:
            assert "the time for this run is over" in ran.out
            assert "What is done stays done." in ran.out
        again = forked(place, "apply", *arguments)
        assert again.code == 0, again
        assert forked(place, "ledger", "verify").code == 0
