"""Watching pipelines, alone or all of a workflow, and what came of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from reconciler.cli.flows.runs.session import VerbSession
from reconciler.cli.flows.runs.watching import Seen, watch
from reconciler.remote.client import Pipeline, PromotionStatus
from reconciler.render.listing import Cell, facts, outcome, table
from reconciler.render.moments import duration, moment
from reconciler.render.palette import Palette

SHA = 8


class _Workflow(NamedTuple):
    """A workflow's pipelines, oldest first, and whether promotions are about to add some."""

    pipelines: tuple[Pipeline, ...]
    growing: bool = False


async def watch_pipeline(session: VerbSession, pipeline_id: str) -> Pipeline:
    """Watch one pipeline until it is done; return it with its blocks."""
    await watch(
        session,
        lambda: session.semaphore.pipelines.describe(pipeline_id),
        seen=lambda pipeline: [_seen(pipeline)],
        over=lambda pipeline: pipeline.is_done,
        stop=session.command("pipeline", "stop", pipeline_id),
    )
    return await session.semaphore.pipelines.detailed(pipeline_id)


async def watch_workflow(
    session: VerbSession, workflow_id: str, first: str
) -> tuple[Pipeline, ...]:
    """Watch a workflow until all its pipelines are done, also those that join it meanwhile.

    ``first`` is the id of its initial pipeline.
    """

    async def read() -> _Workflow:
        pipelines = await of_workflow(session, workflow_id, first)
        done = all(pipeline.is_done for pipeline in pipelines)
        return _Workflow(pipelines, done and await _is_growing(session, pipelines))

    def over(found: _Workflow) -> bool:
        return all(pipeline.is_done for pipeline in found.pipelines) and not found.growing

    stop = session.command("workflow", "stop", workflow_id)
    found = await watch(
        session, read, seen=lambda found: map(_seen, found.pipelines), over=over, stop=stop
    )
    return found.pipelines


async def of_workflow(session: VerbSession, workflow_id: str, first: str) -> tuple[Pipeline, ...]:
    """Return a workflow's pipelines, oldest first; the initial one even if it is not listed yet."""
    listed = session.semaphore.pipelines.list(workflow_id=workflow_id)
    found = [pipeline async for pipeline in listed]
    if first not in {pipeline.id for pipeline in found}:
        found.append(await session.semaphore.pipelines.describe(first))
    return tuple(reversed(found))


async def _is_growing(session: VerbSession, pipelines: Iterable[Pipeline]) -> bool:
    """Whether a promotion was triggered whose pipeline has not been started yet."""
    for pipeline in pipelines:
        if pipeline.switch_id:
            async for promotion in session.semaphore.promotions.list(pipeline.id):
                if promotion.status == PromotionStatus.PROCESSING:
                    return True
    return False


def results(pipelines: Iterable[Pipeline]) -> list[str | None]:
    """Return what came of pipelines; one that was rebuilt counts by its rebuild."""
    found = list(pipelines)
    rebuilt = {pipeline.partial_rerun_of for pipeline in found}
    return [pipeline.result for pipeline in found if pipeline.id not in rebuilt]


def pipelines_table(pipelines: Iterable[Pipeline], palette: Palette) -> str:
    """Return a line for each pipeline, and the server's words about those that could not run."""
    found = list(pipelines)
    titles = ("PIPELINE", "NAME", "STATE", "BRANCH", "COMMIT", "CREATED", "DURATION")
    rows = [
        (
            pipeline.id,
            pipeline.name,
            state(pipeline),
            pipeline.branch_name,
            pipeline.commit_sha[:SHA],
            moment(pipeline.created_at),
            took(pipeline),
        )
        for pipeline in found
    ]
    return table(titles, rows, palette) + "".join(map(_complaint, found))


def pipeline_text(pipeline: Pipeline, palette: Palette) -> str:
    """Return what is known about one pipeline, its blocks and jobs."""
    known = facts(
        (
            ("pipeline", pipeline.id),
            ("name", pipeline.name),
            ("state", state(pipeline)),
            ("error", pipeline.error_description),
            ("workflow", pipeline.workflow_id),
            ("project", pipeline.project_id),
            ("branch", pipeline.branch_name),
            ("commit", pipeline.commit_sha),
            ("file", _file(pipeline)),
            ("promotion of", pipeline.promotion_of),
            ("rebuild of", pipeline.partial_rerun_of),
            ("parameters", ", ".join(sorted(each.name for each in pipeline.env_vars))),
            ("created", moment(pipeline.created_at)),
            ("done", moment(pipeline.done_at)),
            ("duration", took(pipeline)),
        ),
        palette,
    )
    rows = list(_job_rows(pipeline))
    return known + (f"\n{table(('BLOCK', 'JOB', 'STATE', 'ID'), rows, palette)}" if rows else "")


def state(pipeline: Pipeline) -> Cell:
    return outcome(pipeline.state, pipeline.result, pipeline.result_reason)


def took(pipeline: Pipeline) -> str:
    """Return how long a pipeline ran, or has been running; "" if it never did."""
    return duration(pipeline.running_at, pipeline.done_at or datetime.now(UTC))


def _seen(pipeline: Pipeline) -> Seen:
    return Seen(pipeline.id, pipeline.name or pipeline.id, state(pipeline).text)


def _complaint(pipeline: Pipeline) -> str:
    if not pipeline.error_description:
        return ""
    return "\n" + facts([(f"{pipeline.id}:", pipeline.error_description)])


def _file(pipeline: Pipeline) -> str:
    folder = pipeline.working_directory.rstrip("/")
    return f"{folder}/{pipeline.yaml_file_name}" if pipeline.yaml_file_name else ""


def _job_rows(pipeline: Pipeline) -> Iterator[tuple[Cell | str, ...]]:
    for block in pipeline.blocks:
        yield block.name, "", outcome(block.state, block.result, block.result_reason), block.id
        for job in block.jobs:
            yield block.name, job.name, outcome(job.status, job.result), job.id
