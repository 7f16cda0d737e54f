"""Manifests as they may be shown: words in the place of the secret values that stand in them."""

from collections.abc import Iterator
from typing import Final

from yaml import YAMLError

from reconciler.kinds import KINDS
from reconciler.kinds.kind import specs_in
from reconciler.kinds.sealing import sealed_fields
from reconciler.model import Spec
from reconciler.model.secrets import holding
from reconciler.splicing.file import File
from reconciler.splicing.nodes import Node
from reconciler.splicing.parts import Splice, applied

_MASK: Final = "<secret>"
_MERGE: Final = "<<"


def masked(name: str, raw: bytes) -> str:
    """Return the text of a file without its secret values; nothing of what is no YAML."""
    file = File(name, raw)
    spans: set[Splice] = set()
    try:
        roots = [document.root for document in file.documents]
    except YAMLError:
        return ""
    for root in roots:
        kind = root.named("kind") if root else None
        if root and kind and kind.value in KINDS:
            found = _secrets(root, KINDS[kind.value].model)
            spans |= {Splice(node.start, node.end, _MASK) for node in found}
    return applied(file.text, spans)


def _secrets(node: Node, model: type[Spec]) -> Iterator[Node]:
    """Yield the nodes of secret values in a part, and of what aliases in it refer to."""
    node = node.target or node
    for item in node.items:
        yield from _secrets(item, model)
    for key, value in node.pairs:
        value = value.target or value  # noqa: PLW2901 — the same, where it is said
        if key.value == _MERGE:
            yield from _secrets(value, model)
        elif key.value in sealed_fields(model):
            yield from _scalars(value)
        elif key.value in holding(model):
            for inner in specs_in(model.model_fields[key.value].annotation):
                yield from _secrets(value, inner)


def _scalars(node: Node) -> Iterator[Node]:
    """Yield what is not empty of a value, of whatever form it is."""
    if node.sort == "scalar" and node.end > node.start:
        yield node
    for inner in node.inner:
        yield from _scalars(inner)
