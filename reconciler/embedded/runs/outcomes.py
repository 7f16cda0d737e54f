"""What commands do here: nothing, but they take their time, print and fail as they say."""

import json
import re
import shlex
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.embedded.runs import shell

Spec = dict[str, Any]

_SECONDS_EACH = 1.0
_EXIT = re.compile(r"exit(?:\s+(\d+))?")
_SLEEP = re.compile(r"sleep\s+(\d+(?:\.\d+)?)([smhd]?)")
_KNOWN = frozenset({"echo", "false", "sleep", "true", ":"})
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True)
class Step:
    """One command that was run; its times count from the start of the job."""

    directive: str
    begin: float
    end: float
    exit_code: int
    output: str = ""


@dataclass(frozen=True)
class Outcome:
    steps: tuple[Step, ...]
    passes: bool

    @property
    def seconds(self) -> float:
        return self.steps[-1].end if self.steps else _SECONDS_EACH


def outcome_of(job: sqlite3.Row) -> Outcome:
    """What the commands of a job come to when nobody interferes."""
    return of_spec(json.loads(job["spec"]))


def of_spec(spec: Spec) -> Outcome:
    """The commands until one fails, then the epilogues that fit; these change no result."""
    steps = _run(spec["commands"], 0.0)
    passes = all(step.exit_code == 0 for step in steps)
    ending = "epilogue_on_pass_commands" if passes else "epilogue_on_fail_commands"
    for name in ("epilogue_commands", "epilogue_always_commands", ending):
        steps += _run(spec[name], steps[-1].end if steps else 0.0)
    return Outcome(tuple(steps), passes)


def _run(commands: Sequence[str], begin: float) -> list[Step]:
    steps: list[Step] = []
    for command in commands:
        step, left = _step(command, begin)
        steps.append(step)
        begin = step.end
        if left or step.exit_code:
            break
    return steps


def _step(command: str, begin: float) -> tuple[Step, bool]:
    """The step, and whether the shell was left with it.

    What a command of unknown outcome decides is taken to go well: a job fails only where its
    commands do so whatever happens.
    """
    code, seconds, printed, certain = 0, _SECONDS_EACH, "", True
    for simple in shell.commands(command):
        if simple.operator not in ("&&", "||"):
            certain = True
        elif (code == 0) is not (simple.operator == "&&"):
            continue
        found = None if simple.opaque else _EXIT.fullmatch(simple.text)
        if found and certain:
            code = int(found[1] or code) % 256
            return Step(command, begin, begin + seconds, code, printed), True
        if simple.opaque or found:
            code, certain = 0, False
            continue
        seconds += _slept(simple.text)
        printed += "" if simple.redirected else _echoed(simple.text)
        certain = certain and _is_known(simple.text)
        code = 1 if simple.text == "false" and certain else 0
    return Step(command, begin, begin + seconds, code, printed), False


def _is_known(simple: str) -> bool:
    """Whether it ends the same way each time."""
    return simple.partition(" ")[0] in _KNOWN


def _slept(simple: str) -> float:
    found = _SLEEP.fullmatch(simple)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _echoed(simple: str) -> str:
    if simple != "echo" and not simple.startswith("echo "):
        return ""
    try:
        return " ".join(shlex.split(simple)[1:]) + "\n"
    except ValueError:
        return simple[5:] + "\n"
