"""validate: manifests alone, and nothing loaded that they don't need."""

import sys

from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows.invocation import Invocation
from reconciler.cli.options import Options
from reconciler.cli.streams import product
from reconciler.commands.validate import load
from reconciler.errors import InvalidManifests
from reconciler.model import Problem
from reconciler.render import problems
from reconciler.render.words import count


def validate(asked: Options) -> int:
    invocation = Invocation.of(asked)
    found: tuple[Problem, ...]
    try:
        loaded = load(invocation.paths, sys.stdin.buffer if "-" in invocation.paths else None)
    except InvalidManifests as error:
        found, objects, code = error.problems, 0, ERROR
    else:
        found, objects, code = loaded.warnings, len(loaded.state.objects), DONE
    if asked.form == "json":
        from reconciler.render import machine  # noqa: PLC0415 — it knows plans, too

        product(machine.dumps(machine.problems(found, objects)))
        return code
    product(problems.problems(found, palette=invocation.palette))
    if code == DONE:
        product(f"Valid: {count(objects, 'object')} declared.\n")
    return code
