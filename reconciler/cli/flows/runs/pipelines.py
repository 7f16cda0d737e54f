"""pipeline: show, list, stop, rebuild."""

import uuid
from datetime import datetime

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.runs import lookups
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.flows.runs.watched_runs import pipeline_text, pipelines_table, watch_pipeline
from reconciler.cli.flows.runs.watching import code
from reconciler.cli.options import Options
from reconciler.remote.client import Pipeline, shown


def show(asked: Options, pipeline_id: str, *, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        if watch:
            return await watched(session, pipeline_id)
        _show(session, await session.semaphore.pipelines.detailed(pipeline_id))
        return DONE

    return act(asked, work)


def list_(  # noqa: PLR0913 — the filters of one endpoint
    asked: Options,
    project: str | None,
    *,
    workflow: str | None,
    branch: str,
    file: str,
    after: datetime | None,
    before: datetime | None,
    done_after: datetime | None,
    done_before: datetime | None,
    limit: int,
) -> int:
    async def work(session: VerbSession) -> int:
        found = session.semaphore.pipelines.list(
            project_id=await lookups.project_id(session, project) if project else "",
            workflow_id=workflow or "",
            branch_name=branch,
            yml_file_path=file,
            created_after=after,
            created_before=before,
            done_after=done_after,
            done_before=done_before,
        )
        with session.looking(f"workflow {workflow}" if workflow else f"project {project}"):
            pipelines, more = await session.some(found, limit)
        text = pipelines_table(pipelines, session.palette)
        session.show({"pipelines": shown(pipelines), "more": more}, text)
        return DONE

    return act(asked, work)


def stop(asked: Options, pipeline_id: str, *, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        with session.writing("stopping again does no harm"):
            await session.semaphore.pipelines.stop(pipeline_id)
        if watch:
            await watched(session, pipeline_id)
        else:
            session.show({"pipeline_id": pipeline_id}, "Stopping it.\n")
        return DONE

    return act(asked, work, writes=True)


def rebuild(asked: Options, pipeline_id: str, *, request_token: str | None, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        token = request_token or str(uuid.uuid4())
        again = session.command("pipeline", "rebuild", pipeline_id, "--request-token", token)
        with session.writing(f"this starts nothing twice: {again}"):
            found = await session.semaphore.pipelines.partial_rebuild(
                pipeline_id, request_token=token
            )
        if watch:
            session.note(f"pipeline  {found}")
            return await watched(session, found)
        session.show({"pipeline_id": found}, f"pipeline  {found}\n")
        return DONE

    return act(asked, work, writes=True)


async def watched(session: VerbSession, pipeline_id: str) -> int:
    """Watch a pipeline to its end, show it, and return the exit code for it."""
    pipeline = await watch_pipeline(session, pipeline_id)
    _show(session, pipeline)
    return code([pipeline.result])


def _show(session: VerbSession, pipeline: Pipeline) -> None:
    session.show({"pipeline": shown(pipeline)}, pipeline_text(pipeline, session.palette))
