"""Documents to YAML text, in as many styles as users have."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.laws.strategies.basics import ById, Doc

Lookup = Callable[[str, str], str]

_TEXT = "tag:yaml.org,2002:str"
_BREAKS = "\x85\u2028\u2029"
"""What YAML 1.1 takes for the end of a line."""

_NULLS = ("", "~", "null", "Null", "NULL")
_STYLES = (None, None, "'", '"', "|", ">")
_TRUE, _FALSE = ("true", "True", "yes", "on"), ("false", "FALSE", "no", "off")


def write(folder: Path, docs: Sequence[Doc], lookup: Lookup, random: Random) -> list[str]:
    """Write documents to files, several to a file at times; return the paths in order."""
    texts = [text_of(doc, lookup, random) for doc in docs]
    files: list[list[str]] = []
    for text in texts:
        if files and random.random() < 0.5:
            files[-1].append(text)
        else:
            files.append([text])
    paths = []
    for number, parts in enumerate(files):
        path = folder / f"{number}.{random.choice(['yml', 'yaml'])}"
        path.write_text("---\n".join(parts), encoding="utf-8", newline="")
        paths.append(str(path))
    return paths


def text_of(doc: Doc, lookup: Lookup, random: Random) -> str:
    """Return one document; ids are looked up for what is to be referred to by id."""
    return yaml.serialize(
        _node(doc, lookup, random),
        Dumper=Dumper,
        allow_unicode=random.random() < 0.7,
        width=random.choice([20, 80, 4096]),
    )


class Dumper(yaml.emitter.Emitter, yaml.serializer.Serializer, yaml.resolver.BaseResolver):
    """Writes any text plainly where syntax allows it: ``yes`` and ``1.10`` need no quotes here."""

    def __init__(self, stream: Any, **options: Any) -> None:
        wanted = {key: options[key] for key in ("allow_unicode", "width")}
        yaml.emitter.Emitter.__init__(self, stream, **wanted)
        yaml.serializer.Serializer.__init__(self)
        yaml.resolver.BaseResolver.__init__(self)


def _node(value: Any, lookup: Lookup, random: Random) -> yaml.Node:
    match value:
        case dict():
            pairs = [
                (_node(key, lookup, random), _node(inner, lookup, random))
                for key, inner in value.items()
            ]
            random.shuffle(pairs)
            return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=_flow(random))
        case list():
            items = [_node(inner, lookup, random) for inner in value]
            return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=_flow(random))
        case None:
            return yaml.ScalarNode(_TEXT, random.choice(["~", "null"]))
        case bool():
            return yaml.ScalarNode(_TEXT, random.choice(_TRUE if value else _FALSE))
        case ById():
            return _text(lookup(value.kind, value), random)
        case _:
            return _text(str(value), random)


def _text(text: str, random: Random) -> yaml.ScalarNode:
    """Return a text in some style, quoted where it would be null or folded otherwise."""
    style = random.choice(_STYLES)
    if text in _NULLS and not style:
        style = "'"
    if any(character in text for character in _BREAKS):
        style = '"'
    return yaml.ScalarNode(_TEXT, text, style=style)


def _flow(random: Random) -> bool:
    return random.random() < 0.3
