"""``reconciler serve``."""

import contextlib
import importlib.util
import re
import signal
import socket
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

import click

from reconciler.cli.exit_codes import DONE, INTERRUPTED
from reconciler.cli.streams import product, talk
from reconciler.cli.wishes import global_options

_MEMORY = ":memory:"
_FOLDER = Path(".reconciler")
_NEEDED = ("uvicorn", "httptools", "cryptography")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TAKEN = frozenset({"api", "jobs"})
_PORT, _TLS_PORT = 8080, 8443
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — names, with where to find them
_HERE = re.compile(r"localhost|127\..*|::1")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One server."""

    host: str
    port: int
    tls: bool
    databases: dict[str, str]
    """By the names of the organizations."""
    edition: str
    tokens: frozenset[str]
    seeds: dict[str, tuple[str, ...]]
    certificate: Path | None = None
    key: Path | None = None


@click.command("serve")
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
    organizations: tuple[str, ...],
    tokens: tuple[str, ...],
    seeds: tuple[str, ...],
) -> int:
    """Serve the embedded Semaphore over HTTP.

    The line "ready: URL" on standard output says that the server takes requests. Its page is at /,
    its admin interface (faults, clock, agents, journal) at /__admin__, its health at
    /__admin__/health. Ctrl-C or SIGTERM ends it after the calls in flight.
    """
    names = _names(organizations)
    asked = Asked(
        host=host,
        port=(_TLS_PORT if tls else _PORT) if port is None else port,
        tls=tls,
        databases=_databases(names, db),
        edition=edition,
        tokens=frozenset(tokens),
        seeds=_seeds(names, seeds),
    )
    _check_installed()
    if not asked.tokens and not _HERE.fullmatch(asked.host):
        talk("warning: others can reach this server, and any token is accepted; see --token\n")
    signal.signal(signal.SIGTERM, _end)
    with _listening(asked) as listening:
        return _serve(asked, listening)


def _serve(asked: Asked, listening: socket.socket) -> int:
    """Say "ready" before the slow imports: the socket is open, and requests wait in it."""
    if asked.tls:
        asked = _with_certificate(asked)
    for path in asked.databases.values():
        _check_database(path)
    if not asked.seeds:
        _announce(asked, listening)
    from reconciler.cli.flows import serving  # noqa: PLC0415 — heavy, and the socket is open

    ended_by = serving.run(asked, listening, lambda: _announce(asked, listening))
    return INTERRUPTED if ended_by == signal.SIGINT else DONE


def _announce(asked: Asked, listening: socket.socket) -> None:
    port: int = listening.getsockname()[1]
    host = _EVERYWHERE.get(asked.host, asked.host)
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    scheme = "https" if asked.tls else "http"
    if asked.certificate:
        product(f"SSL_CERT_FILE={asked.certificate}\n")
    if len(asked.databases) > 1:
        for name in asked.databases:
            product(
                f"{name}: {scheme}://{authority}/{name} or {scheme}://{name}.localhost:{port}\n"
            )
    product(f"ready: {scheme}://{authority}\n")


def _names(given: tuple[str, ...]) -> tuple[str, ...]:
    for name in given:
        if not _NAME.fullmatch(name) or name in _TAKEN:
            raise click.UsageError(
                f"--organization {name!r}: a name is lower-case letters, digits and hyphens"
                f", and none of {', '.join(sorted(_TAKEN))}."
            )
    if len(set(given)) < len(given):
        raise click.UsageError("Each --organization needs a name of its own.")
    return given or ("embedded",)


def _databases(names: tuple[str, ...], db: str | None) -> dict[str, str]:
    if db == _MEMORY:
        return dict.fromkeys(names, _MEMORY)
    if len(names) == 1:
        return {names[0]: db or str(_FOLDER / "embedded.db")}
    folder = Path(db) if db else _FOLDER
    if folder.exists() and not folder.is_dir():
        raise click.UsageError("With several organizations --db is the folder of their databases.")
    return {name: str(folder / f"{name}.db") for name in names}


def _seeds(names: tuple[str, ...], given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """A path without a name is for every organization."""
    found: dict[str, tuple[str, ...]] = {}
    for text in given:
        name, equals, path = text.partition("=")
        is_named = bool(equals) and name in names
        for each in [name] if is_named else names:
            found[each] = (*found.get(each, ()), path if is_named else text)
    return found


def _with_certificate(asked: Asked) -> Asked:
    """The certificate is kept beside the databases."""
    from reconciler.embedded.serving import tls  # noqa: PLC0415 — heavy, and only for this

    first = next(iter(asked.databases.values()))
    folder = _FOLDER if first == _MEMORY else Path(first).parent
    hosts = ["localhost", "127.0.0.1", "::1", *(f"{name}.localhost" for name in asked.databases)]
    if asked.host not in (*hosts, *_EVERYWHERE):
        hosts.append(asked.host)
    made = tls.certificate(folder.absolute() / "tls", hosts)
    return replace(asked, certificate=made.certificate, key=made.key)


def _check_installed() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise click.ClickException(
            f"serve needs {', '.join(missing)}: pip install 'reconciler[serve]'"
        )


def _listening(asked: Asked) -> socket.socket:
    family = socket.AF_INET6 if ":" in asked.host else socket.AF_INET
    try:
        return socket.create_server((asked.host, asked.port), family=family, backlog=1024)
    except OSError as error:
        why = error.strerror or "no such address"
        raise click.ClickException(f"can't listen on {asked.host}:{asked.port}: {why}") from None


def _check_database(path: str) -> None:
    """Better said before "ready" than after it."""
    if path == _MEMORY:
        return
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if Path(path).exists():
            with contextlib.closing(sqlite3.connect(path, timeout=30)) as database:
                database.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        raise click.ClickException(f"{path}: {error}") from None


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(DONE)
