"""Runs: workflows, pipelines, blocks and jobs moving through their states on the world's clock."""

from reconciler.embedded.runs.engine import advance
from reconciler.embedded.runs.listening import on_alarm, on_done
from reconciler.embedded.runs.outcomes import outcome_of
from reconciler.embedded.runs.starting import QueueFull, start_pipeline
from reconciler.embedded.runs.storage import job as find_job
from reconciler.embedded.runs.storage import jobs as jobs_of
from reconciler.embedded.runs.storage import pipeline as find_pipeline
from reconciler.embedded.runs.storage import workflow as find_workflow

__all__ = [
    "QueueFull",
    "advance",
    "find_job",
    "find_pipeline",
    "find_workflow",
    "jobs_of",
    "on_alarm",
    "on_done",
    "outcome_of",
    "start_pipeline",
]
