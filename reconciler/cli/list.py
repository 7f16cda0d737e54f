"""``reconciler list``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "list",
    options.globs,
    click.option(
        "--manifests",
        "paths",
        multiple=True,
        metavar="PATH",
        type=click.Path(allow_dash=True),
        help="A file or directory of manifests, may be repeated; without any, `paths` of "
        "reconciler.toml.",
    ),
    click.option(
        "--unmanaged",
        "only_unmanaged",
        is_flag=True,
        help="Only what is in no manifest and not ours by the ledger.",
    ),
    options.exclude,
    options.form(Subject.ANSWER),
    options.parallelism,
    options.timeout,
)
def list(asked: Options) -> int:  # noqa: A001 — the command's name
    """List what is there, where it is declared, and whether it is ours. Nothing is written.

    GLOB is an address, or a pattern over addresses: 'Secret/*', '*/shop/*'. What is declared and
    not there is listed, too. The last line says how much of the organization is in manifests.
    """
    from reconciler.cli.flows import surveying  # noqa: PLC0415 — heavy, and --help is light

    return surveying.listed(asked)
