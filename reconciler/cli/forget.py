"""``reconciler forget``."""

from dataclasses import replace

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "forget",
    click.argument(
        "addresses",
        nargs=-1,
        required=True,
        metavar="ADDRESS...",
        shell_complete=options.offering("address"),
    ),
    options.form(Subject.ANSWER),
)
def forget(asked: Options) -> int:
    """Give objects back: they stay as they are, and are not ours any more.

    ADDRESS is one, or a glob over what the ledger remembers. Semaphore is not asked. What is
    forgotten is neither pruned nor protected, until it is adopted or applied again.
    """
    from reconciler.cli.flows import auditing  # noqa: PLC0415 — heavy, and --help is light

    return auditing.ledger(replace(asked, action="forget"))
