"""Local Semaphores over HTTP that are less discreet than the usual one."""

import base64
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


FORMS = {
    "json": 400,
    "text": 401,
    "html": 403,
    "cut": 404,
    "nested": 409,
    "escaped": 422,
    "decoded": 400,
    "inspected": 422,
    "coded": 400,
    "redirect": 307,
}
"""Each way to repeat what was sent, and the status of such an answer."""


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
        headers = [(b"retry-after", b"0")]
        if self._talk.form == "redirect":
            host = sent.split()[1].rstrip(b";")
            headers.append((b"location", b"https://" + host + b".invalid:8443/" + host))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})


def _said(sent: str, form: str) -> str:
    _, _, body = sent.partition("{")
    try:
        data = json.loads("{" + body)
    except ValueError:
        data = {}
    texts = list(_texts(data))
    values = " ".join(texts)
    contents = list(_contents(texts))
    said = {
        "json": json.dumps({"message": f"bad {values} from {sent}"}),
        "nested": json.dumps({"message": json.dumps({"errors": [data, sent]})}),
        "html": f"<html><title>bad {values}</title><body>{sent}</body></html>",
        "cut": json.dumps({"message": " ".join(text[:14] for text in texts)}),
        "escaped": json.dumps({"message": ascii(values)}),
        "decoded": json.dumps({"message": " ".join(contents)}, ensure_ascii=False),
        "inspected": json.dumps({"message": f"%{{content: {' '.join(map(_listed, contents))}}}"}),
        "coded": " ".join(base64.b64encode(text.encode()).decode() for text in texts),
    }
    return said.get(form, f"bad {values} from {sent}")


def _listed(content: str) -> str:
    """Return bytes as Elixir shows those that are no text."""
    return f"<<{', '.join(str(ord(char)) for char in content)}>>"


def _contents(texts: list[str]) -> Iterator[str]:
    """Yield what a server finds that decodes what was sent as base64."""
    for text in texts:
        try:
            yield base64.b64decode(text, validate=True).decode("latin-1")
        except ValueError:
            continue


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for inner in data.values():
            yield from _texts(inner)
    elif isinstance(data, list):
        for inner in data:
            yield from _texts(inner)
    elif isinstance(data, str):
        yield data
