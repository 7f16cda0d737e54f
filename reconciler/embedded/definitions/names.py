"""Names: unique, and for blocks and jobs made up where there are none."""

from collections import Counter
from collections.abc import Iterable, Sequence

from reconciler.embedded.definitions import elixir
from reconciler.embedded.definitions.model import Promotion


class Unsuitable(Exception):
    """The argument is the reason, as Elixir prints it."""


def of_blocks(given: Iterable[str | None]) -> list[str]:
    names = list(given)
    for name in _repeated(names):
        raise Unsuitable(elixir.string(f"There are at least two blocks with same name: {name}"))
    return _filled(names, "Nameless block")


def of_jobs(given: Iterable[str | None]) -> list[str]:
    names = list(given)
    groups = [elixir.listed([elixir.string(name)] * names.count(name)) for name in _repeated(names)]
    if groups:
        raise Unsuitable(f"{{:duplicate_names, {elixir.listed(groups)}}}")
    return _filled(names, "Nameless")


def check_promotions(promotions: Sequence[Promotion]) -> None:
    """What the real server finds out when a pipeline begins, not when it validates (D 12)."""
    for name in _repeated(promotion.name for promotion in promotions):
        raise Unsuitable(elixir.string(f"There are at least two targets with same name: {name}"))
    for promotion in promotions:
        for name in _repeated(parameter.name for parameter in promotion.parameters):
            what = f"Parameter environment variable with name '{name}' is defined at least two"
            raise Unsuitable(elixir.string(f"{what} times."))
        for parameter in promotion.parameters:
            if not parameter.required and parameter.default_value:
                what = f"Invalid parameter: '{parameter.name}' - it can either be optional or"
                raise Unsuitable(elixir.string(f"{what} have default value."))


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
