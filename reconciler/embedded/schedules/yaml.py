"""YAML as the real server's parser types it: no dates, no numbers of base 60."""

import re
from typing import Any

import yaml

_INTEGER = "tag:yaml.org,2002:int"


class Malformed(Exception):
    """Not YAML; the text stays out of the message."""


class _Loader(yaml.SafeLoader):
    """Without the resolvers of YAML 1.1; ours are added below."""


_Loader.yaml_implicit_resolvers = {}


def _integer(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node))
    return int(text, 0) if text[1:2] in {"x", "o"} else int(text)


_Loader.add_constructor(_INTEGER, _integer)
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    (
        "bool",
        r"true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF",
        list("tTfFyYnNoO"),
    ),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?",
        list("-+.0123456789"),
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )


def parse(text: str) -> Any:
    """The last document; an empty text is an empty map."""
    try:
        documents = list(yaml.load_all(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise Malformed(type(error).__name__) from None
    if not documents:
        return {}
    return documents[-1]
