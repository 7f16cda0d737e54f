"""``reconciler artifact``."""

from typing import Any

import click

from reconciler.cli import verbs
from reconciler.cli.options import Options
from reconciler.cli.verbs import verb

artifact = verbs.group("artifact", "List artifacts, and get addresses to load and store them.")
_SCOPE = click.argument("scope", metavar="SCOPE", type=click.Choice(["project", "workflow", "job"]))
_OWNER = click.argument("owner", metavar="OWNER")


@verb(
    artifact,
    "list",
    _SCOPE,
    _OWNER,
    click.argument("path", metavar="[PATH]", default=""),
)
def list_(asked: Options, **given: Any) -> int:
    """List the artifacts in a directory.

    SCOPE is project, workflow or job, OWNER the name of the project or an id.
    """
    from reconciler.cli.flows.runs import artifacts  # noqa: PLC0415 — heavy, and --help is light

    return artifacts.list_(asked, **given)


@verb(
    artifact,
    "url",
    _SCOPE,
    _OWNER,
    click.argument("path", metavar="PATH"),
    click.option("--head", is_flag=True, help="To ask about the file with HEAD, not to load it."),
)
def url(asked: Options, **given: Any) -> int:
    """Print a signed address of one file.

    The address is a credential: whoever knows it can load the file for some minutes.
    """
    from reconciler.cli.flows.runs import artifacts  # noqa: PLC0415 — heavy, and --help is light

    return artifacts.url(asked, **given)


@verb(
    artifact,
    "sign",
    _SCOPE,
    verbs.identifier("owner"),
    click.argument("paths", metavar="PATH...", nargs=-1, required=True),
    click.option(
        "--access",
        type=click.Choice(["pull", "push", "pushforce", "yank"]),
        default="pull",
        show_default=True,
        help="Load, store if it is new, store, or delete.",
    ),
)
def sign(asked: Options, **given: Any) -> int:
    """Print signed addresses to load, store or delete artifacts, from inside a job.

    Each line is a method and an address; with push there are two, HEAD tells whether the file
    exists. The job's SEMAPHORE_ARTIFACT_TOKEN opens it, no API token does. Pull and yank look at
    the first PATH only, which may be a directory.
    """
    from reconciler.cli.flows.runs import artifacts  # noqa: PLC0415 — heavy, and --help is light

    return artifacts.sign(asked, **given)
