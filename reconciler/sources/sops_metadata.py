"""Where an encrypted file would have ``sops`` go: the servers that its metadata names."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import yaml
from yaml import CSafeLoader

FORMS: Final = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini"}
"""What sops takes a file for, by the end of its name; any other for binary."""

_KEY: Final = "sops"
_FLAT: Final = re.compile(r"(?im)^\s*[\w`\"]*__map_(vault_address|vault_url)[`\"]?\s*[=:]\s*(.*)$")


class Servers(NamedTuple):
    """Addresses as the file has them: of HashiCorp's Vault, of Azure's key vaults."""

    vaults: tuple[str, ...]
    azure: tuple[str, ...]


def servers(content: bytes, form: str) -> Servers:
    """Return the servers in the metadata of a file; what can't be read names none.

    Names are compared in any case, as sops does in JSON. There are ways to write a file that is
    read otherwise by sops; so nothing may be kept from a server by this alone.
    """
    try:
        found = set(_named(content, form))
    except (ValueError, RecursionError, yaml.YAMLError):
        found = set()
    return Servers(
        *(
            tuple(sorted(address for key, address in found if key == wanted))
            for wanted in ("vault_address", "vault_url")
        )
    )


def _named(content: bytes, form: str) -> Iterator[tuple[str, str]]:
    """Yield every key and text of the metadata, the key in small letters."""
    if form == "yaml":
        yield from _in_yaml(content)
    elif form in ("dotenv", "ini"):
        for key, text in _FLAT.findall(content.decode()):
            yield key.casefold(), text.strip().strip("\"'`")
    else:
        data = json.loads(content, object_pairs_hook=_Pairs)
        for key, value in data if isinstance(data, _Pairs) else ():
            if key.casefold() == _KEY:
                yield from _in_json(value)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all that it says twice."""


def _in_json(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, _Pairs):
        for key, value in data:
            if isinstance(value, str):
                yield key.casefold(), value
            else:
                yield from _in_json(value)
    elif isinstance(data, list):
        for value in data:
            yield from _in_json(value)


@dataclass(slots=True)
class _Open:
    """A YAML collection that is being read; ``key``: of a mapping, the one whose value is next."""

    mapping: bool
    within: bool
    key: str | None = None

    def has(self, text: str) -> str | None:
        """Take a scalar; return the key it is the value of, None if it is a key or an item."""
        if not self.mapping:
            return None
        key, self.key = self.key, text.casefold() if self.key is None else None
        return key


def _in_yaml(content: bytes) -> Iterator[tuple[str, str]]:
    """Go by events and not by nodes: neither depth nor aliases can make that long."""
    above: list[_Open] = []
    for event in yaml.parse(content, Loader=CSafeLoader):
        if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent) and above:
            text = event.value if isinstance(event, yaml.ScalarEvent) else ""
            key = above[-1].has(text)
            if key is not None and above[-1].within:
                yield key, text
        elif isinstance(event, yaml.CollectionStartEvent):
            within = bool(above) and (above[-1].within or above[-1].key == _KEY)
            above.append(_Open(isinstance(event, yaml.MappingStartEvent), within))
        elif isinstance(event, yaml.CollectionEndEvent):
            above.pop()
            if above:
                above[-1].has("")
