"""What each action of a fault does to a call."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.embedded.faults.answers import answer_of, made_up
from reconciler.embedded.faults.cut import ConnectionCut, Cut
from reconciler.embedded.faults.fault import Action, Fault, Moment
from reconciler.embedded.faults.future import Future
from reconciler.embedded.faults.pages import Pages
from reconciler.embedded.faults.past import Past
from reconciler.embedded.journal import Journal
from reconciler.embedded.store import permissions_lag


@dataclass(frozen=True)
class Memory:
    """What some faults have to know of other calls."""

    journal: Journal
    pages: Pages
    past: Past
    future: Future


def _unanswered(fault: Fault, app: ASGIApp, _memory: Memory) -> ASGIApp:
    """The client never sees the answer, whether or not there is one."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if fault.when is Moment.AFTER:
            await answer_of(app, scope, receive)
        match fault.action:
            case Action.ANSWER:
                await made_up(fault, scope["path"]).send(send)
            case Action.RESET:
                raise ConnectionCut(Cut.RESET)
            case Action.CLOSE:
                raise ConnectionCut(Cut.CLOSED)
            case _:
                await gone(receive)

    return call


async def gone(receive: Receive) -> None:
    """Return once the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _delayed(fault: Fault, app: ASGIApp, _memory: Memory) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if fault.when is Moment.BEFORE:
            await asyncio.sleep(fault.seconds)
            await app(scope, receive, send)
            return
        answer = await answer_of(app, scope, receive)
        await asyncio.sleep(fault.seconds)
        await answer.send(send)

    return call


def _dripping(fault: Fault, app: ASGIApp, _memory: Memory) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await answer_of(app, scope, receive)
        await answer.start(send)
        for place in range(len(answer.body)):
            piece = answer.body[place : place + 1]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(fault.seconds)
        await send({"type": "http.response.body", "body": b""})

    return call


def _truncated(_fault: Fault, app: ASGIApp, _memory: Memory) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await answer_of(app, scope, receive)
        half = answer.body[: len(answer.body) // 2]
        await answer.start(send)
        await send({"type": "http.response.body", "body": half, "more_body": True})
        raise ConnectionCut(Cut.TRUNCATED)

    return call


def _denied(_fault: Fault, app: ASGIApp, _memory: Memory) -> ASGIApp:
    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        token = permissions_lag.set(True)
        try:
            await app(scope, receive, send)
        finally:
            permissions_lag.reset(token)

    return call


def _killed(fault: Fault, app: ASGIApp, memory: Memory) -> ASGIApp:
    """Killed hard: nothing is cleaned up, only the journal of this call is complete."""

    def kill() -> None:
        memory.journal.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if fault.when is Moment.BEFORE:
            kill()
        if fault.when is Moment.AFTER:
            await answer_of(app, scope, receive)
            kill()
        await app(scope, receive, send)
        # The client gets to run once before the loop calls this.
        asyncio.get_running_loop().call_soon(kill)

    return call


_BEHAVIOURS: dict[Action, Callable[[Fault, ASGIApp, Memory], ASGIApp]] = {
    Action.DELAY: _delayed,
    Action.ANSWER: _unanswered,
    Action.RESET: _unanswered,
    Action.CLOSE: _unanswered,
    Action.HANG: _unanswered,
    Action.DRIP: _dripping,
    Action.TRUNCATE: _truncated,
    Action.REPEAT_PAGE: lambda _fault, app, memory: memory.pages.repeated(app),
    Action.SHIFT_PAGE: lambda fault, app, memory: memory.pages.shifted(app, fault.items),
    Action.STALE: lambda _fault, app, memory: memory.past.instead_of(app),
    Action.DENY: _denied,
    Action.FUTURE: lambda fault, app, memory: memory.future.behind(app, fault.seed),
    Action.KILL: _killed,
}


def misbehaving(fault: Fault, app: ASGIApp, memory: Memory) -> ASGIApp:
    """The application with one fault, which is due."""
    return _BEHAVIOURS[fault.action](fault, app, memory)
