"""What blocks wait for: all of them say so or none does, and never in a circle (D 12)."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.embedded.definitions import elixir

_MIXED = (
    "There are blocks with both explicitly and implicitly defined dependencies.\n"
    "This is not allowed, please use only one of this formats.\n"
)


def problem(blocks: Sequence[Mapping[str, Any]]) -> str | None:
    """The first reason, as Elixir prints it."""
    explicit = [block for block in blocks if "dependencies" in block]
    if explicit and len(explicit) < len(blocks):
        return elixir.string(_MIXED)
    names = {block.get("name") for block in blocks}
    for block in explicit:
        for dependency in block["dependencies"]:
            if dependency not in names:
                return f"{{:unknown_block_name, {elixir.string(dependency)}}}"
    circle = _circle({b.get("name", ""): b["dependencies"] for b in explicit})
    if not circle:
        return None
    path = " → ".join(f"'{name}'" for name in circle)
    return elixir.string(
        f"Circular dependency between blocks detected: {path}. "
        "Blocks cannot depend on each other in a cycle."
    )


def _circle(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """Found by the first name in order; shown from a dependency to what waits for it.

    Walked with a stack of its own, as three hundred blocks may form one chain.
    """
    done: set[str] = set()
    for start in sorted(graph):
        path = [start]
        waiting = [iter(graph[start])]
        while waiting:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                done.add(path.pop())
            elif following in path:
                return [*path[path.index(following) :], following][::-1]
            elif following not in done:
                path.append(following)
                waiting.append(iter(graph[following]))
    return []


def of_each(blocks: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[tuple[str, ...]]:
    if any("dependencies" in block for block in blocks):
        return [tuple(dict.fromkeys(block["dependencies"])) for block in blocks]
    return [(), *((name,) for name in names[:-1])]
