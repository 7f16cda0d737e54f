"""The connections of the server: their limits, and what becomes of one that a fault cuts."""

import asyncio
import logging
import socket
import struct
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from reconciler.embedded.app import note
from reconciler.embedded.faults.cut import ConnectionCut, Cut
from reconciler.embedded.faults.misbehaviour import gone
from reconciler.embedded.serving.gathering import Gathered

_TRANSPORT = "reconciler.transport"
_IDLE = 60.0
"""Seconds until a connection without a whole head of a request is closed."""
_MOST_HEAD = 61_440
"""Bytes of request line and headers: the edge's own limit."""
_RESET = struct.pack("ii", 1, 0)
_log = logging.getLogger(__name__)


class Connection(HttpToolsProtocol):
    """uvicorn's, with limits; it tells the application which transport carries a request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        gathered = Gathered(transport, self.loop)
        super().connection_made(gathered)
        # asyncio does so itself, but not for sockets it did not open: answers come in two pieces.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state: dict[str, Any] = {**self.app_state, _TRANSPORT: gathered}
        self.timeout_keep_alive_task = self.loop.call_later(_IDLE, self.timeout_keep_alive_handler)
        self._head = 0
        self._in_head = True

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        super()._unset_keepalive_if_required()

    def _unset_keepalive_if_required(self) -> None:
        """Data alone is no request: only a whole head stops the clock."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        super()._unset_keepalive_if_required()
        super().on_headers_complete()
        self._in_head = False
        self._head = 0

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > _MOST_HEAD and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
                b"content-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.close()


class Guard:
    """The outermost application: cuts connections, and survives whatever comes from inside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noticed(event: Message) -> None:
            nonlocal started
            started = True
            await send(event)

        try:
            await self._app(scope, receive, noticed)
        except ConnectionCut as error:
            _cut(scope["state"][_TRANSPORT], error.cut)
            await gone(receive)
        except Exception as error:  # noqa: BLE001 - nothing may end the server
            note(error)
            if started:
                _cut(scope["state"][_TRANSPORT], Cut.RESET)
                await gone(receive)
            else:
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, send)


def _cut(transport: asyncio.Transport, cut: Cut) -> None:
    """A reset throws away what is under way; a close lets it arrive."""
    if cut is not Cut.RESET:
        transport.close()
        return
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()
