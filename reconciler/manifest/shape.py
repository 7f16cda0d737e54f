"""What a kind's model knows: which keys, where, and where a misplaced one belongs."""

from collections.abc import Iterator
from functools import cache

from reconciler.kinds import Kind
from reconciler.kinds.fields import nearest
from reconciler.kinds.sealing import FROM, sealed_fields
from reconciler.manifest.places import Path
from reconciler.model import Keyed, Spec
from reconciler.model.spec import model_in

TOP = "the top of the manifest"
ENVELOPE = ("apiVersion", "kind", "reconciler")
_MOST_HOMES = 2


@cache
def model_under(model: type[Spec], key: str) -> type[Spec] | None:
    """Return the model of what stands under a key, None where that has none."""
    field = model.model_fields.get(key)
    return model_in(field.annotation) if field else None


def model_at(model: type[Spec], path: Path) -> type[Spec] | None:
    """Return the model of the mapping at a path; numbers of items count for nothing."""
    found: type[Spec] | None = model
    for part in path:
        if isinstance(part, int):
            continue
        if found is None:
            return None
        found = model_under(found, part)
    return found


def holds_secret(model: type[Spec], path: Path) -> bool:
    """Whether the mapping at a path has a secret value, and its keys may be parts of one."""
    found = model_at(model, path)
    return found is not None and bool(sealed_fields(found))


def is_secret(model: type[Spec], path: Path) -> bool:
    """Whether what stands at a path is itself a secret value."""
    above = model_at(model, path[:-1])
    return bool(path and above and path[-1] in sealed_fields(above))


def fields(model: type[Spec], above: str = "") -> Iterator[str]:
    """Yield every dotted field path of a model, nearest to the top first."""
    waiting = [(above, model)]
    while waiting:
        prefix, current = waiting.pop(0)
        for name, info in current.model_fields.items():
            yield f"{prefix}{name}"
            if name in sealed_fields(current):
                yield f"{prefix}{name}{FROM}"
            inner = model_in(info.annotation)
            if inner:
                waiting.append((f"{prefix}{name}.", inner))


def known_paths(kind: Kind) -> list[str]:
    """Return every dotted path that a manifest of this kind may have."""
    contained = kind.contains.paths if kind.contains else ()
    return [
        *ENVELOPE,
        *dict.fromkeys((*fields(kind.model), *kind.project_at, *contained)),
        *(f"reconciler.{key}" for key in RULES),
    ]


RULES = ("protect", "ignore", "renamed_from", "absent", "replace", "on_removal", "mode")
"""The keys of the reconciler block."""


def advice(kind: Kind, key: str, path: Path) -> str:
    """Say what may be meant by an unknown key: a place where it is known, or a similar key."""
    above = ".".join(part for part in path if isinstance(part, str))
    homes: list[str] = []
    level: list[str] = []
    for known in known_paths(kind):
        parent, _, name = known.rpartition(".")
        if name == key:
            homes.append(parent or TOP)
        if parent == above:
            level.append(name)
    if homes:
        return f"; it belongs in {' or '.join(homes[:_MOST_HOMES])}"
    sources = [name for name in level if name.endswith(FROM)]
    if sources and key.endswith(FROM):
        return f"; did you mean {sources[0]!r}?"
    return nearest(key, level)


def ignorable(kind: Kind, dotted: str) -> str:
    """Say what is wrong with leaving a field to others, "" if nothing is."""
    if dotted == "metadata.name" or dotted in kind.project_at:
        return f"{dotted!r} says which object it is and can't be ignored"
    if kind.contains and dotted in kind.contains.paths:
        return f"{dotted!r}: leave that key out of the manifest instead"
    if _exists(kind.model, dotted.split(".")):
        return ""
    hint = nearest(dotted, fields(kind.model))
    return f"kind {kind.name} has no field {dotted!r}{hint}"


def _exists(model: type[Spec] | None, parts: list[str]) -> bool:
    """Whether a field is there; of a keyed list its item comes next: ``data.env_vars.TOKEN``."""
    if not parts:
        return True
    if model is None or parts[0] not in model.model_fields:
        return False
    inner, rest = model_in(model.model_fields[parts[0]].annotation), parts[1:]
    if rest and inner is not None and issubclass(inner, Keyed):
        # a key may have dots of its own, as the paths of files do
        return any(_exists(inner, rest[n:]) for n in range(1, len(rest) + 1))
    return _exists(inner, rest)
