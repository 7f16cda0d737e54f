"""``reconciler drift``."""

from reconciler.cli import options
from reconciler.cli.options import Options


@options.command(
    "drift",
    *options.reading,
    options.unwanted,
    options.no_values,
    options.strict,
    options.unmanaged,
)
def drift(asked: Options) -> int:
    """Show what differs from the manifests. Nothing is written.

    Exit code 2 where anything differs, is missing, or is there but not wanted, which with --prune
    is all that was applied before and is declared no longer. Every kind of the
    organization is looked into, and all that is in declared projects; what no manifest declares
    is listed, and is no drift.
    """
    from reconciler.cli.flows import looking  # noqa: PLC0415 — heavy, and --help is light

    return looking.drift(asked)
