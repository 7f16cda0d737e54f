"""``reconciler explain``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "explain",
    click.argument("kind", metavar="KIND[.FIELD]", shell_complete=options.offering("field")),
    options.form(Subject.ANSWER),
)
def explain(asked: Options) -> int:
    """Explain a kind of object and its fields, or one field and what is in it.

    FIELD is a path as plans show it: Schedule.spec.parameters. Nothing is read.
    """
    from reconciler.cli.flows import explaining  # noqa: PLC0415 — heavy, and --help is light

    return explaining.explain(asked)
