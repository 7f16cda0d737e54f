"""Promotions and the deployment targets they go to."""

import json
import time

from tests.cli.conftest import Ran
from tests.cli.past import MISSING, ORG, promotable
from tests.cli.run_commands.conftest import CANARY, Program, parsed
from tests.embedded.pipeline_runs import Runs, definition
from tests.embedded.target_calls import Calls


def test_promote(runs: Runs, program: Program) -> None:
    """By name, with parameters; what was started is in the list."""
    parameters = {"env_vars": [{"name": "TO", "required": True, "options": ["x", "y"]}]}
    pipeline = runs.done(promotable(parameters=parameters))
    trigger = ("promotion", "trigger", pipeline, "Ship", "--parameter", "TO=y")
    code, out, _ = program(*trigger)
    look = f"reconciler {' '.join(ORG)} promotion list {pipeline} --name Ship"
    assert (code, out) == (0, f"Promoting; see: {look}\n")
    time.sleep(0.35)  # until it is processed, by the program's clock
    rows = program("promotion", "list", pipeline).out.splitlines()[1:]
    assert [row.split()[:3] for row in rows] == [["Ship", "passed", "no"]]
    started = rows[0].split()[-1]
    assert runs.pipeline(started)["env_vars"] == [{"name": "TO", "value": "y"}]


def test_promote_what_has_no_promotions(runs: Runs, program: Program) -> None:
    """It is said at once, instead of asking a server that fails over it again and again."""
    pipeline = runs.done(definition())
    assert program("promotion", "list", pipeline).out.startswith("PROMOTION")
    ran = program("promotion", "trigger", pipeline, "Ship")
    assert ran == Ran(1, "", f"error: pipeline {pipeline} has no promotions, or none yet\n")
    asked = [entry.path for entry in runs.semaphore.embedded.journal.entries()]
    assert asked.count(f"/api/v1alpha/pipelines/{pipeline}") >= 2
    assert not any("promotions" in path for path in asked)


def test_promote_what_failed(runs: Runs, program: Program) -> None:
    """Only if told to; a promotion that does not exist is an error."""
    pipeline = runs.done(promotable("false"))
    trigger = ("promotion", "trigger", pipeline, "Ship")
    refused = program(*trigger)
    assert refused.code == 1
    assert "requires override confirmation" in refused.err
    assert program(*trigger, "--override", "--request-token", "once").code == 0
    assert program(*trigger, "--override", "--request-token", "once").code == 0
    listed = parsed(program("promotion", "list", pipeline, "--format", "json"))["promotions"]
    assert [promotion["override"] for promotion in listed] == [True]
    assert "not found" in program("promotion", "trigger", pipeline, "Shop").err


def test_a_wrong_parameter_is_hinted_at(runs: Runs, program: Program) -> None:
    """The server calls it a fault of its own; the value is not told."""
    pipeline = runs.done(promotable())
    ran = program("promotion", "trigger", pipeline, "Ship", "--parameter", f"NO={CANARY}")
    assert ran.code == 1
    assert "a wrong or missing parameter is answered like this, too" in ran.err
    demanding = runs.done(promotable(parameters={"env_vars": [{"name": "TO", "required": True}]}))
    assert "missing parameter" in program("promotion", "trigger", demanding, "Ship").err
    assert f"promotion list {pipeline}" in ran.err
    assert CANARY not in ran.err


def test_targets(runs: Runs, program: Program) -> None:
    """Closed and opened by PROJECT/NAME or id; what was promoted is in the history."""
    target = Calls(runs.semaphore, runs.project).usable("prod")
    pipeline = runs.done(
        promotable(
            deployment_target="prod",
            parameters={"env_vars": [{"name": "TO", "required": True, "options": [CANARY]}]},
        )
    )
    trigger = ("promotion", "trigger", pipeline, "Ship", "--parameter", f"TO={CANARY}")
    closed = program("target", "deactivate", "api/prod")
    assert closed == Ran(0, "prod: promotions refused.\n", "")
    assert program(*trigger).code == 1
    assert parsed(program("target", "activate", target, "--format", "json"))["active"] is True
    assert program(*trigger).code == 0
    shown = program("target", "history", "api/prod").out
    assert [pipeline in line for line in shown.splitlines()] == [False, True]
    assert shown.endswith("  TO\n")
    document = parsed(program("target", "history", "api/prod", "--format", "json"))
    assert CANARY not in shown + json.dumps(document)
    for words in (("--type", "tag"), ("--reference", "dev"), ("--user", MISSING)):
        filtered = parsed(program("target", "history", target, *words, "--format", "json"))
        assert filtered["deployments"] == []
