"""How fast ``reconciler serve`` answers and starts, next to the least a server can do.

The least is a Starlette application with one route that gives the same answer, on the same
uvicorn. Both run at the same time, loaded in turns, because the noise of a machine comes in waves;
ratios are those of neighbours. The processor time of the server is the quieter measure.
"""

import argparse
import asyncio
import functools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.installed import ROOT, compile_modules

PATH = "/api/v1alpha/projects/api"
SERVE = ["-m", "reconciler", "serve", "--port", "0", "--db"]
_CONNECTIONS = 8
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[str]"
    port: int

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def started(arguments: Sequence[str], processor: int | None = None) -> Iterator[Server]:
    """Start a server that says "ready: URL"."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if processor is not None:
            os.sched_setaffinity(process.pid, {processor})
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            sys.exit("the server did not start")
        yield Server(process, int(line.rpartition(":")[2]))
    finally:
        process.terminate()
        process.communicate()


class Loader(asyncio.Protocol):
    """Asks again as soon as it has been answered."""

    def __init__(self, length: int, number: int, done: "asyncio.Future[None]") -> None:
        self._request = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Token t\r\n\r\n".encode()
        self._length = length
        self._left = number
        self._done = done
        self._got = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # TCP has no other
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head = self._got.find(b"\r\n\r\n")
        if head < 0 or len(self._got) < head + 4 + self._length:
            return
        if not self._got.startswith(b"HTTP/1.1 200"):
            sys.exit(f"the server answered {self._got[:80]!r}")
        self._got = b""
        self._left -= 1
        if self._left:
            self._transport.write(self._request)
        else:
            self._transport.close()
            self._done.set_result(None)


async def load(server: Server, length: int, number: int) -> tuple[float, float]:
    """Return answers per second, and microseconds of the server's processor for each."""
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(_CONNECTIONS)]
    cpu, begun = server.cpu(), time.perf_counter()
    for end in ends:
        loader = functools.partial(Loader, length, number // _CONNECTIONS, end)
        await loop.create_connection(loader, "127.0.0.1", server.port)
    await asyncio.gather(*ends)
    wall = time.perf_counter() - begun
    return number / wall, (server.cpu() - cpu) / number * 1e6


def create_project(server: Server) -> bytes:
    """Make the project and return what a GET of it answers."""
    repository = {"url": "git@github.com:acme/api.git", "integration_type": "github_app"}
    body = {"metadata": {"name": "api"}, "spec": {"repository": repository}}
    base = f"http://127.0.0.1:{server.port}"
    headers = {"Authorization": "Token t", "Content-Type": "application/json"}
    for url, content in (
        (f"{base}/api/v1alpha/projects", json.dumps(body).encode()),
        (base + PATH, None),
    ):
        asked = urllib.request.Request(url, content, headers)  # noqa: S310 — our own server
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            found: bytes = answer.read()
    return found


def measure_rate(rounds: int, number: int) -> None:
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) > 1:
        os.sched_setaffinity(0, processors[:1])
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        with started([*SERVE, str(Path(folder) / "e.db")], processors[-1]) as serve:
            answer.write_bytes(create_project(serve))
            bare_server = ["-m", "bench.serve_rate", "--bare", str(answer)]
            with started(bare_server, processors[-1]) as bare:
                _compare(serve, bare, len(answer.read_bytes()), rounds, number)


def _compare(serve: Server, bare: Server, length: int, rounds: int, number: int) -> None:
    rates, costs = [], []
    for _ in range(rounds):
        (bare_rate, bare_cost), (rate, cost) = (
            asyncio.run(load(server, length, number)) for server in (bare, serve)
        )
        rates.append(rate / bare_rate)
        costs.append(cost / bare_cost)
        print(
            f"bare {bare_rate:8.0f}/s {bare_cost:5.0f} µs   serve {rate:8.0f}/s {cost:5.0f} µs"
            f"   rate x{rates[-1]:.2f}   processor x{costs[-1]:.2f}"
        )
    print(f"GET of one project: {statistics.median(rates):.2f} of the bare server's rate (>= 0.5)")
    print(f"processor time: {statistics.median(costs):.2f} times the bare server's")


def measure_start(rounds: int) -> None:
    nothing, ready, answered = [], [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        nothing.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        with started([*SERVE, ":memory:"]) as server:
            ready.append((time.perf_counter() - begun) / nothing[-1])
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(b"GET /__admin__/health HTTP/1.1\r\nHost: x\r\n\r\n")
                if connection.recv(12) != b"HTTP/1.1 200":
                    sys.exit("the server is not well")
            answered.append((time.perf_counter() - begun) / nothing[-1])
    print(f"python -c pass: {statistics.median(nothing) * 1000:.0f} ms")
    print(f"start to ready: {statistics.median(ready):.1f} times that (<= 10)")
    print(f"start to the first answer: {statistics.median(answered):.1f} times that")


def run_bare(answer: Path) -> None:
    """Serve one fixed answer until the process is ended."""
    import uvicorn  # noqa: PLC0415 — only the child needs them
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.requests import Request  # noqa: PLC0415
    from starlette.responses import Response  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    body = answer.read_bytes()

    async def one(_request: Request) -> Response:
        return Response(body)

    app = Starlette(routes=[Route("/api/v1alpha/projects/{name}", one)])
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"ready: http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        app, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False
    )
    asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=8000, help="in each round, of each server")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bare:
        run_bare(asked.bare)
    else:
        compile_modules()
        measure_rate(asked.rounds, asked.requests)
        measure_start(asked.rounds)


if __name__ == "__main__":
    main()
