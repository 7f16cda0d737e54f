"""graph and schema: nothing is asked of Semaphore."""

import json

import click

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.invocation import Invocation
from reconciler.cli.options import Options
from reconciler.cli.streams import product
from reconciler.kinds import KINDS
from reconciler.kinds.fields import nearest
from reconciler.planning import names
from reconciler.render import graph as drawing
from reconciler.render import schema as schemas


def graph(asked: Options) -> int:
    declared = Invocation.of(asked).declared(planned=False)
    state = names.with_names(declared, names.given(declared))
    product(drawing.FORMATS[asked.form](drawing.needs(state)))
    return DONE


def schema(asked: Options) -> int:
    name = asked.kind
    if name is not None and name not in KINDS:
        hint = nearest(name, KINDS) or f"; known are {', '.join(KINDS)}"
        raise click.UsageError(f"There is no kind {name!r}{hint}", click.get_current_context())
    found = schemas.every() if name is None else schemas.one(KINDS[name])
    product(json.dumps(found, indent=2) + "\n")
    return DONE
