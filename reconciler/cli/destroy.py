"""``reconciler destroy``."""

from reconciler.cli import wishes
from reconciler.cli.wishes import Wishes


@wishes.command("destroy", *wishes.reading, wishes.max_deletes, wishes.auto_approve)
def destroy(asked: Wishes) -> int:
    """Delete what the manifests describe.

    Shows the plan and asks for the organization's host name; --auto-approve doesn't. Protected
    objects stay.
    """
    from reconciler.cli.flows import changing  # noqa: PLC0415 — heavy, and --help is light

    return changing.destroy(asked)
