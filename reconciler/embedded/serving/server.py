"""The server process: uvicorn over a socket that is already listening, until a signal."""

import asyncio
import gc
import logging
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn

from reconciler.embedded.serving.connections import Connection, Guard
from reconciler.embedded.serving.organizations import Organizations

_PATIENCE = 3
"""Seconds for calls in flight once the server has been told to stop."""
_KEEP_ALIVE = 60
_MOST_FILES = 65_536


def run(
    organizations: Organizations,
    listening: socket.socket,
    certificate: Path | None = None,
    key: Path | None = None,
) -> signal.Signals:
    """Serve until SIGINT or SIGTERM, and return which of them it was."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)

    async def keep_journals() -> None:
        for member in organizations.members.values():
            member.journal.flush()

    config = uvicorn.Config(
        Guard(organizations),
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_PATIENCE,
        callback_notify=keep_journals,
        timeout_notify=1,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    server = _Server(config)
    allow_many_connections()
    gc.freeze()  # what is there now stays: no need to look through it again and again
    asyncio.run(server.serve(sockets=[listening]))
    return server.ended_by


def allow_many_connections() -> None:
    """Each is a file to the system, whose usual limit is low and meant to be raised."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _Server(uvicorn.Server):
    """A signal ends it, and is then over: uvicorn would send it to the process once more."""

    ended_by = signal.SIGTERM

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {each: signal.signal(each, self._end) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _end(self, number: int, _frame: object) -> None:
        """The second one does not wait for calls in flight."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self.ended_by = signal.Signals(number)
