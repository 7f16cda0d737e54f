"""A server that says again what the local Semaphore said, after 50 ms, and a client that only asks.

``python -m bench.replay serve FILE`` prints its address; ``call FILE URL NUMBER`` makes the same
calls, so many at a time, and reads the answers.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

LATENCY = 0.05
Calls = dict[str, tuple[int, dict[str, str], str]]
"""Status, headers and body by path and query."""


class _Replay(asyncio.Protocol):
    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._got = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # TCP has no other
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while b"\r\n\r\n" in self._got:
            head, _, self._got = self._got.partition(b"\r\n\r\n")
            answer = self._answers.get(head.split(b" ", 2)[1], b"HTTP/1.1 500 Unknown\r\n\r\n")
            asyncio.get_running_loop().call_later(LATENCY, self._transport.write, answer)


async def serve(calls: Calls) -> None:
    answers = {}
    for path, (status, headers, body) in calls.items():
        content = body.encode()
        lines = [f"HTTP/1.1 {status} Said"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(content)}", "", ""]
        answers[path.encode()] = "\r\n".join(lines).encode() + content
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Replay(answers), "127.0.0.1", 0, backlog=200)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


async def call(calls: Calls, url: str, number: int) -> None:
    import aiohttp  # noqa: PLC0415 — only the client needs it

    left = iter(calls)
    connector = aiohttp.TCPConnector(limit=number)
    headers = {"Authorization": "Token bench"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def work() -> None:
            for path in left:
                async with session.get(f"{url}{path}") as answer:
                    json.loads(await answer.read())

        await asyncio.gather(*(work() for _ in range(number)))


@contextmanager
def serving(recorded: Path) -> Iterator[str]:
    """Serve what was recorded; gives the address."""
    command = [sys.executable, "-m", "bench.replay", "serve", str(recorded)]
    with Popen(command, stdout=PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def main(arguments: list[str]) -> None:
    what, recorded, *rest = arguments
    calls: Any = json.loads(Path(recorded).read_text())
    if what == "serve":
        asyncio.run(serve(calls))
    else:
        asyncio.run(call(calls, rest[0], int(rest[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
