"""job logs: what a job printed, once or until it ends."""

import json
import sys
from collections.abc import AsyncIterator, Callable

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.runs.session import VerbSession, act
from reconciler.cli.flows.runs.watching import FOREVER, code, left_alone
from reconciler.cli.options import Options
from reconciler.cli.streams import product
from reconciler.cli.terminal import is_terminal
from reconciler.remote.client import LogEvent, shown
from reconciler.render.log import Sanitizer
from reconciler.render.machine import FORMAT_VERSION


def logs(asked: Options, job_id: str, *, follow: bool) -> int:
    async def work(session: VerbSession) -> int:
        found = session.semaphore.logs
        if not follow:
            await _print(session, found.events(job_id))
            return DONE
        with left_alone(session.command("job", "stop", job_id)):
            await _print(session, found.follow(job_id, patience=FOREVER))
            job = await session.semaphore.jobs.wait(job_id)
        return code([job.result])

    return act(asked, work)


async def _print(session: VerbSession, events: AsyncIterator[LogEvent]) -> None:
    if not session.is_spoken:
        async for event in events:
            product(_line(event))
        return
    sanitizer = Sanitizer()
    dress: Callable[[str], str] = sanitizer if is_terminal(sys.stdout) else str
    async for event in events:
        product(dress(event.text))
    product(sanitizer.rest())


def _line(event: LogEvent) -> str:
    return json.dumps({"format_version": FORMAT_VERSION, **shown(event)}, sort_keys=True) + "\n"
