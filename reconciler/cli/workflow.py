"""``reconciler workflow``."""

from typing import Any

import click

from reconciler.cli import verbs
from reconciler.cli.options import Options
from reconciler.cli.verbs import verb

workflow = verbs.group("workflow", "Run, watch, stop and list workflows.")


@verb(
    workflow,
    "run",
    verbs.project,
    click.option(
        "--reference",
        default="",
        metavar="REF",
        help="refs/heads/B, refs/tags/T, refs/pull/N, or a bare branch.",
    ),
    click.option("--commit", default="", metavar="SHA", help="The head of it if not given."),
    click.option(
        "--file", default="", metavar="PATH", help=".semaphore/semaphore.yml if not given."
    ),
    verbs.parameters,
    click.option(
        "--schedule", default="", metavar="NAME", help="Run this schedule now, its way or as given."
    ),
    verbs.watch,
)
def run(asked: Options, *, watch: bool, **given: Any) -> int:
    """Start a workflow of a project, or one of its schedules.

    Branch, commit and pipeline file are checked by Semaphore after it answered: mistakes show as a
    pipeline that failed at once. Never sent twice: if the answer gets lost, look before you repeat.
    """
    _check(given)
    from reconciler.cli.flows.runs import workflows  # noqa: PLC0415 — heavy, and --help is light

    return workflows.run(asked, workflows.Start(**given), watch=watch)


@verb(workflow, "show", verbs.identifier("workflow_id"), verbs.watch)
def show(asked: Options, **given: Any) -> int:
    """Show a workflow and its pipelines."""
    from reconciler.cli.flows.runs import workflows  # noqa: PLC0415 — heavy, and --help is light

    return workflows.show(asked, **given)


@verb(workflow, "list", verbs.project, verbs.branch, *verbs.created, verbs.limit)
def list_(asked: Options, **given: Any) -> int:
    """List the workflows of a project, newest first."""
    from reconciler.cli.flows.runs import workflows  # noqa: PLC0415 — heavy, and --help is light

    return workflows.list_(asked, **given)


@verb(workflow, "rerun", verbs.identifier("workflow_id"), verbs.request_token, verbs.watch)
def rerun(asked: Options, **given: Any) -> int:
    """Start a workflow again, with what it was started with."""
    from reconciler.cli.flows.runs import workflows  # noqa: PLC0415 — heavy, and --help is light

    return workflows.rerun(asked, **given)


@verb(workflow, "stop", verbs.identifier("workflow_id"), verbs.waiting)
def stop(asked: Options, **given: Any) -> int:
    """Stop all pipelines of a workflow; harmless when nothing runs."""
    from reconciler.cli.flows.runs import workflows  # noqa: PLC0415 — heavy, and --help is light

    return workflows.stop(asked, **given)


def _check(given: dict[str, Any]) -> None:
    if given["schedule"] and given["commit"]:
        raise click.UsageError("A schedule runs the head of a reference; leave out --commit.")
    if not given["schedule"] and not given["reference"]:
        raise click.UsageError("Give --reference, such as main, or --schedule.")
