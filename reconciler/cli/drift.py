"""``reconciler drift``."""

from reconciler.cli import wishes
from reconciler.cli.wishes import Wishes


@wishes.command("drift", *wishes.reading, wishes.no_values, wishes.strict)
def drift(asked: Wishes) -> int:
    """Show what differs from the manifests. Nothing is written.

    Exit code 2 where anything differs, is missing, or is there but not wanted. Objects that no
    manifest mentions are listed and are no drift.
    """
    from reconciler.cli.flows import looking  # noqa: PLC0415 — heavy, and --help is light

    return looking.drift(asked)
