"""``reconciler doctor``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "doctor",
    options.paths,
    options.form(Subject.ANSWER),
    click.option("--no-values", is_flag=True, help="Don't read secret values from their sources."),
    options.parallelism,
    options.timeout,
)
def doctor(asked: Options) -> int:
    """Look whether all is there that a plan and an apply need. Nothing is written.

    That is the organization and the token, the clock, the projects that are seen, what may be read
    of each kind, the ledger, and the values that manifests name. PATH is a file or a directory of
    manifests; without any, `paths` of reconciler.toml, and without those, none.

    Exit code 1 where something is in the way.
    """
    from reconciler.cli.flows import examining  # noqa: PLC0415 — heavy, and --help is light

    return examining.doctor(asked)
