"""Job logs: events of cloud and self-hosted jobs, read once or followed to their end (D 15)."""

from collections.abc import AsyncIterator
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from reconciler.errors import (
    BadAnswer,
    NotFound,
    PermissionDenied,
    Unauthenticated,
    UnknownOrganization,
)
from reconciler.model import Sealed
from reconciler.remote.client.calls import V1ALPHA, Calls, given
from reconciler.remote.client.jobs import Jobs
from reconciler.remote.client.log_models import LogEvent, LogPage
from reconciler.remote.client.model import parsed
from reconciler.remote.client.words import LogEventType
from reconciler.remote.http import Answer
from reconciler.remote.order import segment
from reconciler.remote.waiting import Patience

PATH = f"{V1ALPHA}/logs"
BETWEEN_READS = 1.0  # seconds at least, when following
MAX_REDIRECTS = 5
_AGENT_LOGS = "/api/v1/logs/"
_REFUSED = "the server that keeps the log refused the signed address; try again"


class _News(NamedTuple):
    """Events not seen before.

    ``ended``: no more will come. ``whole``: at the moment there are no more.
    """

    events: tuple[LogEvent, ...] = ()
    ended: bool = False
    whole: bool = False


class Logs:
    """Methods on the logs of jobs. Redirects are followed without our token, to any host."""

    def __init__(self, calls: Calls, jobs: Jobs) -> None:
        self._calls = calls
        self._jobs = jobs

    async def events(self, job_id: str) -> AsyncIterator[LogEvent]:
        """Yield what a job has logged so far, from its beginning (D 15.1, 15.2).

        Raises NotFound for an unknown job and for one without a log, with the server's reason;
        PermissionDenied; ServerFault for what is no UUID.
        """
        seen = 0
        while True:
            news = await self._read(job_id, seen)
            for event in news.events:
                yield event
            seen += len(news.events)
            if news.ended or news.whole or not news.events:
                return

    async def follow(
        self, job_id: str, *, patience: Patience | None = None
    ) -> AsyncIterator[LogEvent]:
        """Yield what a job logs, from its beginning to the job's end, as it comes.

        A job that has not started is waited for. ``patience`` bounds each silence, not the
        whole (an hour unless given), and does the sleeping. Raises as :meth:`events`.
        """
        waiting = patience or self._calls.patience
        seen = 0
        while True:
            news = await waiting.until(
                partial(self._watch, job_id, seen),
                lambda news: bool(news.events) or news.ended,
            )
            for event in news.events:
                yield event
            seen += len(news.events)
            if news.ended or not news.events:
                return
            await waiting.sleep(BETWEEN_READS)

    async def text(self, job_id: str) -> str:
        """Return what a job has logged so far as plain text. Raises as :meth:`events`."""
        return "".join([event.text async for event in self.events(job_id)])

    async def plain(self, job_id: str, *, starting_event: int = 0, take: int | None = None) -> str:
        """Return a log as text from the web interface's own route (D 15.3, deprecated).

        There a token counts only where the organization allows it, else the caller is nobody and
        sees public projects alone: prefer :meth:`text`. ``starting_event`` and ``take`` choose a
        part, counted in events.

        Raises NotFound for a job that can't be seen or never ran.
        """
        path = f"/jobs/{segment(job_id)}/plain_logs.json"
        params = given(starting_event=starting_event or None, take=take)
        try:
            answer = await self._calls.send("GET", path, params=params, raw=True)
        except UnknownOrganization as error:
            # the words are those of a web page: an unknown organization is redirected (D 15.3)
            missing = NotFound(error.method, error.path, status=error.status, words=error.words)
        else:
            return await self._plain_text(answer, job_id)
        raise missing

    async def archived_address(self, job_id: str) -> Sealed:
        """Return the signed address of the log a job stored among its artifacts (D 15.1).

        What is there is text, or text packed by gzip where the address's path ends in ``.gz``.
        The address is a credential: whoever knows it can read the log while it lasts.

        Raises NotFound where no log was stored, PermissionDenied where the organization lacks the
        feature or the caller the right.
        """
        path = f"{PATH}/{segment(job_id)}"
        answer = await self._calls.send("GET", path, params={"artifact_job_logs": "true"}, raw=True)
        where = _location(answer, path)
        if not where:
            raise BadAnswer("GET", path, status=answer.status, words="expected an address")
        return Sealed(where, live=True)

    async def _plain_text(self, answer: Answer, job_id: str) -> str:
        """Return the text, from where the answer sends us if it does."""
        page = f"/jobs/{segment(job_id)}"
        path = f"{page}/plain_logs.json"
        where = _location(answer, path)
        if not where:
            return answer.text
        if _AGENT_LOGS in urlsplit(where).path:
            return (await self._fetched(where)).text
        if urlsplit(where).path.endswith(page):
            words = "the job never ran, so there is no log"
            raise NotFound("GET", path, status=answer.status, words=words)
        raise self._calls.http.refused("GET", path, answer)

    async def _watch(self, job_id: str, seen: int) -> _News:
        """Read what is new; a finished job that logs nothing more is at its end.

        A log that grew too long lacks the event that would say so (D 15.2).
        """
        finished = (await self._jobs.describe(job_id)).is_finished
        try:
            news = await self._read(job_id, seen)
        except NotFound:
            if finished:
                raise
            return _News()  # it has not started
        return news._replace(ended=news.ended or (finished and not news.events))

    async def _read(self, job_id: str, seen: int) -> _News:
        path = f"{PATH}/{segment(job_id)}"
        answer = await self._calls.send("GET", path, raw=True)
        if where := _location(answer, path):
            return await self._read_self_hosted(where, seen)
        page = _page(answer, path)
        return _News(page.events[seen:], ended=_is_over(page), whole=True)

    async def _read_self_hosted(self, where: str, seen: int) -> _News:
        page = _page(await self._fetched(where, token=seen), _AGENT_LOGS)
        if page.next is None and seen:
            # an archived log read from anywhere but its beginning seems empty (D 15.2)
            whole = _page(await self._fetched(where), _AGENT_LOGS)
            return _News(whole.events[seen:], ended=whole.next is None)
        return _News(page.events, ended=page.next is None or _is_over(page))

    async def _fetched(self, where: str, token: int = 0) -> Answer:
        """Read from a signed address, which may send us on."""
        url = _with(where, token=token) if token else where
        for _ in range(MAX_REDIRECTS):
            answer = await self._signed(url)
            url = _location(answer, _AGENT_LOGS)
            if not url:
                return answer
        raise BadAnswer("GET", _AGENT_LOGS, words="redirected again and again")

    async def _signed(self, url: str) -> Answer:
        """Read one signed address; what it refuses is the address, not our token."""
        try:
            return await self._calls.http.fetch(url)
        except Unauthenticated as error:
            refused = PermissionDenied(
                error.method, error.path, status=error.status, words=error.words, advice=_REFUSED
            )
        raise refused


def _location(answer: Answer, path: str) -> str:
    """Return where an answer sends us, "" if nowhere; raises BadAnswer for what is no address."""
    where = answer.headers.get("location", "") if answer.status // 100 == 3 else ""  # noqa: PLR2004 — the redirects
    try:
        urlsplit(where)
    except ValueError:  # raised below, so that no error holds the address
        words = "it sends us to what is no address"
    else:
        return where
    raise BadAnswer("GET", path, status=answer.status, words=words)


def _is_over(page: LogPage) -> bool:
    return any(event.event == LogEventType.JOB_FINISHED for event in page.events)


def _with(url: str, **params: int) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"


def _page(answer: Answer, path: str) -> LogPage:
    if not isinstance(answer.data, dict) or not isinstance(answer.data.get("events"), list):
        raise BadAnswer("GET", path, status=answer.status, words="expected events")
    return parsed(LogPage, answer.data, method="GET", path=path)
