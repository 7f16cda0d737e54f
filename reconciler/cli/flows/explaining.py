"""explain and schema: what may stand in a manifest."""

import json
from functools import partial

import click

from reconciler.cli.exit_codes import DONE
from reconciler.cli.flows.invocation import Invocation
from reconciler.cli.options import Options
from reconciler.cli.streams import product
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.fields import nearest
from reconciler.render import explained
from reconciler.render import schema as schemas
from reconciler.render.formats import Answer


def explain(asked: Options) -> int:
    name, _, field = (asked.kind or "").partition(".")
    kind = _kind(name)
    found = explained.rows(kind, field)
    if not found:
        hint = nearest(field.replace("[]", ""), explained.paths(kind))
        raise click.UsageError(
            f"{kind.name} has no field {field!r}{hint}", click.get_current_context()
        )
    said = Answer(
        partial(explained.text, kind, found, whole=not field),
        partial(explained.document, kind, found),
    )
    Invocation.of(asked).tell(said)
    return DONE


def schema(asked: Options) -> int:
    found = schemas.every() if asked.kind is None else schemas.one(_kind(asked.kind))
    product(json.dumps(found, indent=2) + "\n")
    return DONE


def _kind(given: str) -> Kind:
    """Return the kind of a name, in whichever case it is typed; raises UsageError."""
    names = {name.casefold(): name for name in KINDS}
    name = names.get(given.casefold())
    if name is None:
        hint = nearest(given, KINDS) or f"; known are {', '.join(KINDS)}"
        raise click.UsageError(f"There is no kind {given!r}{hint}", click.get_current_context())
    return KINDS[name]
