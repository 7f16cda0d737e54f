"""Runs: pipelines, blocks and jobs going from state to state on the world's clock."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.embedded import Embedded
from reconciler.embedded import runs as engine
from reconciler.embedded.store import World
from tests.embedded.conftest import Semaphore
from tests.embedded.run_calls import START, Clock, Runs, block, definition

HOUR = 3600


def test_a_run_goes_from_state_to_state_as_time_passes(runs: Runs) -> None:
    """Initializing, pending, queuing, running, done, at whole seconds of their own (D 11.2)."""
    pipeline_id = runs.start()
    seen = []
    for _ in range(7):
        seen.append(runs.pipeline(pipeline_id)["state"])
        runs.pass_by(1)
    assert seen == ["initializing", "pending", "queuing", *["running"] * 3, "done"]
    assert runs.outcome(pipeline_id) == ("done", "passed", "test")


def test_it_does_not_matter_when_somebody_looks(make_runs: Any) -> None:
    """Watching each tenth of a second shows the same times as looking once at the end."""
    watched, unwatched = make_runs(), make_runs()
    one, other = watched.start(), unwatched.start()
    for _ in range(120):
        watched.pipeline(one)
        watched.pass_by(0.1)
    unwatched.pass_by(12)
    times = ("pending_at", "queuing_at", "running_at", "done_at")
    assert {n: watched.pipeline(one)[n] for n in times} == {
        n: unwatched.pipeline(other)[n] for n in times
    }


def test_runs_survive_a_restart(tmp_path: Path, make_semaphore: Any) -> None:
    """A run started by one process ends in the next one, which was not there meanwhile."""
    clock, path = Clock(), str(tmp_path / "embedded.db")
    first = make_semaphore(clock=clock, path=path)
    runs = Runs(first, clock, first.project()["metadata"]["id"])
    pipeline_id = runs.start()
    runs.pass_by(4.5)
    assert runs.outcome(pipeline_id)[0] == "running"
    first.embedded.close()
    again = Runs(make_semaphore(clock=clock, path=path), clock, runs.project_id)
    again.pass_by(10)
    assert again.outcome(pipeline_id) == ("done", "passed", "test")


def test_blocks_wait_for_what_they_need(runs: Runs) -> None:
    """Waiting until the block before has passed; never before (D 11.2)."""
    runs.put(definition(block("A"), block("B", needs="[A]")))
    pipeline_id = runs.start()
    runs.pass_by(3)
    assert runs.block_outcomes(pipeline_id) == {
        "A": ("running", None, None),
        "B": ("waiting", None, None),
    }
    assert runs.block(pipeline_id, "B")["block_id"] == ""
    runs.pass_by(3)
    assert runs.block_outcomes(pipeline_id)["B"] == ("running", None, None)
    runs.pass_by(3)
    assert runs.outcome(pipeline_id) == ("done", "passed", "test")


def test_a_malformed_file_fails_the_run_after_the_answer(runs: Runs) -> None:
    """The run was accepted; the reason comes with the pipeline (D 10.2)."""
    runs.put("version: v1.0\nblocks: []\n")
    pipeline_id = runs.start()
    runs.pass_by(1)
    assert runs.outcome(pipeline_id) == ("done", "failed", "malformed")
    shown = runs.pipeline(pipeline_id)
    assert "Required property agent was not present" in shown["error_description"]
    assert shown["pending_at"].startswith("1970-01-01")


def test_time_limits_stop_pipelines_blocks_and_jobs(runs: Runs) -> None:
    """The reason is `timeout`; a pipeline has an hour if it does not say (D 11.2)."""
    limit = "execution_time_limit: {minutes: 1}"
    runs.put(definition(block("A", "sleep 2h")), "hour.yml")
    runs.put(definition(block("A", "sleep 2h"), more=limit), "minute.yml")
    runs.put(definition(block("A", "sleep 2h", more=limit)), "block.yml")
    hour, minute, of_block = (
        runs.start(pipeline_file=f"{name}.yml") for name in ("hour", "minute", "block")
    )
    runs.pass_by(65)
    assert runs.outcome(hour)[0] == "running"
    assert runs.outcome(minute) == ("done", "stopped", "timeout")
    assert runs.pipeline(minute)["stopping_at"] != runs.pipeline(hour)["stopping_at"]
    assert runs.block_outcomes(of_block)["A"] == ("done", "stopped", "timeout")
    runs.pass_by(HOUR)
    assert runs.outcome(hour) == ("done", "stopped", "timeout")


def test_a_matrix_and_parallelism_make_several_jobs(runs: Runs) -> None:
    """All of them run, with an index each (D 11.3)."""
    jobs = (
        "- name: A\n  task:\n    jobs:\n"
        "    - {name: m, commands: [make], matrix: [{env_var: V, values: ['1', '2']}]}\n"
        "    - {name: p, commands: [make], parallelism: 3}"
    )
    runs.put(definition(jobs))
    pipeline_id = runs.start()
    runs.pass_by(20)
    found = runs.jobs(pipeline_id, "A")
    assert sorted(job["index"] for job in found.values()) == [0, 1, 2, 3, 4]
    assert "m - V=1" in found
    assert "p - 3/3" in found


def test_what_comes_after_the_pipeline_runs_when_it_is_done(runs: Runs) -> None:
    """The task's id appears with the end, its jobs among those of the pipeline (D 11.1)."""
    after = "after_pipeline: {task: {jobs: [{name: report, commands: [make]}]}}"
    runs.put(definition(block("A", "false"), more=after))
    pipeline_id = runs.start()
    runs.pass_by(5)
    shown = runs.pipeline(pipeline_id)
    assert (shown["with_after_task"], shown["after_task_id"]) == (True, "")
    runs.pass_by(10)
    shown = runs.pipeline(pipeline_id)
    assert shown["result"] == "failed"
    assert shown["after_task_id"] != ""
    jobs = engine.jobs_of(runs.semaphore.embedded.world, pipeline_id)
    assert [(job["name"], job["result"]) for job in jobs] == [
        ("report", "PASSED"),
        ("j1", "FAILED"),
    ]
    assert list(runs.block_outcomes(pipeline_id)) == ["A"]


