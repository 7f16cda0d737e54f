"""``reconciler export``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options


@options.command(
    "export",
    options.globs,
    click.option(
        "--out",
        metavar="DIR",
        type=click.Path(),
        help="A new directory for the manifests; without it they go to standard output.",
    ),
    click.option(
        "--layout",
        type=click.Choice(["object", "project", "kind"]),
        default="object",
        show_default=True,
        help="One file for each object, for each project and what is in it, or for each kind.",
    ),
    click.option(
        "--values",
        "values_as",
        type=click.Choice(["live", "env", "clear", "sops"]),
        default="live",
        show_default=True,
        help="Secret values: stay where they are, are read from variables of the environment, or, "
        "where Semaphore shows them, stand in the manifests, or in a file encrypted by sops.",
    ),
    click.option(
        "--recipient",
        "recipients",
        multiple=True,
        metavar="AGE",
        help="Whom sops encrypts for, may be repeated; by its own rules if not given.",
    ),
    click.option("--full", is_flag=True, help="Write down what is the default, too."),
    options.exclude,
    options.form,
    options.parallelism,
    options.timeout,
)
def export(asked: Options) -> int:
    """Write what is there as manifests. Semaphore is only read.

    GLOB is an address, or a pattern over addresses: 'Secret/*', '*/shop/*'; without any, all of the
    organization is written. A plan of the manifests finds nothing to do, once the variables that
    --values env names are set. Without a reconciler.toml, --out writes one, so that the next
    command is just: reconciler plan.

    Exit code 3 where there are objects that no manifest can be about.
    """
    from reconciler.cli.flows import exporting  # noqa: PLC0415 — heavy, and --help is light

    return exporting.export(asked)
