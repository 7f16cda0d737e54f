"""``reconciler target``."""

from typing import Any

import click

from reconciler.cli import verbs
from reconciler.cli.options import Options, offering
from reconciler.cli.verbs import verb

target = verbs.group("target", "Open and close deployment targets; list what went there.")
_TARGET = click.argument("target", metavar="TARGET", shell_complete=offering("target"))


@verb(
    target,
    "history",
    _TARGET,
    click.option(
        "--type",
        "ref_type",
        type=click.Choice(["branch", "tag", "pr"]),
        default=None,
        help="Only from branches, tags or pull requests.",
    ),
    click.option("--reference", default="", metavar="NAME", help="Only from this branch or tag."),
    click.option("--user", type=verbs.ID, metavar="ID", help="Only what this user promoted."),
    verbs.limit,
)
def history(asked: Options, **given: Any) -> int:
    """List what was promoted to a target, given as PROJECT/NAME or id; newest first."""
    from reconciler.cli.flows.runs import targets  # noqa: PLC0415 — heavy, and --help is light

    return targets.history(asked, **given)


@verb(target, "activate", _TARGET)
def activate(asked: Options, **given: Any) -> int:
    """Allow promotions to a target, given as PROJECT/NAME or id."""
    from reconciler.cli.flows.runs import targets  # noqa: PLC0415 — heavy, and --help is light

    return targets.switch(asked, active=True, **given)


@verb(target, "deactivate", _TARGET)
def deactivate(asked: Options, **given: Any) -> int:
    """Refuse all promotions to a target, given as PROJECT/NAME or id."""
    from reconciler.cli.flows.runs import targets  # noqa: PLC0415 — heavy, and --help is light

    return targets.switch(asked, active=False, **given)
