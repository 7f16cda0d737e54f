"""Local Semaphores over HTTP that are less discreet than the usual one."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from reconciler.embedded import Edition, Embedded, Settings
from tests.canary.world import World


@contextmanager
def exposing(world: World, talk: "Talk | None" = None) -> Iterator[str]:
    """Serve a Semaphore that shows the values of its secrets; return its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []

    def serve() -> None:
        settings = Settings.of(Edition.CLOUD, secrets_exposed_content=True)
        with Embedded(world.embedded, settings) as semaphore:
            app = _Talkative(semaphore.app, talk) if talk else semaphore.app
            servers.append(uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None)))
            servers[0].run(sockets=[listening])

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        servers[0].should_exit = True
        thread.join()


class Talk:
    """How the next writes are refused: ``status``, and ``form``, which says what is repeated."""

    status = 422
    form = "json"


FORMS = ("json", "text", "html", "cut", "nested", "escaped")


class _Talkative:
    """Refuses every write, and repeats in its words all that was sent, token included."""

    def __init__(self, app: ASGIApp, talk: Talk) -> None:
        self._app = app
        self._talk = talk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self._app(scope, receive, send)
            return
        sent = b"; ".join(value for name, value in scope["headers"] if name == b"authorization")
        more = True
        while more:
            message = await receive()
            sent += b" " + message.get("body", b"")
            more = message.get("more_body", False)
        body = _said(sent.decode(), self._talk.form)
        start = {"type": "http.response.start", "status": self._talk.status}
        await send({**start, "headers": [(b"retry-after", b"0")]})
        await send({"type": "http.response.body", "body": body.encode()})


def _said(sent: str, form: str) -> str:
    _, _, body = sent.partition("{")
    try:
        data = json.loads("{" + body)
    except ValueError:
        data = {}
    values = " ".join(_texts(data))
    match form:
        case "json":
            return json.dumps({"message": f"bad {values} from {sent}"})
        case "nested":
            return json.dumps({"message": json.dumps({"errors": [data, sent]})})
        case "html":
            return f"<html><title>bad {values}</title><body>{sent}</body></html>"
        case "cut":
            return json.dumps({"message": " ".join(text[:14] for text in _texts(data))})
        case "escaped":
            return json.dumps({"message": ascii(values)})
        case _:
            return f"bad {values} from {sent}"


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for inner in data.values():
            yield from _texts(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _texts(inner)
    elif isinstance(data, str):
        yield data
