"""What depends on what, as a Mermaid or Graphviz drawing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.kinds import KINDS, Kind
from reconciler.model import Address, DesiredState
from reconciler.model.subject import Subject
from reconciler.render.formats import ON_PAPER, Look
from reconciler.render.values import printable

Needs = Mapping[Address, tuple[Address, ...]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What there is to draw: what each object needs."""

    needs: Needs
    subject: Subject = Subject.GRAPH


def drawing(state: DesiredState, kinds: Mapping[str, Kind] = KINDS) -> Drawing:
    """Return what each declared object needs, everything in order."""
    return Drawing(
        {
            address: tuple(
                sorted(set(kinds[address.kind].needs(address, desired.spec)) - {address})
            )
            for address, desired in sorted(state.objects.items())
        }
    )


def mermaid(told: Drawing, _: Look = ON_PAPER) -> str:
    """Return a flowchart; what is needed but not declared has a dashed border."""
    found = told.needs
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


def dot(told: Drawing, _: Look = ON_PAPER) -> str:
    """Return a digraph; what is needed but not declared has a dashed border."""
    found = told.needs
    lines = ["digraph reconciler {", "  rankdir=LR", "  node [shape=box]"]
    for address in _ids(found):
        style = "" if address in found else " [style=dashed]"
        lines.append(f"  {_quoted(address)}{style}")
    for address, needed in found.items():
        lines += [f"  {_quoted(address)} -> {_quoted(other)}" for other in needed]
    return "\n".join([*lines, "}"]) + "\n"


def _ids(found: Needs) -> dict[Address, str]:
    everything = {*found, *(other for needed in found.values() for other in needed)}
    return {address: f"n{number}" for number, address in enumerate(sorted(everything), 1)}


def _quoted(address: Address) -> str:
    return json.dumps(printable(str(address)), ensure_ascii=False)


def _entities(text: str) -> str:
    """Return the text as Mermaid wants it inside quotes."""
    return "".join(c if c.isalnum() or c in "/-_. :@" else f"#{ord(c)};" for c in printable(text))
