"""job: list, show, stop."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.runs import lookups
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.flows.runs.watching import Seen, code, watch
from reconciler.cli.options import Options
from reconciler.remote.client import Job, JobState, shown
from reconciler.render.listing import Cell, facts, outcome, table
from reconciler.render.moments import duration, moment
from reconciler.render.palette import Palette

_UNFINISHED = (JobState.PENDING, JobState.QUEUED, JobState.RUNNING)


def list_(asked: Options, *, project: str, states: tuple[str, ...], limit: int) -> int:
    async def work(session: VerbSession) -> int:
        only = await lookups.project_id(session, project) if project else ""
        wanted = tuple(map(JobState, states)) or _UNFINISHED
        jobs, more = await session.some(_of(session.semaphore.jobs.list(wanted), only), limit)
        names = await lookups.project_names(session) if session.is_spoken else {}
        session.show({"jobs": shown(jobs), "more": more}, _table(jobs, names, session.palette))
        return DONE

    return act(asked, work)


def show(asked: Options, job_id: str, *, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        if watch:
            return await _watched(session, job_id)
        _show(session, await session.semaphore.jobs.describe(job_id))
        return DONE

    return act(asked, work)


def stop(asked: Options, job_id: str, *, watch: bool) -> int:
    async def work(session: VerbSession) -> int:
        with session.writing("stopping again does no harm"):
            await session.semaphore.jobs.stop(job_id)
        if watch:
            await _watched(session, job_id)
        else:
            session.show({"job_id": job_id}, "Stopping it.\n")
        return DONE

    return act(asked, work, writes=True)


async def _of(jobs: AsyncIterator[Job], project_id: str) -> AsyncIterator[Job]:
    """Keep the jobs of one project, or all for ""; the server has no filter for it (D 14.2)."""
    async for job in jobs:
        if not project_id or job.spec.project_id == project_id:
            yield job


async def _watched(session: VerbSession, job_id: str) -> int:
    job = await watch(
        session,
        lambda: session.semaphore.jobs.describe(job_id),
        seen=lambda job: [Seen(job.id, job.name or job.id, _state(job).text)],
        over=lambda job: job.is_finished,
        stop=session.command("job", "stop", job_id),
    )
    _show(session, job)
    return code([job.result])


def _show(session: VerbSession, job: Job) -> None:
    session.show({"job": shown(job)}, _text(job, session.palette))


def _text(job: Job, palette: Palette) -> str:
    spec = job.spec
    return facts(
        (
            ("job", job.id),
            ("name", job.name),
            ("state", _state(job)),
            ("project", spec.project_id),
            ("machine", _machine(job)),
            ("agent", job.host.name if job.host else ""),
            ("secrets", ", ".join(secret.name for secret in spec.secrets)),
            ("variables", ", ".join(variable.name for variable in spec.env_vars)),
            ("files", ", ".join(file.path for file in spec.files)),
            ("created", moment(job.create_time)),
            ("started", moment(job.start_time)),
            ("finished", moment(job.finish_time)),
            ("duration", _took(job)),
        ),
        palette,
    )


def _table(jobs: Iterable[Job], projects: Mapping[str, str], palette: Palette) -> str:
    titles = ("JOB", "NAME", "STATE", "PROJECT", "MACHINE", "CREATED", "DURATION")
    rows = [
        (
            job.id,
            job.name,
            _state(job),
            projects.get(job.spec.project_id, job.spec.project_id),
            _machine(job),
            moment(job.create_time),
            _took(job),
        )
        for job in jobs
    ]
    return table(titles, rows, palette)


def _state(job: Job) -> Cell:
    return outcome(job.state, job.result)


def _machine(job: Job) -> str:
    machine = job.spec.agent.machine if job.spec.agent else None
    return machine.type if machine else ""


def _took(job: Job) -> str:
    return duration(job.start_time, job.finish_time or datetime.now(UTC))
