"""Text in the place of an id that would not survive an update of something else."""

from collections.abc import Collection
from itertools import takewhile

from reconciler.kinds import Kind
from reconciler.kinds.kind import paths_of, refs
from reconciler.model import FieldChange, Spec
from reconciler.model.literal import is_literal


def unkeepable(kind: Kind, known: Spec, fields: Collection[FieldChange] = ()) -> str:
    """Say what of a result would not stay as it is, though nobody mentioned it; "" if all does.

    A server that looks references up does so in every update, whatever that is about, even where
    they are left out of it (C 1.5). ``fields``: what changes; a switch has a route of its own.
    """
    switch = kind.api.switch
    if switch and {field.path for field in fields} == {switch.field}:
        return ""
    for ref, text in refs(known):
        if ref.resolved and is_literal(text):
            path = next(paths_of(known, ref.kind, text))
            whole = ".".join(takewhile(lambda part: not part.isdecimal(), path.split(".")))
            return (
                f"{path} is {text}, and Semaphore does not leave that as it is when anything else "
                f"changes: it puts the id of a {ref.kind} of that name there, or refuses; declare "
                f"{whole} as it is to be"
            )
    return ""
