"""validate: manifests alone, and nothing loaded that they don't need."""

import sys

from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows.invocation import Invocation
from reconciler.cli.options import Options
from reconciler.cli.reports import Reports, reported
from reconciler.commands.validate import load
from reconciler.errors import InvalidManifests
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation


@reported(Subject.VALIDATION)
def validate(asked: Options, reports: Reports) -> int:
    invocation = Invocation.of(asked)
    try:
        loaded = load(invocation.paths, sys.stdin.buffer if "-" in invocation.paths else None)
    except InvalidManifests as error:
        found, code = Validation(problems=error.problems, objects=0), ERROR
    else:
        state = loaded.state
        found = Validation(
            problems=loaded.warnings, objects=len(state.objects), files=tuple(state.files)
        )
        code = DONE
    reports.write(found)
    invocation.tell(found)
    return code
