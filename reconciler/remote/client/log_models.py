"""What job logs say (D 15)."""

from typing import Annotated

from pydantic import AliasChoices, Field

from reconciler.remote.client.model import Model
from reconciler.remote.client.times import Moment
from reconciler.remote.client.words import LogEventType, Result, word


class LogEvent(Model):
    """One thing that happened in a job.

    What comes with which event: ``directive`` with cmd_started and cmd_finished; ``output`` with
    cmd_output; ``exit_code``, ``started_at``, ``finished_at`` with cmd_finished; ``result`` with
    job_finished.
    """

    event: Annotated[LogEventType | str | None, word(LogEventType)]
    timestamp: Moment = None
    directive: str = ""
    output: str = Field(default="", description="as it was printed, line ends included")
    exit_code: int | None = None
    started_at: Moment = None
    finished_at: Moment = None
    result: Annotated[Result | str | None, word(Result)] = Field(
        default=None, validation_alias=AliasChoices("result", "job_result")
    )

    @property
    def text(self) -> str:
        """What a plain log shows of it: each directive on a line of its own, outputs as is."""
        if self.event == LogEventType.CMD_STARTED:
            return f"{self.directive}\n"
        return self.output if self.event == LogEventType.CMD_OUTPUT else ""


class LogPage(Model):
    """A part of a log, and where the next part begins."""

    events: tuple[LogEvent, ...] = ()
    next: int | None = Field(default=None, description="None once there will be no more")
