"""``reconciler apply``."""

import click

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "apply",
    *options.reading(Subject.APPLY),
    *options.consents,
    options.rewrite,
    options.auto_approve,
    click.option(
        "--expect",
        metavar="FINGERPRINT",
        help="Refuse if the plan is not the one that was shown under this name.",
    ),
    click.option(
        "--tokens-out",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Where to write the registration tokens of new agent types; must not exist.",
    ),
)
def apply(asked: Options) -> int:
    """Make Semaphore what the manifests say.

    PATH may be one saved plan (plan --out FILE.json): then exactly that is done, or nothing.

    Shows the plan and asks, also where all it would do is to take objects for ours that are as
    declared; --auto-approve doesn't. Exit code 3 where a step failed or was skipped, 4 where the
    plan is refused or not consented to. Ctrl-C lets the calls in flight finish, and reports.
    """
    from reconciler.cli.flows import changing  # noqa: PLC0415 — heavy, and --help is light

    return changing.apply(asked)
