"""What depends on what, as a Mermaid or Graphviz drawing."""

import json
from collections.abc import Callable, Mapping

from reconciler.kinds import KINDS, Kind
from reconciler.model import Address, DesiredState
from reconciler.render.values import printable

Needs = Mapping[Address, tuple[Address, ...]]


def needs(state: DesiredState, kinds: Mapping[str, Kind] = KINDS) -> Needs:
    """Return what each declared object needs, everything in order."""
    return {
        address: tuple(sorted(set(kinds[address.kind].needs(address, desired.spec)) - {address}))
        for address, desired in sorted(state.objects.items())
    }


def mermaid(found: Needs) -> str:
    """Return a flowchart; what is needed but not declared has a dashed border."""
    ids = _ids(found)
    lines = ["flowchart LR"]
    for address, name in ids.items():
        lines.append(f'  {name}["{_entities(str(address))}"]')
    for address, needed in found.items():
        lines += [f"  {ids[address]} --> {ids[other]}" for other in needed]
    undeclared = [name for address, name in ids.items() if address not in found]
    if undeclared:
        lines.append("  classDef undeclared stroke-dasharray: 4")
        lines.append(f"  class {','.join(undeclared)} undeclared")
    return "\n".join(lines) + "\n"


def dot(found: Needs) -> str:
    """Return a digraph; what is needed but not declared has a dashed border."""
    lines = ["digraph reconciler {", "  rankdir=LR", "  node [shape=box]"]
    for address in _ids(found):
        style = "" if address in found else " [style=dashed]"
        lines.append(f"  {_quoted(address)}{style}")
    for address, needed in found.items():
        lines += [f"  {_quoted(address)} -> {_quoted(other)}" for other in needed]
    return "\n".join([*lines, "}"]) + "\n"


FORMATS: Mapping[str, Callable[[Needs], str]] = {"mermaid": mermaid, "dot": dot}


def _ids(found: Needs) -> dict[Address, str]:
    everything = {*found, *(other for needed in found.values() for other in needed)}
    return {address: f"n{number}" for number, address in enumerate(sorted(everything), 1)}


def _quoted(address: Address) -> str:
    return json.dumps(printable(str(address)), ensure_ascii=False)


def _entities(text: str) -> str:
    """Return the text as Mermaid wants it inside quotes."""
    return "".join(c if c.isalnum() or c in "/-_. :@" else f"#{ord(c)};" for c in printable(text))
