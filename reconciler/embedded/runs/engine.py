"""Lets the past happen: what fell due since the last look, in the order of its times.

Nothing runs in the background. Before each request, and before anything else that looks, all
happens that the clock has passed by, at the times at which it was due, so that it does not matter
who looked when.
"""

from reconciler.embedded.runs import alarms, jobs, listening, pipelines, storage
from reconciler.embedded.runs.alarms import Alarm
from reconciler.embedded.store import World

# More than one large pipeline needs. Pipelines that promote themselves for ever would hold up
# whoever looks after a long time; the next look goes on from here.
_MOST = 50_000

_PIPELINE_STEPS = {
    Alarm.INITIALIZE: pipelines.initialize,
    Alarm.QUEUE: pipelines.queue,
    Alarm.LEAVE_QUEUE: pipelines.leave_queue,
    Alarm.PIPELINE_TIMEOUT: pipelines.time_out,
}


def advance(world: World) -> None:
    now = world.now().timestamp()
    if not alarms.any_due(world, now):
        return
    with world.transaction():
        for _ in range(_MOST):
            alarm = alarms.next_due(world, now)
            if alarm is None:
                return
            _ring(world, Alarm(alarm["kind"]), alarm["subject"], alarm["part"], alarm["at"])


def _ring(world: World, kind: Alarm, subject: str, part: int, at: float) -> None:
    match kind:
        case Alarm.TERMINATE:
            pipelines.terminate(world, subject, at)
        case Alarm.BLOCK_TIMEOUT:
            pipelines.time_out_block(world, subject, part, at)
        case Alarm.ENQUEUE_JOB | Alarm.START_JOB | Alarm.FINISH_JOB | Alarm.STOP_JOB:
            _move_job(world, kind, subject, at)
        case _ if kind in _PIPELINE_STEPS:
            row = storage.pipeline(world, subject)
            if row is not None:
                _PIPELINE_STEPS[kind](world, row, at)
        case _:
            listening.ring(world, kind, subject, at)


def _move_job(world: World, kind: Alarm, job_id: str, at: float) -> None:
    row = storage.job(world, job_id)
    if row is None:
        return
    match kind:
        case Alarm.ENQUEUE_JOB:
            jobs.enqueue(world, row, at)
        case Alarm.START_JOB:
            jobs.start(world, row, at)
        case Alarm.STOP_JOB:
            jobs.finish(world, row, at, "STOPPED")
            pipelines.job_ended(world, row, at)
        case _:
            jobs.finish(world, row, at)
            pipelines.job_ended(world, row, at)
