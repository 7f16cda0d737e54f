"""``reconciler graph``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options


@options.command(
    "graph",
    options.paths,
    click.option(
        "--format",
        "form",
        type=click.Choice(["mermaid", "dot"]),
        default="mermaid",
        show_default=True,
    ),
)
def graph(asked: Options) -> int:
    """Draw what depends on what.

    What is needed but declared nowhere has a dashed border.
    """
    from reconciler.cli.flows import offline  # noqa: PLC0415 — heavy, and --help is light

    return offline.graph(asked)
