"""A proxy on the loopback interface that answers whatever it is told to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread


@contextmanager
def tunnel(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Yield its port and what it was sent; without an answer nothing listens there."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        if not answer:
            server.close()
            yield port, seen
            return

        def serve() -> None:
            with suppress(OSError):
                while True:
                    there, _ = server.accept()
                    with there:
                        seen.append(there.recv(4096))
                        there.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        try:
            yield port, seen
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
