"""The jobs of a task: one entry of parallelism or a matrix becomes many."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from reconciler.embedded.definitions import elixir
from reconciler.embedded.definitions.model import Job, Pairs

_MOST = 100
_HOW_COUNTED = (
    "The matrix product size is calculated as the product of the number of values"
    " for each environment variable."
)


class Unusable(Exception):
    """The argument is the reason, as Elixir prints it."""


def expanded(block: str, tree: Mapping[str, Any], name: str, shared: Pairs) -> list[Job]:
    own = shared + pairs(tree.get("env_vars", ()))
    common = {
        "commands": tuple(tree.get("commands", ())),
        "commands_file": tree.get("commands_file", ""),
        "execution_time_limit": seconds(tree.get("execution_time_limit")),
    }
    if "matrix" in tree:
        return [
            Job(name=_matrix_name(name, place), env_vars=own + place, **common)
            for place in _matrix(block, tree["matrix"], name)
        ]
    count = _parallelism(block, tree.get("parallelism", 0), name)
    if not count:
        return [Job(name=name, env_vars=own, **common)]
    own = (*own, ("SEMAPHORE_JOB_COUNT", str(count)))
    return [
        Job(
            name=f"{name} - {index}/{count}",
            env_vars=(*own, ("SEMAPHORE_JOB_INDEX", str(index))),
            **common,
        )
        for index in range(1, count + 1)
    ]


def check_total(block: str, trees: Sequence[Mapping[str, Any]]) -> None:
    """All matrices of a block together must not be too large, too."""
    total = sum(
        prod(len(a["values"]) for a in tree["matrix"]) for tree in trees if "matrix" in tree
    )
    if total > _MOST:
        raise Unusable(
            elixir.string(
                f"Total matrix size exceeds maximum allowed size ({_MOST}) in block '{block}'."
                f" {_HOW_COUNTED}"
            )
        )


def pairs(env_vars: Sequence[Mapping[str, str]]) -> Pairs:
    return tuple((variable["name"], variable["value"]) for variable in env_vars)


def seconds(limit: Mapping[str, int] | None) -> int | None:
    if limit is None:
        return None
    return limit["minutes"] * 60 if "minutes" in limit else limit["hours"] * 3600


def _parallelism(block: str, given: int | str, name: str) -> int:
    """Every text is one too many, also one that spells a number."""
    if isinstance(given, int):
        return given
    what = f"Parallelism value for job '{name}' in block '{block}' is not an integer."
    raise Unusable(elixir.string(what))


def _matrix(block: str, axes: Sequence[Mapping[str, Any]], name: str) -> list[Pairs]:
    where = f"(block '{block}', job '{name}')"
    names = [axis["env_var"] for axis in axes]
    for variable in names:
        if names.count(variable) > 1:
            what = f"Duplicate environment variable(s): '{variable}' in job matrix {where}."
            raise Unusable(elixir.string(what))
    for axis in axes:
        if not isinstance(axis["values"], list):
            what = f"Matrix values for env_var '{axis['env_var']}' {where}"
            raise Unusable(elixir.string(f"{what} must be a non-empty list of strings."))
    if prod(len(axis["values"]) for axis in axes) > _MOST:
        raise Unusable(
            elixir.string(
                f"Matrix product size exceeds maximum allowed size ({_MOST}) in job matrix {where}."
                f" {_HOW_COUNTED}"
            )
        )
    combinations = product(*(axis["values"] for axis in axes))
    return [tuple(zip(names, values, strict=True)) for values in combinations]


def _matrix_name(name: str, place: Pairs) -> str:
    return f"{name} - {', '.join(f'{variable}={value}' for variable, value in place)}"
