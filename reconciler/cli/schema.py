"""``reconciler schema``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options


@options.command(
    "schema", click.argument("kind", required=False, shell_complete=options.offering("kind"))
)
def schema(asked: Options) -> int:
    """Print the JSON Schema of manifests, for editors.

    Without KIND it is the schema of all of them. With yaml-language-server, write as a file's
    first line: # yaml-language-server: $schema=FILE
    """
    from reconciler.cli.flows import explaining  # noqa: PLC0415 — heavy, and --help is light

    return explaining.schema(asked)
