"""The program as a process of its own, in a directory of its own, with faults on demand."""

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from reconciler.cli import program

ROOT = Path(__file__).parents[2]
ORGANIZATION = "semaphore.db"
LEDGER = "ledger.db"
_OUTSIDE = ("SEMAPHORE", "RECONCILER", "NO_COLOR", "FORCE_COLOR", "COMP_", "CI", "XDG_")


class Ran(NamedTuple):
    """What came of a command line; a negative code is the signal that ended it."""

    code: int
    out: str
    err: str


def environment(place: Path, faults: Sequence[Mapping[str, Any]] = ()) -> dict[str, str]:
    """Return an environment without anything of the user's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OUTSIDE)}
    kept |= {"HOME": str(place), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    if faults:
        kept["RECONCILER_EMBEDDED_FAULTS"] = json.dumps(faults)
    return kept


def command(*arguments: str, ledger: str = LEDGER) -> list[str]:
    """Return the command line of the program on the embedded organization of its directory."""
    where = ("--org", f"embedded:{ORGANIZATION}", "--ledger", ledger)
    return [sys.executable, "-m", "reconciler", *where, *arguments]


def run(
    place: Path,
    *arguments: str,
    ledger: str = LEDGER,
    faults: Sequence[Mapping[str, Any]] = (),
    token: str = "",
    **options: Any,
) -> Ran:
    """Run a command line to its end."""
    done = subprocess.run(  # noqa: S603 — the program under test
        command(*arguments, ledger=ledger),
        cwd=place,
        env=environment(place, faults) | ({"SEMAPHORE_API_TOKEN": token} if token else {}),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def forked(
    place: Path,
    *arguments: str,
    ledger: str = LEDGER,
    faults: Sequence[Mapping[str, Any]] = (),
    killed_after: float | None = None,
) -> Ran:
    """Do the same in a fork of this process, which has everything imported already.

    It is a process of its own all the same, and can be killed like one: by a fault, or after
    some seconds.
    """
    import reconciler.cli.flows.changing  # noqa: PLC0415 — what the fork is to find imported
    import reconciler.embedded  # noqa: F401, PLC0415

    outputs = [place / name for name in (".out", ".err")]
    with warnings.catch_warnings():  # of threads, which only receive what pytest's workers are told
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _become(place, command(*arguments, ledger=ledger)[3:], environment(place, faults), outputs)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    out, err = (output.read_text() for output in outputs)
    return Ran(os.waitstatus_to_exitcode(status), out, err)


def _become(
    place: Path, arguments: Sequence[str], variables: Mapping[str, str], outputs: Sequence[Path]
) -> NoReturn:
    """Be the program, in a process that was just forked."""
    code = 1
    try:
        os.chdir(place)
        os.environ.clear()
        os.environ.update(variables)
        streams = [os.open(os.devnull, os.O_RDONLY)]
        streams += [os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for output in outputs]
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, closefd=False, encoding="utf-8")  # noqa: SIM115 — for good
            for number, mode in enumerate("rww")
        )
        code = program.run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
