"""Pages that repeat or overlap, as they do when a list changes under its reader."""

import json
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.embedded.faults.answers import Answer, answer_of
from reconciler.embedded.replies import dump

_OK = 200


class Pages:
    """The last answer to a read of each path."""

    def __init__(self) -> None:
        self._last: dict[str, Answer] = {}

    def watched(self, app: ASGIApp) -> ASGIApp:
        async def watching(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["method"] != "GET":
                await app(scope, receive, send)
                return
            answer = await answer_of(app, scope, receive)
            if answer.status == _OK:
                self._last[scope["path"]] = answer
            await answer.send(send)

        return watching

    def repeated(self, app: ASGIApp) -> ASGIApp:
        """Without a page before, nothing changes."""

        async def repeating(scope: Scope, receive: Receive, send: Send) -> None:
            before = self._last.get(scope["path"])
            answer = await answer_of(app, scope, receive)
            await (before or answer).send(send)

        return repeating

    def shifted(self, app: ASGIApp, items: int) -> ASGIApp:
        async def shifting(scope: Scope, receive: Receive, send: Send) -> None:
            before = self._last.get(scope["path"])
            answer = await answer_of(app, scope, receive)
            if items > 0:
                answer = _edited(answer, lambda found: found[items:])
            elif before is not None:
                repeated = _items(before)[items:]
                answer = _edited(answer, lambda found: [*repeated, *found])
            await answer.send(send)

        return shifting


def _edited(answer: Answer, edit: Callable[[list[Any]], list[Any]]) -> Answer:
    value = _parsed(answer)
    if isinstance(value, list):
        return answer.with_body(dump(edit(value)))
    key = _key(value)
    return answer.with_body(dump(value | {key: edit(value[key])})) if key else answer


def _items(answer: Answer) -> list[Any]:
    value = _parsed(answer)
    if isinstance(value, list):
        return value
    key = _key(value)
    return list(value[key]) if key else []


def _key(value: Any) -> str:
    """Return where the items of a page are, "" if it is none: one object may have lists, too."""
    if not isinstance(value, dict):
        return ""
    lists = [key for key, inner in value.items() if isinstance(inner, list)]
    plain = all(not isinstance(inner, dict) for inner in value.values())
    return lists[0] if len(lists) == 1 and plain else ""


def _parsed(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None
