"""A Semaphore on a loopback port whose writes wait until the test lets them go."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx

from reconciler.embedded import Edition, Embedded, Settings

_HOP = {"content-length", "transfer-encoding", "connection"}


class Held:
    """The server; ``arrived`` is set by the first write, which then waits for ``go``.

    ``breaks``: no write is accepted any more.
    """

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.go = threading.Event()
        self.breaks = False
        self.writes: list[str] = []
        self.url = ""


@contextmanager
def held(database: Path) -> Iterator[Held]:
    """Serve an embedded Semaphore, one request at a time."""
    semaphore = Held()
    ready = threading.Event()
    servers: list[HTTPServer] = []

    def serve() -> None:
        with Embedded(str(database), Settings.of(Edition("cloud"))) as embedded:
            app = httpx.ASGITransport(app=embedded.app)
            server = HTTPServer(("127.0.0.1", 0), _handler(app, semaphore))
            semaphore.url = f"http://127.0.0.1:{server.server_port}"
            servers.append(server)
            ready.set()
            with server:
                server.serve_forever(poll_interval=0.01)

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    try:
        yield semaphore
    finally:
        semaphore.go.set()
        servers[0].shutdown()
        thread.join()


def _handler(app: httpx.ASGITransport, semaphore: Held) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            semaphore.writes.append(self.path)
            semaphore.arrived.set()
            semaphore.go.wait()
            if semaphore.breaks:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_error(422)
            else:
                self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = asyncio.run(_ask(app, self, body))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in _HOP:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


async def _ask(
    app: httpx.ASGITransport, handler: BaseHTTPRequestHandler, body: bytes
) -> httpx.Response:
    async with httpx.AsyncClient(transport=app, base_url="http://semaphore") as client:
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in _HOP}
        return await client.request(handler.command, handler.path, headers=headers, content=body)
