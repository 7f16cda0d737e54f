"""``reconciler serve``."""

import contextlib
import importlib.util
import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.exit_codes import DONE, INTERRUPTED
from reconciler.cli.helping import Command
from reconciler.cli.hosting import FOLDER, MEMORY, Hosting, databases_of, names_of, seeds_of
from reconciler.cli.options import global_options
from reconciler.cli.streams import product, talk
from reconciler.distribution import install

_NEEDED = ("uvicorn", "httptools", "cryptography")
_PORT, _TLS_PORT = 8080, 8443
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — names, with where to find them
_ENDING = (signal.SIGINT, signal.SIGTERM)
_HERE = re.compile(r"localhost|127\..*|::1")


@click.command("serve", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"{_PORT}, or {_TLS_PORT} with --tls; 0 for any free one.",
)
@click.option("--tls", is_flag=True, help="HTTPS, with a certificate made beside the database.")
@click.option(
    "--db",
    metavar="FILE",
    help="The database, :memory: for none; with several organizations the folder of theirs.",
)
@click.option(
    "--edition", type=click.Choice(["cloud", "ee", "ce"]), default="cloud", show_default=True
)
@click.option(
    "--secrets",
    type=click.Choice(["hidden", "exposed"]),
    default="hidden",
    show_default=True,
    help="Whether values of secrets are shown, as in organizations that have asked for it.",
)
@click.option(
    "--organization",
    "organizations",
    multiple=True,
    metavar="NAME",
    help="Its name; several are told apart by host, NAME.localhost, or path, /NAME.",
)
@click.option(
    "--token",
    "tokens",
    multiple=True,
    metavar="TOKEN",
    help="A token that is accepted, may be repeated; any is if none is given.",
)
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    metavar="[NAME=]PATH",
    help="Manifests to apply before the server is ready, may be repeated.",
)
@global_options(hidden=True)
def serve(  # noqa: PLR0913 — one argument for each option
    *,
    host: str,
    port: int | None,
    tls: bool,
    db: str | None,
    edition: str,
    secrets: str,
    organizations: tuple[str, ...],
    tokens: tuple[str, ...],
    seeds: tuple[str, ...],
) -> int:
    """Serve the embedded Semaphore over HTTP.

    The line "ready: URL" on standard output says that the server takes requests. Its page is at /,
    its admin interface (faults, clock, agents, journal) at /__admin__, its health at
    /__admin__/health. Ctrl-C or SIGTERM ends it after the calls in flight.
    """
    names = names_of(organizations)
    hosting = Hosting(
        host=host,
        port=(_TLS_PORT if tls else _PORT) if port is None else port,
        tls=tls,
        databases=databases_of(names, db),
        edition=edition,
        secrets=secrets,
        tokens=frozenset(tokens),
        seeds=seeds_of(names, seeds),
    )
    _check_installed()
    if not hosting.tokens and not _HERE.fullmatch(hosting.host):
        talk("warning: others can reach this server, and any token is accepted; see --token\n")
    signal.signal(signal.SIGTERM, _end)
    with _listening(hosting) as listening:
        return _serve(hosting, listening)


def _serve(hosting: Hosting, listening: socket.socket) -> int:
    """Say "ready" before the slow imports: the socket is open, and requests wait in it."""
    if hosting.tls:
        hosting = _with_certificate(hosting)
    for path in hosting.databases.values():
        _check_database(path)
    with _undisturbed():
        if not hosting.seeds:
            _announce(hosting, listening)
        from reconciler.cli.flows import serving  # noqa: PLC0415 — heavy, and the socket is open

    ended_by = serving.run(hosting, listening, lambda: _announce(hosting, listening))
    return INTERRUPTED if ended_by == signal.SIGINT else DONE


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold signals back: one that ended an import half-way would leave its file open."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _announce(hosting: Hosting, listening: socket.socket) -> None:
    port: int = listening.getsockname()[1]
    host = _EVERYWHERE.get(hosting.host, hosting.host)
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    scheme = "https" if hosting.tls else "http"
    if hosting.certificate:
        product(f"SSL_CERT_FILE={hosting.certificate}\n")
    if len(hosting.databases) > 1:
        for name in hosting.databases:
            product(
                f"{name}: {scheme}://{authority}/{name} or {scheme}://{name}.localhost:{port}\n"
            )
    product(f"ready: {scheme}://{authority}\n")


def _with_certificate(hosting: Hosting) -> Hosting:
    """The certificate is kept beside the databases."""
    from reconciler.embedded.serving import tls  # noqa: PLC0415 — heavy, and only for this

    first = next(iter(hosting.databases.values()))
    folder = FOLDER if first == MEMORY else Path(first).parent
    hosts = ["localhost", "127.0.0.1", "::1", *(f"{name}.localhost" for name in hosting.databases)]
    if hosting.host not in (*hosts, *_EVERYWHERE):
        hosts.append(hosting.host)
    made = tls.certificate(folder.absolute() / "tls", hosts)
    return replace(hosting, certificate=made.certificate, key=made.key)


def _check_installed() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise click.ClickException(f"serve needs {', '.join(missing)}: {install('serve')}")


def _listening(hosting: Hosting) -> socket.socket:
    family = socket.AF_INET6 if ":" in hosting.host else socket.AF_INET
    try:
        return socket.create_server((hosting.host, hosting.port), family=family, backlog=1024)
    except OSError as error:
        why = (error.strerror or "no such address").partition(" (while")[0]  # says it twice
        raise click.ClickException(
            f"can't listen on {hosting.host}:{hosting.port}: {why}"
        ) from None


def _check_database(path: str) -> None:
    """Better said before "ready" than after it."""
    if path == MEMORY:
        return
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    if not Path(path).exists():
        return
    from reconciler.embedded import database  # noqa: PLC0415 — heavy, and a new one needs no look

    try:
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as opened:
            database.is_new(opened)
    except (sqlite3.Error, database.BadDatabase) as error:
        raise click.ClickException(f"{path}: {error}") from None


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(DONE)
