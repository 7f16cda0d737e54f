"""workflow: run, show, list, rerun, stop."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.runs import lookups
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.flows.runs.watched_runs import (
    SHA,
    of_workflow,
    pipelines_table,
    results,
    watch_workflow,
)
from reconciler.cli.flows.runs.watching import code
from reconciler.cli.options import Options
from reconciler.errors import BadSettings
from reconciler.kinds.reference import Reference
from reconciler.model import Sealed
from reconciler.remote.client import Pipeline, Run, Workflow, shown
from reconciler.render.listing import facts, table
from reconciler.render.machine import Document
from reconciler.render.moments import moment
from reconciler.render.palette import Palette
from reconciler.render.words import count

_TYPES = {"refs/heads/": "BRANCH", "refs/tags/": "TAG", "refs/pull/": "PR"}


class Start(NamedTuple):
    """What to run."""

    project: str
    reference: str
    commit: str
    file: str
    parameters: dict[str, str]
    schedule: str


def run(asked: Options, start: Start, *, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        begin = _run_schedule if start.schedule else _run_project
        return await _started(session, await begin(session, start), watch=watch)

    return act(asked, work, writes=True)


def rerun(asked: Options, workflow_id: str, *, request_token: str | None, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        token = request_token or str(uuid.uuid4())
        again = session.command("workflow", "rerun", workflow_id, "--request-token", token)
        with session.writing(f"this starts nothing twice: {again}"):
            found = await session.semaphore.workflows.rerun(workflow_id, request_token=token)
        return await _started(session, found, watch=watch)

    return act(asked, work, writes=True)


def show(asked: Options, workflow_id: str, *, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        found = await session.semaphore.workflows.describe(workflow_id)
        if not watch:
            pipelines = await of_workflow(session, workflow_id, found.initial_pipeline_id)
            session.show(_document(found, pipelines), _text(found, pipelines, session.palette))
            return DONE
        pipelines = await watch_workflow(session, workflow_id, found.initial_pipeline_id)
        session.show(_document(found, pipelines), _text(found, pipelines, session.palette))
        return code(results(pipelines))

    return act(asked, work)


def list_(  # noqa: PLR0913 — the filters of one endpoint
    asked: Options,
    project: str,
    *,
    branch: str,
    after: datetime | None,
    before: datetime | None,
    limit: int,
) -> int:
    async def work(session: VerbSession) -> int:
        found = session.semaphore.workflows.list(
            await lookups.project_id(session, project),
            branch_name=branch,
            created_after=after,
            created_before=before,
        )
        with session.looking(f"project {project}"):
            workflows, more = await session.some(found, limit)
        session.show(
            {"workflows": shown(workflows), "more": more}, _table(workflows, session.palette)
        )
        return DONE

    return act(asked, work)


def stop(asked: Options, workflow_id: str, *, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        found = await session.semaphore.workflows.describe(workflow_id)
        with session.writing("stopping again does no harm"):
            number = await session.semaphore.workflows.stop(workflow_id)
        said: Document = {"workflow_id": workflow_id, "stopping": number}
        if not watch:
            which = "its pipelines" if number is None else count(number, "pipeline")
            session.show(said, f"Stopping {which}.\n")
            return DONE
        pipelines = await watch_workflow(session, workflow_id, found.initial_pipeline_id)
        document = said | {"pipelines": shown(pipelines)}
        session.show(document, pipelines_table(pipelines, session.palette))
        return DONE

    return act(asked, work, writes=True)


async def _run_project(session: VerbSession, start: Start) -> Run:
    project_id = await lookups.project_id(session, start.project)
    with session.writing(f"look before running it again: {_list(session, start)}"):
        return await session.semaphore.workflows.run(
            project_id=project_id,
            reference=start.reference,
            commit_sha=start.commit,
            pipeline_file=start.file,
            parameters=_sealed(start),
        )


async def _run_schedule(session: VerbSession, start: Start) -> Run:
    schedule_id = await lookups.schedule_id(session, start.project, start.schedule)
    with session.writing(f"look before running it again: {_list(session, start)}"):
        workflow_id = await session.semaphore.schedules.run_now(
            schedule_id,
            reference=_reference(start.reference) if start.reference else None,
            pipeline_file=start.file,
            parameters=_sealed(start),
        )
    found = await session.semaphore.workflows.describe(workflow_id)
    return Run(workflow_id=workflow_id, pipeline_id=found.initial_pipeline_id)


async def _started(session: VerbSession, run: Run, *, watch: bool) -> int:
    """Tell what was started, at once: whoever stops watching has to know."""
    told = facts((("workflow", run.workflow_id), ("pipeline", run.pipeline_id)))
    if not watch:
        session.show(shown(run), told)
        return DONE
    session.note(told.rstrip("\n"))
    pipelines = await watch_workflow(session, run.workflow_id, run.pipeline_id)
    document = shown(run) | {"pipelines": shown(pipelines)}
    session.show(document, pipelines_table(pipelines, session.palette))
    return code(results(pipelines))


def _list(session: VerbSession, start: Start) -> str:
    return session.command("workflow", "list", start.project)


def _sealed(start: Start) -> dict[str, Sealed]:
    return {name: Sealed(value) for name, value in start.parameters.items()}


def _reference(text: str) -> Reference:
    """Read ``refs/tags/v1``, or a bare branch, as schedules want it (A 9)."""
    for prefix, type_ in _TYPES.items():
        if text.startswith(prefix):
            name = text.removeprefix(prefix)
            return Reference(type=type_, name=name.removesuffix("/head") if type_ == "PR" else name)
    if text.startswith("refs/"):
        raise BadSettings(f"--reference {text}: a branch, a tag or a pull request is needed")
    return Reference(type="BRANCH", name=text)


def _document(workflow: Workflow, pipelines: Iterable[Pipeline]) -> Document:
    return {"workflow": shown(workflow), "pipelines": shown(tuple(pipelines))}


def _text(workflow: Workflow, pipelines: Iterable[Pipeline], palette: Palette) -> str:
    known = facts(
        (
            ("workflow", workflow.id),
            ("project", workflow.project_id),
            ("branch", workflow.branch_name),
            ("commit", workflow.commit_sha),
            ("triggered by", str(workflow.triggered_by or "")),
            ("requester", workflow.requester_id),
            ("rerun of", workflow.rerun_of),
            ("created", moment(workflow.created_at)),
        ),
        palette,
    )
    return f"{known}\n{pipelines_table(pipelines, palette)}"


def _table(workflows: Iterable[Workflow], palette: Palette) -> str:
    titles = ("WORKFLOW", "PIPELINE", "BRANCH", "COMMIT", "TRIGGER", "CREATED")
    rows = [
        (
            workflow.id,
            workflow.initial_pipeline_id,
            workflow.branch_name,
            workflow.commit_sha[:SHA],
            str(workflow.triggered_by or ""),
            moment(workflow.created_at),
        )
        for workflow in workflows
    ]
    return table(titles, rows, palette)
