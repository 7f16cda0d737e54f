"""Files as people leave them: comments with tabs, other line ends, a BOM, no end, anchors."""

import codecs
from random import Random
from typing import Any

import yaml

from tests.laws.writing import Dumper

_COMMENTS = ("# as\tagreed - see [wiki]: {x}", "#", "# 'odd\" &x *y", "# Grüße")


def decorated(text: str, random: Random) -> bytes:
    """Return another text of the same documents."""
    for change in (_shared, _commented, _above, _endless, _windows):
        if random.random() < 0.5:
            other = change(text, random)
            if _data(other) == _data(text):
                text = other
    bom = codecs.BOM_UTF8 if random.random() < 0.3 else b""
    return bom + text.encode()


def _data(text: str) -> Any:
    try:
        return list(yaml.load_all(text, Loader=yaml.CBaseLoader))
    except yaml.YAMLError:
        return None


def _shared(text: str, random: Random) -> str:
    """Say once what is said twice in a document, by anchors."""
    roots = list(yaml.compose_all(text, Loader=yaml.CBaseLoader))
    texts = []
    for root in roots:
        known: dict[str, yaml.Node] = {}
        texts.append(yaml.serialize(_one(root, known, random), Dumper=Dumper, allow_unicode=True))
    return "---\n".join(texts)


def _one(node: Any, known: dict[str, yaml.Node], random: Random) -> yaml.Node:
    if isinstance(node, yaml.MappingNode):
        node.value = [(key, _one(value, known, random)) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        node.value = [_one(item, known, random) for item in node.value]
    same = yaml.serialize(node, Dumper=Dumper)
    return known.setdefault(same, node) if random.random() < 0.5 else node


def _commented(text: str, random: Random) -> str:
    """Put comments behind values."""
    lines = text.split("\n")
    for node in _scalars(text):
        end = node.end_mark
        last = node.style not in ("|", ">") and end.column == len(lines[end.line]) > 0
        if last and random.random() < 0.5:
            lines[end.line] += f"  {random.choice(_COMMENTS)}"
    return "\n".join(lines)


def _above(text: str, random: Random) -> str:
    """Put lines of comments, and empty ones, before those that begin with a key or a dash."""
    starts = {node.start_mark.line for node in _scalars(text) if node.start_mark.column == 0}
    lines = []
    for number, line in enumerate(text.split("\n")):
        if number in starts and random.random() < 0.3:
            lines += [random.choice(_COMMENTS), *([""] if random.random() < 0.5 else [])]
        lines.append(line)
    return "\n".join(lines)


def _scalars(text: str) -> list[yaml.ScalarNode]:
    waiting = list(yaml.compose_all(text, Loader=yaml.CBaseLoader))
    found = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            found.append(node)
        elif isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        else:
            waiting += node.value
    return found


def _endless(text: str, _: Random) -> str:
    return text.rstrip("\n")


def _windows(text: str, _: Random) -> str:
    return text.replace("\n", "\r\n")
