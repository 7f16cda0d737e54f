"""``reconciler destroy``."""

from reconciler.cli import options
from reconciler.cli.options import Options
from reconciler.model.subject import Subject


@options.command(
    "destroy", *options.reading(Subject.APPLY), options.max_deletes, options.auto_approve
)
def destroy(asked: Options) -> int:
    """Delete what the manifests describe.

    Shows the plan and asks for the organization's host name; --auto-approve doesn't. Protected
    objects stay.
    """
    from reconciler.cli.flows import changing  # noqa: PLC0415 — heavy, and --help is light

    return changing.destroy(asked)
