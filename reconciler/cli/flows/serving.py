"""serve: open the organizations and hand them to the server."""

import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack

from reconciler.cli.hosting import Hosting
from reconciler.embedded import BadFault, Edition, Embedded, Settings
from reconciler.embedded.serving import server
from reconciler.embedded.serving.organizations import Organizations


def run(hosting: Hosting, listening: socket.socket, announce: Callable[[], None]) -> signal.Signals:
    """Serve until a signal comes, and return it; what was to be seeded is there before."""
    with ExitStack() as opened:
        members = {
            name: opened.enter_context(_opened(hosting, name, path))
            for name, path in hosting.databases.items()
        }
        if hosting.seeds:
            from reconciler.cli.flows import seeding  # noqa: PLC0415 — imports the whole client

            token = next(iter(hosting.tokens), "seed")
            for name, paths in hosting.seeds.items():
                seeding.seed(members[name], paths, token)
            announce()
        return server.run(Organizations(members), listening, hosting.certificate, hosting.key)


def _opened(hosting: Hosting, name: str, path: str) -> Embedded:
    settings = Settings.of(
        Edition(hosting.edition),
        organization=name,
        tokens=hosting.tokens,
        secrets_exposed_content=hosting.secrets == "exposed",
    )
    try:
        return Embedded(path, settings)
    except BadFault as error:
        from reconciler.errors import BadSettings  # noqa: PLC0415 — imports all models, and no server needs them

        raise BadSettings(f"RECONCILER_EMBEDDED_FAULTS: {error}") from None
