"""Exchanging the secrets inside a value, wherever they are."""

from collections.abc import Callable
from typing import Any

from reconciler.model import Sealed, Spec
from reconciler.model.items import labelled
from reconciler.model.paths import below
from reconciler.model.secrets import holding
from reconciler.model.spec import unless_same

Exchange = Callable[[str, Sealed], Sealed]


def exchange_secrets(spec: Spec, exchange: Exchange, path: str = "") -> Spec:
    """Return ``spec`` with each secret replaced by what ``exchange(path, secret)`` returns.

    Where nothing is replaced the same value comes back; what counts as mentioned stays so.
    """
    changes: dict[str, Any] = {}
    for name in holding(type(spec)):
        value = getattr(spec, name)
        new = _exchanged(value, exchange, below(path, name))
        if new is not value:
            changes[name] = new
    return spec.exchanging(changes)


def _exchanged(value: Any, exchange: Exchange, path: str) -> Any:
    if isinstance(value, Sealed):
        return exchange(path, value)
    if isinstance(value, Spec):
        return exchange_secrets(value, exchange, path)
    if isinstance(value, tuple):
        items = tuple(
            _exchanged(item, exchange, f"{path}.{label}") for label, item in labelled(value)
        )
        return unless_same(value, items)
    return value
