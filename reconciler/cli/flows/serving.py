"""serve: open the organizations and hand them to the server."""

import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack

from reconciler.cli.serve import Asked
from reconciler.embedded import BadFault, Edition, Embedded, Settings
from reconciler.embedded.serving import server
from reconciler.embedded.serving.organizations import Organizations


def run(asked: Asked, listening: socket.socket, announce: Callable[[], None]) -> signal.Signals:
    """Serve until a signal comes, and return it; what was to be seeded is there before."""
    with ExitStack() as opened:
        members = {
            name: opened.enter_context(_opened(asked, name, path))
            for name, path in asked.databases.items()
        }
        if asked.seeds:
            from reconciler.cli.flows import seeding  # noqa: PLC0415 — imports the whole client

            token = next(iter(asked.tokens), "seed")
            for name, paths in asked.seeds.items():
                seeding.seed(members[name], paths, token)
            announce()
        return server.run(Organizations(members), listening, asked.certificate, asked.key)


def _opened(asked: Asked, name: str, path: str) -> Embedded:
    settings = Settings.of(Edition(asked.edition), organization=name, tokens=asked.tokens)
    try:
        return Embedded(path, settings)
    except BadFault as error:
        from reconciler.errors import BadSettings  # noqa: PLC0415 — imports all models, and no server needs them

        raise BadSettings(f"RECONCILER_EMBEDDED_FAULTS: {error}") from None
