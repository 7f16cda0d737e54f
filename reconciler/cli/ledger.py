"""``reconciler ledger``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject

_ACTIONS = ("show", "verify", "export", "accept", "sign", "break-lease", "compact")


@options.command(
    "ledger",
    click.argument("action", type=click.Choice(_ACTIONS)),
    click.option("--force", is_flag=True, help="Break the lease of a process that lives, too."),
    click.option(
        "--archive",
        "archives",
        multiple=True,
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="What compact has moved, or is to move, there; may be repeated to look at it.",
    ),
    click.option(
        "--keep",
        type=click.IntRange(min=0),
        metavar="DAYS",
        help="How old records have to be for compact; 90 days if not given.",
    ),
    options.form(Subject.ANSWER),
)
def ledger(asked: Options) -> int:
    """Show what was applied to the organization, by whom and when.

    show: the runs and what came of them, and who holds the lease. verify: whether the chain of
    records is intact and believed; exit code 1 if not. export: all records as JSON lines.
    accept: believe this ledger, although another was seen last. sign: take over records that are
    not signed by the key of RECONCILER_LEDGER_KEY. break-lease: end the lease of a run that is
    known to be dead. compact: move old records into an archive. What is no longer to be ours, the
    command `forget` gives back.
    """
    from reconciler.cli.flows import auditing  # noqa: PLC0415 — heavy, and --help is light

    return auditing.ledger(asked)
