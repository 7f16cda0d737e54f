"""``reconciler job``."""

from typing import Any

import click

from reconciler.cli import verbs
from reconciler.cli.options import Options, offering
from reconciler.cli.verbs import verb

job = verbs.group("job", "Watch, stop and list jobs; read their logs.")


@verb(
    job,
    "list",
    click.option(
        "--project",
        default="",
        metavar="PROJECT",
        shell_complete=offering("project"),
        help="Only of this project.",
    ),
    click.option(
        "--state",
        "states",
        multiple=True,
        type=click.Choice(["pending", "queued", "running", "finished"]),
        help="In this state, may be repeated; what is not finished if not given.",
    ),
    verbs.limit,
)
def list_(asked: Options, **given: Any) -> int:
    """List jobs, newest first."""
    from reconciler.cli.flows.runs import jobs  # noqa: PLC0415 — heavy, and --help is light

    return jobs.list_(asked, **given)


@verb(job, "show", verbs.identifier("job_id"), verbs.watch)
def show(asked: Options, **given: Any) -> int:
    """Show a job; values of its variables and files are never shown."""
    from reconciler.cli.flows.runs import jobs  # noqa: PLC0415 — heavy, and --help is light

    return jobs.show(asked, **given)


@verb(job, "stop", verbs.identifier("job_id"), verbs.waiting)
def stop(asked: Options, **given: Any) -> int:
    """Stop a job; harmless when it is finished."""
    from reconciler.cli.flows.runs import jobs  # noqa: PLC0415 — heavy, and --help is light

    return jobs.stop(asked, **given)


@verb(
    job,
    "logs",
    verbs.identifier("job_id"),
    click.option(
        "--follow", is_flag=True, help="Go on until the job ends; exit code 3 unless it passed."
    ),
)
def logs(asked: Options, **given: Any) -> int:
    """Print what a job has logged, as it was printed.

    With --format json one event a line. A terminal gets colours, but no other control characters.
    """
    from reconciler.cli.flows.runs import job_logs  # noqa: PLC0415 — heavy, and --help is light

    return job_logs.logs(asked, **given)
