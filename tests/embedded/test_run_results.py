"""How jobs end, and what that makes of their blocks and pipelines."""

import pytest

from reconciler.embedded.runs import outcomes, specs
from tests.embedded.run_calls import Runs, block, definition


@pytest.mark.parametrize("command", ["false", "exit 1", "echo a && exit 3", "true; false"])
def test_a_failing_command_fails_job_block_and_pipeline(runs: Runs, command: str) -> None:
    """What needs the failed block is cancelled, what does not goes on (D 11.2)."""
    runs.put(definition(block("A", command), block("B", needs="[A]"), block("C", "sleep 9")))
    pipeline_id = runs.start()
    runs.pass_by(7)
    assert runs.block_outcomes(pipeline_id) == {
        "A": ("done", "failed", "test"),
        "B": ("done", "canceled", "fast_failing"),
        "C": ("running", None, None),
    }
    runs.pass_by(9)
    assert runs.outcome(pipeline_id) == ("done", "failed", "test")
    assert runs.jobs(pipeline_id, "A")["j1"]["result"] == "FAILED"


@pytest.mark.parametrize(("strategy", "running"), [("cancel", "running"), ("stop", "stopping")])
def test_fail_fast_cancels_what_waits_or_stops_everything(
    runs: Runs, strategy: str, running: str
) -> None:
    """The first failed block ends the others as the strategy says (D 11.2)."""
    blocks = (block("A", "false"), block("B", "sleep 60"), block("C", needs="[B]"))
    runs.put(definition(*blocks, more=f"fail_fast: {{{strategy}: {{when: true}}}}"))
    pipeline_id = runs.start()
    runs.pass_by(6)
    assert runs.block_outcomes(pipeline_id) == {
        "A": ("done", "failed", "test"),
        "B": (running, None, None),
        "C": ("done", "canceled", "fast_failing"),
    }
    runs.pass_by(2)
    if strategy == "stop":
        assert runs.block_outcomes(pipeline_id)["B"] == ("done", "stopped", "fast_failing")
        assert runs.outcome(pipeline_id) == ("done", "failed", "test")


@pytest.mark.parametrize(
    ("strategy", "other"),
    [("stop", ("FINISHED", "STOPPED")), ("cancel", ("RUNNING", "PASSED"))],
)
def test_jobs_of_a_block_may_fail_fast(runs: Runs, strategy: str, other: tuple[str, str]) -> None:
    """The strategy of a task is about its jobs; those that run may be left alone."""
    task = f"fail_fast: {{{strategy}: {{when: true}}}}"
    runs.put(definition(block("A", "false", "sleep 60", task=task)))
    pipeline_id = runs.start()
    runs.pass_by(8)
    jobs = runs.jobs(pipeline_id, "A")
    assert jobs["j1"]["result"] == "FAILED"
    assert (jobs["j2"]["status"], jobs["j2"]["result"]) == other


@pytest.mark.parametrize(
    ("condition", "branch", "runs_it"),
    [
        ("skip: {when: \"branch = 'main'\"}", "main", False),
        ("skip: {when: \"branch = 'main'\"}", "other", True),
        ("run: {when: \"branch =~ '^rel'\"}", "release", True),
        ("run: {when: \"tag =~ '.*'\"}", "main", False),
        ("skip: {when: true}", "main", False),
    ],
)
def test_a_skipped_block_has_passed(runs: Runs, condition: str, branch: str, runs_it: bool) -> None:
    """Reason `skipped`, no jobs and no block id (D 11.2)."""
    runs.put(definition(block("A", more=condition)))
    pipeline_id = runs.start(branch)
    runs.pass_by(20)
    assert runs.outcome(pipeline_id) == ("done", "passed", "test")
    shown = runs.block(pipeline_id, "A")
    assert (shown["result_reason"] == "skipped") is not runs_it
    assert bool(shown["jobs"]) is runs_it
    assert bool(shown["block_id"]) is runs_it


@pytest.mark.parametrize(
    ("commands", "seconds", "codes", "passes"),
    [
        ([], 1, [], True),
        (["make", "make test"], 2, [0, 0], True),
        (["sleep 5", "false", "never"], 7, [0, 1], False),
        (["exit 0", "false"], 1, [0], True),
        (["false || true"], 1, [0], True),
        (["false && exit 4 || sleep 1.5m"], 91, [0], True),
        (["true\nexit 7"], 1, [7], False),
        (["exit 256"], 1, [0], True),
        (["false; exit"], 1, [1], False),
    ],
)
def test_commands_decide_how_long_a_job_takes_and_how_it_ends(
    commands: list[str], seconds: float, codes: list[int], passes: bool
) -> None:
    """A second each, sleeps as they say; the first failure is the last command."""
    outcome = outcomes.of_spec(specs.empty("p") | {"commands": commands})
    assert (outcome.seconds, outcome.passes) == (seconds, passes)
    assert [step.exit_code for step in outcome.steps] == codes


@pytest.mark.parametrize(
    "command",
    [
        'if [[ -z "$X" ]]; then echo missing && exit 1; fi',
        "if a\nthen\n  exit 1\nelse\n  false\nfi",
        "make && exit 1",
        "make test || exit 1",
        '[ -z "$X" ] && exit 1',
        "test -f lock || false",
        "for i in 1 2; do false; done",
        "while true; do exit 1; done || exit 2",
        "case $X in a) exit 1;; *) false;; esac",
        "fail() { exit 1; }",
        "(exit 1)",
        "make | false",
        "sleep 30 & false &",
        "cat <<END\nexit 1\nEND",
        "echo a # && exit 1",
        "echo 'a; exit 1'",
        'echo "unclosed && exit 1',
        "export A=1 && false",
        "exit $CODE",
    ],
)
def test_what_only_may_fail_does_not_fail(command: str) -> None:
    """A condition, a loop, whatever follows on a command that nobody runs."""
    outcome = outcomes.of_spec(specs.empty("p") | {"commands": [command]})
    assert (outcome.passes, outcome.seconds) == (True, 1)


@pytest.mark.parametrize(
    ("command", "printed", "code"),
    [
        ("echo a && exit 3", "a\n", 3),
        ("if b; then exit 1; fi; echo c; exit 5", "c\n", 5),
        ("case $X in a) exit 1;; esac\nexit 2", "", 2),
        ("make; false", "", 1),
        ("make || echo no && echo yes", "yes\n", 0),
        ("echo a > file; echo b", "b\n", 0),
        ("[ -f x ] && exit 0; false", "", 1),
    ],
)
def test_what_fails_whatever_happens_fails(command: str, printed: str, code: int) -> None:
    """Also behind a condition, and with what it prints."""
    (step,) = outcomes.of_spec(specs.empty("p") | {"commands": [command]}).steps
    assert (step.output, step.exit_code) == (printed, code)


def test_epilogues_run_and_change_no_result() -> None:
    """Always, then by the outcome."""
    spec = specs.empty("p") | {
        "commands": ["false"],
        "epilogue_always_commands": ["echo 'always  done'"],
        "epilogue_on_pass_commands": ["echo pass"],
        "epilogue_on_fail_commands": ["echo fail", "exit 0", "never"],
    }
    outcome = outcomes.of_spec(spec)
    assert [(step.directive, step.output) for step in outcome.steps] == [
        ("false", ""),
        ("echo 'always  done'", "always  done\n"),
        ("echo fail", "fail\n"),
        ("exit 0", ""),
    ]
    assert not outcome.passes
