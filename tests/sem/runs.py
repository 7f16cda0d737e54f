"""Runs that have to be there before a command of `sem` is replayed."""

import json
from typing import Any

from reconciler.embedded.runs import files
from tests.sem.states import V1ALPHA, Given, State, agent_type, demo


def pipeline_of(state: State, *commands: str, machine: str = "e1-standard-2") -> None:
    """A run of demo whose only job is about to run these commands."""
    demo(state)
    text = json.dumps(
        {
            "version": "v1.0",
            "name": "Build",
            "agent": {"machine": {"type": machine, "os_image": ""}},
            "blocks": [
                {"name": "B", "task": {"jobs": [{"name": "J", "commands": list(commands)}]}}
            ],
        }
    )
    files.put(state.here.world, state.names["PRJ_ID"], files.DEFAULT_PATH, text)
    started = start(state)
    state.names |= {"WF_ID": started["workflow_id"], "PPL_ID": started["pipeline_id"]}
    state.wait(3.5)
    shown = state.call("GET", f"{V1ALPHA}/pipelines/{started['pipeline_id']}?detailed=true")
    state.names["JOB_ID"] = shown["blocks"][0]["jobs"][0]["job_id"]
    state.wait(3)


def start(state: State) -> Any:
    body = {"project_id": state.names["PRJ_ID"], "reference": "main"}
    return state.call("POST", f"{V1ALPHA}/plumber-workflows", body)


def start_run(state: State) -> None:
    """Of a project that is there already."""
    start(state)
    state.wait(1)


def running(state: State) -> None:
    pipeline_of(state, "sleep 3600")


def passed(state: State) -> None:
    pipeline_of(state, "echo passed")
    state.wait(60)


def failed(state: State) -> None:
    pipeline_of(state, "false")
    state.wait(60)


def self_hosted(state: State) -> None:
    agent_type(state)
    pipeline_of(state, "sleep 3600", machine="s1-x")


def many_pipelines(state: State) -> None:
    """One more than a page of `sem`."""
    demo(state)
    for _ in range(201):
        start(state)
    state.wait(1)


GIVEN: tuple[Given, ...] = (
    start_run,
    running,
    passed,
    failed,
    self_hosted,
    many_pipelines,
)
