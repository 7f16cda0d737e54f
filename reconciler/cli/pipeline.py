"""``reconciler pipeline``."""

from typing import Any

import click

from reconciler.cli import verbs
from reconciler.cli.options import Options, offering
from reconciler.cli.verbs import verb

pipeline = verbs.group("pipeline", "Watch, stop, rebuild and list pipelines; validate their YAML.")


@verb(pipeline, "show", verbs.identifier("pipeline_id"), verbs.watch)
def show(asked: Options, **given: Any) -> int:
    """Show a pipeline with its blocks and jobs."""
    from reconciler.cli.flows.runs import pipelines  # noqa: PLC0415 — heavy, and --help is light

    return pipelines.show(asked, **given)


@verb(
    pipeline,
    "list",
    click.argument(
        "project",
        metavar="[PROJECT]",
        required=False,
        shell_complete=offering("project"),
    ),
    click.option("--workflow", type=verbs.ID, metavar="ID", help="Only of this workflow."),
    verbs.branch,
    click.option("--file", default="", metavar="PATH", help="Only of this file; the whole path."),
    *verbs.created,
    *verbs.done,
    verbs.limit,
)
def list_(asked: Options, **given: Any) -> int:
    """List the pipelines of a project or a workflow, newest first."""
    if not (given["project"] or given["workflow"]):
        raise click.UsageError("Give a PROJECT, or --workflow.")
    from reconciler.cli.flows.runs import pipelines  # noqa: PLC0415 — heavy, and --help is light

    return pipelines.list_(asked, **given)


@verb(pipeline, "stop", verbs.identifier("pipeline_id"), verbs.waiting)
def stop(asked: Options, **given: Any) -> int:
    """Stop a pipeline; harmless when it is done."""
    from reconciler.cli.flows.runs import pipelines  # noqa: PLC0415 — heavy, and --help is light

    return pipelines.stop(asked, **given)


@verb(pipeline, "rebuild", verbs.identifier("pipeline_id"), verbs.request_token, verbs.watch)
def rebuild(asked: Options, **given: Any) -> int:
    """Run what failed of a pipeline again, as a new pipeline of its workflow."""
    from reconciler.cli.flows.runs import pipelines  # noqa: PLC0415 — heavy, and --help is light

    return pipelines.rebuild(asked, **given)


@verb(
    pipeline,
    "validate",
    click.argument(
        "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True)
    ),
)
def validate(asked: Options, **given: Any) -> int:
    """Ask Semaphore whether pipeline files are valid; - is standard input.

    It looks at the form, at what blocks depend on and at promotions, not whether machines, secrets
    or targets exist. Nothing runs. Exit code 1 if a file is invalid.
    """
    from reconciler.cli.flows.runs import pipeline_files  # noqa: PLC0415 — heavy, and --help is light

    return pipeline_files.validate(asked, **given)
