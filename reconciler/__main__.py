"""The program ``reconciler``."""

import os
import sys
from typing import NoReturn

from reconciler import __version__


def main() -> int:
    """Run the program and return its exit code."""
    if sys.argv[1:] == ["--version"]:
        from reconciler.cli.streams import finish, prepare, product  # noqa: PLC0415 — no click

        prepare()
        product(f"reconciler {__version__}\n")
        return finish(0)
    from reconciler.cli import signals  # noqa: PLC0415 — longer than all of --version

    signals.take()
    from reconciler.cli.program import run  # noqa: PLC0415 — only where click is needed

    return run(sys.argv[1:])


def program() -> NoReturn:
    """Run the program and end the process on the spot: by then everything is written and closed.

    Taking a thousand objects and their modules apart first would be a tenth of a plan's time.
    """
    try:
        code = main()
    except KeyboardInterrupt:  # before there was anybody to tell it, or after
        from reconciler.cli.exit_codes import INTERRUPTED  # noqa: PLC0415 — hardly ever

        code = INTERRUPTED
        if sys.stderr:
            sys.stderr.write("Interrupted.\n")
    os._exit(code)


if __name__ == "__main__":
    program()