def test_listeners_hear_of_the_end_at_its_time(runs: Runs) -> None:
    """Long after the fact they are told when it was, once."""
    heard: list[tuple[str, str, float]] = []

    def listener(_world: World, row: Any, at: float) -> None:
        heard.append((row["id"], row["result"], at - runs.clock.now))

    engine.on_done(listener)
    engine.on_done(listener)
    pipeline_id = runs.start()
    runs.pass_by(100)
    runs.pipeline(pipeline_id)
    runs.pipeline(pipeline_id)
    assert [entry for entry in heard if entry[0] == pipeline_id] == [(pipeline_id, "passed", -94)]


def test_further_pipelines_belong_to_the_workflow(runs: Runs) -> None:
    """A promoted one lies beside its parent, knows it, and is one per token (D 13)."""
    world = runs.semaphore.embedded.world
    parent = runs.start()
    workflow_id = runs.workflow_of(parent)
    runs.put(definition(block("Deploy")), ".semaphore/deploy.yml")
    arguments: dict[str, Any] = {
        "promotion_of": parent,
        "env_vars": [("TO", "production")],
        "triggerer": world.user_id,
        "request_token": "once",
    }
    promoted = engine.start_pipeline(world, workflow_id, "deploy.yml", **arguments)
    assert engine.start_pipeline(world, workflow_id, "deploy.yml", **arguments) == promoted
    runs.pass_by(20)
    shown = runs.pipeline(promoted)
    assert (shown["wf_id"], shown["promotion_of"]) == (workflow_id, parent)
    assert (shown["working_directory"], shown["yaml_file_name"]) == (".semaphore", "deploy.yml")
    assert shown["env_vars"] == [{"name": "TO", "value": "production"}]
    assert shown["triggerer"]["ppl_triggered_by"] == 1
    assert shown["triggerer"]["ppl_triggerer_user_id"] == world.user_id
    assert runs.block_outcomes(promoted) == {"Deploy": ("done", "passed", "test")}


def test_a_pipeline_can_bring_its_own_definition(runs: Runs) -> None:
    """Then no file is read; promotions give it a switch (D 11.1, D 12)."""
    world = runs.semaphore.embedded.world
    promotions = "promotions: [{name: Go, pipeline_file: go.yml}]"
    workflow_id = runs.workflow_of(runs.start())
    text = definition(block("Own"), more=promotions)
    pipeline_id = engine.start_pipeline(world, workflow_id, "x.yml", definition=text)
    runs.pass_by(20)
    assert list(runs.block_outcomes(pipeline_id)) == ["Own"]
    assert runs.pipeline(pipeline_id)["switch_id"] != ""


def test_a_file_put_later_does_not_change_the_past(runs: Runs) -> None:
    """A run reads its file when it is initialized, even if nobody looked at that moment."""
    runs.put(definition(block("Old")))
    early = runs.start()
    runs.pass_by(5)
    runs.put(definition(block("New")))
    late = runs.start()
    runs.pass_by(60)
    assert list(runs.block_outcomes(early)) == ["Old"]
    assert list(runs.block_outcomes(late)) == ["New"]


@given(looks=st.lists(st.floats(min_value=0.01, max_value=5), max_size=12))
@settings(max_examples=25, deadline=None)
def test_looks_change_nothing(looks: list[float]) -> None:
    """Whenever the runs of a queue are looked at, all of them end in the same way."""
    blocks = (block("A", "sleep 3", "false"), block("B", "sleep 8"), block("C", needs="[A]"))
    text = definition(*blocks, more="fail_fast: {stop: {when: true}}")
    histories = []
    for times in (looks, []):
        clock = Clock()
        with Embedded(clock=clock) as embedded:
            semaphore = Semaphore(embedded)
            runs = Runs(semaphore, clock, semaphore.project()["metadata"]["id"])
            runs.put(text)
            started = [runs.start(), runs.start()]
            for seconds in times:
                runs.pass_by(seconds)
                runs.detailed(started[0])
            clock.now = START + 100
            histories.append([_history(runs, each) for each in started])
    assert histories[0] == histories[1]


def _history(runs: Runs, pipeline_id: str) -> list[Any]:
    """Everything about a pipeline that is not an id."""
    shown = runs.detailed(pipeline_id)
    times = [value for name, value in shown["pipeline"].items() if name.endswith("_at")]
    jobs = [
        (item["name"], job["name"], job["status"], job["result"])
        for item in shown["blocks"]
        for job in sorted(item["jobs"], key=lambda job: int(job["index"]))
    ]
    return [*times, runs.outcome(pipeline_id), runs.block_outcomes(pipeline_id), *jobs]
