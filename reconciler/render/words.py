"""Counting and naming things in sentences."""

from collections.abc import Iterable

from reconciler.model import Address


def count(number: int, noun: str) -> str:
    """Return ``1 object``, ``2 objects``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def by_kind(addresses: Iterable[Address]) -> list[tuple[str, list[Address]]]:
    """Return the addresses in order, gathered by kind."""
    kinds: dict[str, list[Address]] = {}
    for address in sorted(addresses):
        kinds.setdefault(address.kind, []).append(address)
    return list(kinds.items())
