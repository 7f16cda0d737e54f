"""Runs: workflows, pipelines, blocks and jobs moving through their states on the world's clock."""

from reconciler.embedded.runs.engine import advance
from reconciler.embedded.runs.finding import (
    PipelineState,
    find_job,
    find_pipeline,
    find_workflow,
    jobs_of,
    outcome_of,
    state_of,
    steps_of,
)
from reconciler.embedded.runs.listening import on_done
from reconciler.embedded.runs.starting import QueueFull, start_pipeline

__all__ = [
    "PipelineState",
    "QueueFull",
    "advance",
    "find_job",
    "find_pipeline",
    "find_workflow",
    "jobs_of",
    "on_done",
    "outcome_of",
    "start_pipeline",
    "state_of",
    "steps_of",
]
