"""``reconciler drift``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "drift",
    *options.reading(Subject.DRIFT),
    options.unwanted,
    options.no_values,
    options.strict,
    options.unmanaged,
    click.option(
        "--absorb",
        multiple=True,
        is_flag=False,
        flag_value="",
        metavar="[GLOB]",
        shell_complete=options.offering("address"),
        help="Write what differs into the manifests, once that is wanted: all of it, or of what "
        "GLOB names, which may be declared nowhere; may be repeated.",
    ),
    click.option(
        "--patch",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="With --absorb: write the difference into a new file instead.",
    ),
    click.option(
        "--branch",
        metavar="NAME",
        help="With --absorb: commit it on a new branch instead; files here stay as they are.",
    ),
    options.auto_approve,
)
def drift(asked: Options) -> int:
    """Show what differs from the manifests. Nothing is written, but by --absorb into manifests.

    Exit code 2 where anything differs, is missing, or is there but not wanted, which with --prune
    is all that was applied before and is declared no longer. Every kind of the
    organization is looked into, and all that is in declared projects; what no manifest declares
    is listed, and is no drift.

    With --absorb, exit code 2 where anything differs still, or could not be compared.
    """
    from reconciler.cli.flows import absorbing, looking  # noqa: PLC0415 — heavy, and --help is light

    context = click.get_current_context()
    if asked.target and asked.unmanaged == "fail":
        words = "--unmanaged fail looks for all there is, so it does not go with --target."
        raise click.UsageError(words, context)
    if asked.absorb:
        return absorbing.absorb_drift(asked)
    needing = ("--patch", asked.patch), ("--branch", asked.branch)
    for option, given in (*needing, ("--auto-approve", asked.auto_approve or None)):
        if given is not None:
            raise click.UsageError(f"{option} needs --absorb.", context)
    return looking.drift(asked)
