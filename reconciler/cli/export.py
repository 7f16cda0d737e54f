"""``reconciler export``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


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
    click.option(
        "--update",
        is_flag=True,
        help="DIR is there: write into its manifests what differs, as drift --absorb does, and new "
        "ones of what none declares, once that is wanted.",
    ),
    click.option(
        "--remove", is_flag=True, help="With --update: take out manifests of what is gone."
    ),
    options.auto_approve,
    options.exclude,
    options.form(Subject.ANSWER),
    options.parallelism,
    options.timeout,
)
def export(asked: Options) -> int:
    """Write what is there as manifests. Semaphore is only read.

    GLOB is an address, or a pattern over addresses: 'Secret/*', '*/shop/*'; without any, all of the
    organization is written. A plan of the manifests finds nothing to do, once the variables that
    --values env names are set. Without a reconciler.toml, --out writes one, so that the next
    command is just: reconciler plan.

    Exit code 3 where there are objects that no manifest can be about, or, with --update, where the
    manifests do not say all that is there.
    """
    from reconciler.cli.flows import exporting, updating  # noqa: PLC0415 — heavy, and --help is light

    if asked.update:
        return updating.update(asked)
    for option, given in (("--remove", asked.remove), ("--auto-approve", asked.auto_approve)):
        if given:
            raise click.UsageError(f"{option} needs --update.", click.get_current_context())
    return exporting.export(asked)
