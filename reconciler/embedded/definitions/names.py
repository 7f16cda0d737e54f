"""Names of blocks and jobs: unique, and made up where there are none."""

from collections import Counter
from collections.abc import Iterable

from reconciler.embedded.definitions import elixir


class Duplicate(Exception):
    """The argument is the reason, as Elixir prints it."""


def of_blocks(given: Iterable[str | None]) -> list[str]:
    names = list(given)
    for name in _repeated(names):
        raise Duplicate(elixir.string(f"There are at least two blocks with same name: {name}"))
    return _filled(names, "Nameless block")


def of_jobs(given: Iterable[str | None]) -> list[str]:
    names = list(given)
    groups = [elixir.listed([elixir.string(name)] * names.count(name)) for name in _repeated(names)]
    if groups:
        raise Duplicate(f"{{:duplicate_names, {elixir.listed(groups)}}}")
    return _filled(names, "Nameless")


def _repeated(names: Iterable[str | None]) -> list[str]:
    return sorted(n for n, count in Counter(names).items() if n is not None and count > 1)


def _filled(names: list[str | None], stem: str) -> list[str]:
    """Numbers count up over the made-up names and skip those that are taken."""
    taken = set(names)
    number, filled = 1, []
    for name in names:
        if name is not None:
            filled.append(name)
            continue
        while f"{stem} {number}" in taken:
            number += 1
        filled.append(f"{stem} {number}")
        number += 1
    return filled
