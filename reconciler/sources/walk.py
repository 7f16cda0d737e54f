"""Exchanging the secrets inside a value, wherever they are."""

from collections.abc import Callable
from functools import cache
from typing import Any, get_args

from reconciler.model import Sealed, Spec
from reconciler.model.spec import unless_same

Exchange = Callable[[str, Sealed], Sealed]


def exchange_secrets(spec: Spec, exchange: Exchange, path: str = "") -> Spec:
    """Return ``spec`` with each secret replaced by what ``exchange(path, secret)`` returns.

    Where nothing is replaced the same value comes back; what counts as mentioned stays so.
    """
    changes: dict[str, Any] = {}
    for name in _holding(type(spec)):
        value = getattr(spec, name)
        new = _exchanged(value, exchange, f"{path}.{name}" if path else name)
        if new is not value:
            changes[name] = new
    return spec.exchanging(changes)


@cache
def _holding(spec: type[Spec]) -> tuple[str, ...]:
    """Return the fields of a type in which there can be secrets."""
    return tuple(name for name, info in spec.model_fields.items() if _can_hold(info.annotation))


def _can_hold(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return bool(_holding(annotation))
    return annotation is Sealed or any(map(_can_hold, get_args(annotation)))


def _exchanged(value: Any, exchange: Exchange, path: str) -> Any:
    if isinstance(value, Sealed):
        return exchange(path, value)
    if isinstance(value, Spec):
        return exchange_secrets(value, exchange, path)
    if isinstance(value, tuple):
        items = tuple(
            _exchanged(item, exchange, f"{path}.{getattr(item, 'key', number)}")
            for number, item in enumerate(value)
        )
        return unless_same(value, items)
    return value
