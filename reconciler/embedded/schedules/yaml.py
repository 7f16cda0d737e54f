"""YAML as the real server's parser types it: no dates, no numbers of base 60."""

import re
from typing import Any

import yaml

from reconciler.embedded.definitions import yaml as limits
from reconciler.embedded.texts import integer

_INTEGER = "tag:yaml.org,2002:int"
# JSON writes a character beyond the first 65536 as two escapes, which the real parser joins.
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE
)


class Malformed(Exception):
    """Not YAML; the text stays out of the message."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # a base chosen at run time
    """Without the resolvers of YAML 1.1; ours are added below."""


_Loader.yaml_implicit_resolvers = {}


def _integer(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node))
    return int(text, 0) if text[1:2] in {"x", "o"} else integer(text)


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
    text = _PAIR.sub(_joined, text)
    try:
        limits.read(text)  # only to learn that it is not too much
        documents = list(yaml.load_all(text, Loader=_Loader))
    except (limits.Unreadable, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise Malformed(type(error).__name__) from None
    if not documents:
        return {}
    return documents[-1]


def _joined(pair: re.Match[str]) -> str:
    halves = bytes.fromhex(pair[2] + pair[3]).decode("utf-16-be")
    return f"{pair[1]}\\U{ord(halves):08x}"
