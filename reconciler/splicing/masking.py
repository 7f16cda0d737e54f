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
    for root in filter(None, roots):
        for model in _models(root):
            spans |= {Splice(node.start, node.end, _MASK) for node in _secrets(root, model)}
    return applied(file.text, spans)


def _models(root: Node) -> Iterator[type[Spec]]:
    """Yield the type of what a document declares; where that does not show, all it may be."""
    kind = _value(root, "kind")
    known = [KINDS[kind]] if kind in KINDS else KINDS.values()
    yield from (each.model for each in known)


def _value(node: Node, name: str) -> str:
    """Return the text of a key, which may be merged in, and "" if there is none."""
    node = node.target or node
    merged = list(node.items)
    for key, value in node.pairs:
        if _text(key) == name:
            return _text(value)
        merged += [value] if _text(key) == _MERGE else []
    return next((text for each in merged if (text := _value(each, name))), "")


def _text(node: Node) -> str:
    """Return what a key or value says, by itself or by an alias."""
    return (node.target or node).value


def _secrets(node: Node, model: type[Spec]) -> Iterator[Node]:
    """Yield the nodes of secret values in a part, and of what aliases in it refer to."""
    node = node.target or node
    for item in node.items:
        yield from _secrets(item, model)
    for key, value in node.pairs:
        name = _text(key)
        if name == _MERGE:
            yield from _secrets(value, model)
        elif name in sealed_fields(model):
            yield from _scalars(value)
        elif name in holding(model):
            for inner in specs_in(model.model_fields[name].annotation):
                yield from _secrets(value, inner)


def _scalars(node: Node) -> Iterator[Node]:
    """Yield what is not empty of a value, of whatever form it is."""
    node = node.target or node
    if node.sort == "scalar" and node.end > node.start:
        yield node
    for inner in node.inner:
        yield from _scalars(inner)
