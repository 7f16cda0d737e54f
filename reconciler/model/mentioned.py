"""Which fields a manifest speaks of, and which it does no longer."""

from collections.abc import Collection, Iterator
from typing import Any

from reconciler.model.items import by_key
from reconciler.model.spec import Spec


def mentioned(spec: Spec, above: str = "") -> Iterator[str]:
    """Yield the path of every field that is mentioned, also in items that a key identifies."""
    for name in sorted(spec.model_fields_set):
        path, value = f"{above}{name}", getattr(spec, name)
        if isinstance(value, Spec):
            yield from mentioned(value, f"{path}.")
            continue
        yield path
        for key, item in by_key(value).items() if isinstance(value, tuple) else ():
            yield from mentioned(item, f"{path}.{key}.")


def left_alone(
    now: Spec | None, live: Spec, then: Collection[str], above: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield each field that was mentioned ``then``, is not ``now``, and keeps its ``live`` value.

    One that is as it would be anyway, the default, says nothing. The value is None where nobody
    asked for it: entries are read only to be compared.
    """
    fields = type(live).model_fields
    for name, there in live:
        path = f"{above}{name}"
        said = getattr(now, name) if now and name in now.model_fields_set else None
        if isinstance(there, Spec):
            inner = said if isinstance(said, Spec) else None
            yield from left_alone(inner, there, then, f"{path}.")
        elif now and name in now.model_fields_set:
            items = by_key(said) if isinstance(said, tuple) else {}
            for key, item in by_key(there or ()).items() if items else ():
                if key in items:
                    yield from left_alone(items[key], item, then, f"{path}.{key}.")
        elif path in then and (there != fields[name].default or _was_not_read(live, name)):
            yield path, there


def is_read(live: Spec) -> bool:
    """Whether all of a live value was read: of entries only what is needed is."""
    return not any(
        _was_not_read(live, name) or (isinstance(value, Spec) and not is_read(value))
        for name, value in live
    )


def _was_not_read(live: Spec, name: str) -> bool:
    return getattr(live, name) is None and live.has_entries(name)
