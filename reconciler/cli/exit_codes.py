"""The exit codes, a promise to scripts."""

from typing import Final

DONE: Final = 0
"""Done, nothing to do, or (plan without --detailed-exitcode) planned."""

ERROR: Final = 1
"""An error; nothing more was done, or the ledger could not be told of what was, whatever failed."""

CHANGES: Final = 2
"""Changes are pending (plan --detailed-exitcode), or drift was found."""

INCOMPLETE: Final = 3
"""Apply ended with failed or skipped steps, what was watched did not pass, or not all could be
exported."""

REFUSED: Final = 4
"""The plan is not allowed, or consent is missing; nothing was written."""

USAGE: Final = 64
"""The command line can't be understood."""

INTERRUPTED: Final = 130
"""Ended by Ctrl-C, SIGTERM or SIGHUP, after the calls in flight."""
