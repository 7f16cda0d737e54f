"""Writes to a connection, gathered: an answer leaves in one piece, not head first and then body."""

import asyncio
from typing import Any


class Gathered(asyncio.Transport):
    """What is written before the loop comes round is sent together.

    A call into the system costs about as much as finding the answer does.
    """

    def __init__(self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._inner = inner
        self._loop = loop
        self._held: list[bytes] = []

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(bytes(data))

    def _send(self) -> None:
        held, self._held = self._held, []
        if held:
            self._inner.write(b"".join(held))

    def close(self) -> None:
        self._send()
        self._inner.close()

    def abort(self) -> None:
        """What is held is lost, as what is under way is."""
        self._held = []
        self._inner.abort()

    def is_closing(self) -> bool:
        return self._inner.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._inner.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        self._inner.resume_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._inner.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._inner.get_protocol()
