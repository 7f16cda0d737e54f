"""``reconciler graph``."""

import click

from reconciler.cli import wishes
from reconciler.cli.wishes import Wishes


@wishes.command(
    "graph",
    wishes.paths,
    click.option(
        "--format",
        "form",
        type=click.Choice(["mermaid", "dot"]),
        default="mermaid",
        show_default=True,
    ),
)
def graph(asked: Wishes) -> int:
    """Draw what depends on what.

    What is needed but declared nowhere has a dashed border.
    """
    from reconciler.cli.flows import offline  # noqa: PLC0415 — heavy, and --help is light

    return offline.graph(asked)
