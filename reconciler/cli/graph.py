"""``reconciler graph``."""

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "graph",
    options.paths,
    options.form(Subject.GRAPH),
)
def graph(asked: Options) -> int:
    """Draw what depends on what.

    What is needed but declared nowhere has a dashed border.
    """
    from reconciler.cli.flows import offline  # noqa: PLC0415 — heavy, and --help is light

    return offline.graph(asked)
