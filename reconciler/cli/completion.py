"""``reconciler completion``."""

import click
from click.shell_completion import get_completion_class

from reconciler.cli import options
from reconciler.cli.exit_codes import DONE
from reconciler.cli.options import Options
from reconciler.cli.streams import product

_SHELLS = ("bash", "zsh", "fish")


@options.command("completion", click.argument("shell", type=click.Choice(_SHELLS)))
def completion(asked: Options) -> int:
    """Print what makes a shell complete commands, options, addresses, kinds and names.

    Addresses and projects are those of the manifests that the command line names, of `paths` of
    reconciler.toml, or beneath the current directory; contexts are those of ~/.sem.yaml. Nothing
    is asked of Semaphore.
    """
    made = get_completion_class(asked.shell)
    assert made is not None  # noqa: S101 — click knows all of them
    program = click.get_current_context().find_root().command
    product(made(program, {}, "reconciler", "_RECONCILER_COMPLETE").source() + "\n")
    return DONE
