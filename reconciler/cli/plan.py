"""``reconciler plan``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "plan",
    *options.reading(Subject.PLAN),
    *options.consents,
    options.rewrite,
    options.strict,
    options.no_values,
    click.option(
        "--out",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Save the plan for apply FILE; ends in .json, must not exist.",
    ),
    click.option(
        "--changed-since",
        metavar="REV",
        help="Only what files declare that are not as where this branch left that revision of Git; "
        "nothing is pruned.",
    ),
    click.option(
        "--base",
        metavar="REV",
        help="What the manifests change since this branch left that revision of Git, without an "
        "organization, a token or the values of secrets.",
    ),
    click.option(
        "--detailed-exitcode", is_flag=True, help="Exit with 2 where there is something to do."
    ),
)
def plan(asked: Options) -> int:
    """Show what apply would do. Nothing is written.

    PATH is a file, a directory, or - for standard input; without any, `paths` of
    reconciler.toml.
    """
    if asked.base is not None:
        from reconciler.cli.flows import previewing  # noqa: PLC0415 — heavy, and --help is light

        return previewing.preview_plan(asked)
    from reconciler.cli.flows import looking  # noqa: PLC0415 — heavy, and --help is light

    return looking.plan(asked)
