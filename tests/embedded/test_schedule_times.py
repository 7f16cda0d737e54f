"""Schedules that start by themselves: when they are due, and what comes of it (A 10)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.embedded.schedules import cron, times
from tests.embedded.run_calls import MISSING, WORKFLOWS, Runs
from tests.embedded.test_schedule_runs import SCHEDULES, schedule, triggers

DAY = 86_400
NEW_YEAR = datetime(2024, 1, 1, 0, 0, tzinfo=UTC)
"""A Monday."""


def due(expression: str, count: int = 3, after: datetime = NEW_YEAR) -> list[str]:
    """The next times after a moment, without seconds."""
    cron.check(expression)
    found, moment = [], after.timestamp()
    for _ in range(count):
        at = times.next_after(expression, moment)
        assert at is not None
        found.append(f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%d %H:%M:%S}"[:16])
        moment = at
    return found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("* * * * *", ["2024-01-01 00:01", "2024-01-01 00:02", "2024-01-01 00:03"]),
        ("30 4 * * *", ["2024-01-01 04:30", "2024-01-02 04:30", "2024-01-03 04:30"]),
        ("0 9-17/4 * * *", ["2024-01-01 09:00", "2024-01-01 13:00", "2024-01-01 17:00"]),
        ("15,45 */12 * * *", ["2024-01-01 00:15", "2024-01-01 00:45", "2024-01-01 12:15"]),
        ("0 0 13 * 5", ["2024-09-13 00:00", "2024-12-13 00:00", "2025-06-13 00:00"]),
        ("0 0 1 * MON", ["2024-04-01 00:00", "2024-07-01 00:00", "2025-09-01 00:00"]),
        ("0 0 * * 7", ["2024-01-07 00:00", "2024-01-14 00:00", "2024-01-21 00:00"]),
        ("0 0 * * 0", ["2024-01-07 00:00", "2024-01-14 00:00", "2024-01-21 00:00"]),
        ("0 0 * * SAT-SUN", ["2024-01-06 00:00", "2024-01-07 00:00", "2024-01-13 00:00"]),
        ("0 0 */10 * *", ["2024-01-10 00:00", "2024-01-20 00:00", "2024-01-30 00:00"]),
        ("0 0 L * *", ["2024-01-31 00:00", "2024-02-29 00:00", "2024-03-31 00:00"]),
        ("0 0 LW 3,6 *", ["2024-03-29 00:00", "2024-06-28 00:00", "2025-03-31 00:00"]),
        ("0 0 6W 1 *", ["2024-01-05 00:00", "2025-01-06 00:00", "2026-01-06 00:00"]),
        ("0 0 * * FRI#2", ["2024-01-12 00:00", "2024-02-09 00:00", "2024-03-08 00:00"]),
        ("0 0 * * FRI-MON", ["2024-01-05 00:00", "2024-01-06 00:00", "2024-01-07 00:00"]),
        ("0 22-1/2 * * *", ["2024-01-01 22:00", "2024-01-02 00:00", "2024-01-02 22:00"]),
        ("0 0 1 NOV-JAN *", ["2024-11-01 00:00", "2024-12-01 00:00", "2025-01-01 00:00"]),
        ("0 0 * * */2", ["2024-01-02 00:00", "2024-01-04 00:00", "2024-01-06 00:00"]),
        ("0 0 * * */7", ["2024-01-07 00:00", "2024-01-14 00:00", "2024-01-21 00:00"]),
        ("0 0 * * L", ["2024-01-07 00:00", "2024-01-14 00:00", "2024-01-21 00:00"]),
        ("0 0 1 L *", ["2024-12-01 00:00", "2025-12-01 00:00", "2026-12-01 00:00"]),
        ("0 0 * 1-3 FRI#5", ["2024-01-02 00:00", "2024-02-01 00:00", "2024-03-29 00:00"]),
        ("0 0 * * 5L", ["2024-01-26 00:00", "2024-02-23 00:00", "2024-03-29 00:00"]),
        ("0 0 29 FEB *", ["2024-02-29 00:00", "2028-02-29 00:00", "2032-02-29 00:00"]),
        ("0 0 1 1 * 2030", ["2030-01-01 00:00"]),
        ("5", ["2024-01-01 00:05", "2024-01-01 01:05", "2024-01-01 02:05"]),
        ("@weekly", ["2024-01-07 00:00", "2024-01-14 00:00", "2024-01-21 00:00"]),
        ("@yearly", ["2025-01-01 00:00", "2026-01-01 00:00", "2027-01-01 00:00"]),
    ],
)
def test_the_next_times(expression: str, expected: list[str]) -> None:
    """Every field has to fit, those of the day both."""
    assert due(expression, len(expected)) == expected


@pytest.mark.parametrize("expression", ["0 0 31 2 *", "0 0 * * * 1999", "@reboot", "0 0 30 2 *"])
def test_some_are_never_due(expression: str) -> None:
    """There is no such day, or it has been."""
    cron.check(expression)
    assert times.next_after(expression, NEW_YEAR.timestamp()) is None


def recurring(runs: Runs, at: str, **spec: str) -> str:
    return schedule(runs, recurring="true", at=f"'{at}'", **spec)


def shown(runs: Runs, schedule_id: str) -> list[str]:
    return [trigger["triggered_at"][:16] for trigger in triggers(runs, schedule_id)]


def test_a_schedule_starts_at_its_time(runs: Runs) -> None:
    """By nobody, with the defaults of its parameters, and once however often one looks (D 10)."""
    parameters = "[{name: TO, required: true}, {name: HOW, required: false, default_value: fast}]"
    schedule_id = recurring(runs, "30 22 * * *", parameters=parameters)
    runs.pass_by(900)
    assert triggers(runs, schedule_id) == []
    runs.pass_by(120)
    for _ in range(3):
        (trigger,) = triggers(runs, schedule_id)
    assert trigger["triggered_at"] == trigger["scheduled_at"] == "2023-11-14 22:30:00.000000Z"
    assert (trigger["scheduling_status"], trigger["run_now_requester_id"]) == ("passed", "")
    workflow = runs.semaphore.get(f"{WORKFLOWS}/{trigger['scheduled_workflow_id']}").json()
    found = workflow["workflow"]
    assert (found["triggered_by"], found["branch_name"]) == ("SCHEDULE", "main")
    assert found["created_at"]["seconds"] == 1_700_001_000
    pipeline = runs.pipeline(found["initial_ppl_id"])
    assert pipeline["env_vars"] == [{"name": "HOW", "value": "fast"}]
    assert pipeline["triggerer"]["wf_triggered_by"] == 1


def test_what_nobody_saw_happens_in_its_order(runs: Runs) -> None:
    """Of a long absence no more than the last day is made up for."""
    schedule_id = recurring(runs, "0 */6 * * *")
    runs.pass_by(10 * DAY)
    assert shown(runs, schedule_id) == [
        "2023-11-24 18:00",
        "2023-11-24 12:00",
        "2023-11-24 06:00",
        "2023-11-24 00:00",
    ]
    runs.pass_by(6 * 3600)
    assert shown(runs, schedule_id)[0] == "2023-11-25 00:00"


@pytest.mark.parametrize(
    "change",
    [
        {"paused": "true", "at": "'30 22 * * *'"},
        {"recurring": "false"},
        {"at": "'0 0 31 2 *'"},
    ],
)
def test_one_that_is_paused_or_changed_does_not_start(runs: Runs, change: dict[str, str]) -> None:
    """Nor one that is gone; what was decided before no longer counts."""
    schedule_id = recurring(runs, "30 22 * * *")
    fields = {
        "project": "api",
        "recurring": "true",
        "pipeline_file": "nightly.yml",
        "reference": "{type: BRANCH, name: main}",
        **change,
    }
    lines = "".join(f"  {key}: {value}\n" for key, value in fields.items())
    text = (
        "apiVersion: v1.2\nkind: Schedule\n"
        f"metadata: {{name: nightly, id: {schedule_id}}}\nspec:\n{lines}"
    )
    answer = runs.semaphore.post(SCHEDULES, json={"yml_definition": text})
    assert answer.status_code == 200, answer.text
    runs.pass_by(2 * DAY)
    assert triggers(runs, schedule_id) == []


def test_one_that_is_gone_does_not_start(runs: Runs) -> None:
    """Though its alarm is still set."""
    schedule_id = recurring(runs, "30 22 * * *")
    runs.semaphore.delete(f"{SCHEDULES}/{schedule_id}")
    runs.pass_by(DAY)
    listed = runs.semaphore.get(WORKFLOWS, params={"project_id": runs.project_id}).json()
    assert listed == []


def test_schedules_of_a_deleted_project_fail(runs: Runs) -> None:
    """They outlive it (A 4), and there is nothing to run."""
    schedule_id = recurring(runs, "30 22 * * *")
    assert runs.semaphore.delete("/api/v1alpha/projects/api").status_code == 200
    runs.pass_by(DAY)
    runs.semaphore.get("/api/v1alpha/projects")
    row = runs.semaphore.embedded.world.db.execute(
        "SELECT * FROM schedule_triggers WHERE periodic_id = ?", (schedule_id,)
    ).fetchone()
    assert (row["scheduling_status"], row["scheduled_workflow_id"]) == ("failed", "")
    assert "missing_project" in row["error_description"]


def test_it_survives_a_restart(make_semaphore: Any, tmp_path: Any) -> None:
    """Whatever was due in between happens afterwards."""
    path, clock = str(tmp_path / "semaphore.db"), [1_700_000_000.25]
    first = make_semaphore(path=path, clock=lambda: clock[0])
    runs = Runs(first, first.embedded.clock, first.project()["metadata"]["id"])
    schedule_id = recurring(runs, "30 22 * * *")
    first.embedded.close()
    clock[0] += timedelta(hours=3).total_seconds()
    again = make_semaphore(path=path, clock=lambda: clock[0])
    assert shown(Runs(again, runs.clock, MISSING), schedule_id) == ["2023-11-14 22:30"]
