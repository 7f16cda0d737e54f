"""The faults of one organization, in front of its application."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.embedded.app import FAULT, raw_target, target
from reconciler.embedded.faults.fault import Action, Fault
from reconciler.embedded.faults.misbehaviour import Memory, misbehaving

_PAGES = frozenset({Action.REPEAT_PAGE, Action.SHIFT_PAGE})


@dataclass
class Armed:
    """A fault that waits for its calls."""

    number: int
    fault: Fault
    seen: int = 0
    """Matching calls so far."""

    @property
    def spent(self) -> bool:
        last = None if self.fault.times is None else self.fault.nth + self.fault.times - 1
        return last is not None and self.seen >= last

    def due(self, method: str, wanted: str) -> bool:
        """Count the call if it matches, and tell whether it is hit."""
        if self.spent or not self.fault.matches(method, wanted):
            return False
        self.seen += 1
        return self.seen >= self.fault.nth


class Faults:
    """An ASGI application which does what the one behind it does, but for the faults."""

    def __init__(self, app: ASGIApp, memory: Memory) -> None:
        self._app = app
        self._memory = memory
        self._armed: list[Armed] = []
        self._count = 0

    def add(self, fault: Fault) -> Armed:
        """Several faults may hit the same call: the first added is the outermost."""
        self._count += 1
        armed = Armed(self._count, fault)
        self._armed.append(armed)
        return armed

    def armed(self) -> list[Armed]:
        return list(self._armed)

    def remove(self, number: int) -> bool:
        kept = [armed for armed in self._armed if armed.number != number]
        found = len(kept) < len(self._armed)
        self._armed = kept
        return found

    def clear(self) -> None:
        self._armed = []
        self._memory.past.forget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._armed or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, wanted = scope["method"], raw_target(scope)
        due = [armed.fault for armed in self._armed if armed.due(method, wanted)]
        if due:
            await self._misbehave(due, scope, receive, send)
        else:
            await self._watched(self._app)(scope, receive, send)

    async def _misbehave(
        self, due: list[Fault], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answers which the organization itself did not give are written down here."""
        words = ", ".join(map(str, due))
        reached, status = False, 0

        async def reaching(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal reached
            reached = True
            await self._app(scope, receive, send)

        async def noticed(event: Message) -> None:
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
            await send(event)

        app = self._watched(reaching)
        for fault in reversed(due):
            app = misbehaving(fault, app, self._memory)
        try:
            await app({**scope, FAULT: words}, receive, noticed)
        finally:
            if not reached:
                journal = self._memory.journal
                journal.record(scope["method"], target(scope), status, words)

    def _watched(self, app: ASGIApp) -> ASGIApp:
        """Some faults have to know what happened before them; nobody else pays for that."""
        actions = {armed.fault.action for armed in self._armed if not armed.spent}
        if actions & _PAGES:
            app = self._memory.pages.watched(app)
        if Action.STALE in actions:
            app = self._memory.past.watched(app)
        return app
