"""``reconciler promotion``."""

from typing import Any

import click

from reconciler.cli import verbs
from reconciler.cli.options import Options
from reconciler.cli.verbs import verb

promotion = verbs.group("promotion", "Promote pipelines, and list what was promoted.")


@verb(
    promotion,
    "list",
    verbs.identifier("pipeline_id"),
    click.option("--name", default="", metavar="NAME", help="Only this promotion."),
    verbs.limit,
)
def list_(asked: Options, **given: Any) -> int:
    """List what was promoted from a pipeline, newest first.

    The status says whether the promoted pipeline could be started, not how it ended.
    """
    from reconciler.cli.flows.runs import promotions  # noqa: PLC0415 — heavy, and --help is light

    return promotions.list_(asked, **given)


@verb(
    promotion,
    "trigger",
    verbs.identifier("pipeline_id"),
    click.argument("name", metavar="NAME"),
    verbs.parameters,
    click.option("--override", is_flag=True, help="Also if the pipeline has not passed."),
    verbs.request_token,
    verbs.watch,
)
def trigger(asked: Options, **given: Any) -> int:
    """Promote a pipeline to the promotion NAME of its file.

    Semaphore answers wrong parameters as a fault of its own. With --watch the promoted pipeline is
    followed to its end.
    """
    from reconciler.cli.flows.runs import promotions  # noqa: PLC0415 — heavy, and --help is light

    return promotions.trigger(asked, promotions.Wanted(**given))
