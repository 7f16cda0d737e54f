"""The contexts of ``sem``: hosts and tokens in ``~/.sem.yaml``, read as it reads them (E 2.1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from reconciler.cli.plain_scalars import as_sem_reads
from reconciler.errors import BadSettings
from reconciler.manifest.strict_yaml import read as read_yaml
from reconciler.model import Sealed

ORIGIN = "~/.sem.yaml"
JSON = "~/.sem.json"
"""Counts instead where it is: what ``sem`` reads its settings with looks for that first."""


@dataclass(frozen=True, slots=True)
class Context:
    """One organization as ``sem`` knows it; ``host`` has no scheme.

    ``origin``: where its token is from, for those who look for a mistake.
    """

    name: str
    host: str
    token: Sealed
    origin: str = ORIGIN


@dataclass(frozen=True, slots=True)
class Contexts:
    """All of them by name; ``active`` is the one ``sem`` uses, "" without any."""

    active: str = ""
    found: Mapping[str, Context] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, name: str) -> Context | None:
        """Return a context by name; like ``sem``, whatever the case."""
        folded = {key.casefold(): context for key, context in self.found.items()}
        return self.found.get(name) or folded.get(name.casefold())


def read(environ: Mapping[str, str]) -> Contexts:
    """Read the file of the user's home directory, if it is there; raises BadSettings."""
    try:
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    except RuntimeError:
        return Contexts()
    for origin, parser in ((JSON, parse_json), (ORIGIN, parse)):
        try:
            raw = (home / origin.removeprefix("~/")).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise BadSettings(f"{origin}: can't be read: {error.strerror}") from None
        return parser(raw)
    return Contexts()


def parse(raw: bytes) -> Contexts:
    """Parse the file. What it says is never repeated: it holds tokens."""
    reading = read_yaml(ORIGIN, raw)
    if reading.problems:
        raise BadSettings(f"{min(reading.problems).place}: can't be read as YAML")
    node = next(yaml.compose_all(raw.decode("utf-8-sig"), yaml.CSafeLoader), None)
    return _contexts(_plain(node), ORIGIN)


def parse_json(raw: bytes) -> Contexts:
    """Parse settings in JSON; numbers are what they are in YAML."""
    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        data = _BROKEN
    if data is _BROKEN:  # here, so that the error does not hold the text
        raise BadSettings(f"{JSON}: can't be read as JSON")
    return _contexts(data, JSON)


_BROKEN = object()


class _Number(str):
    """The text of what is not in quotes."""

    __slots__ = ()


def _plain(node: yaml.Node | None) -> Any:
    """Return the data of a node; text that is not in quotes is a _Number, whatever it says."""
    match node:
        case yaml.MappingNode():
            return _merged(node) | {key.value: _plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return list(map(_plain, node.value))
        case yaml.ScalarNode() if node.style:  # in quotes, or a block
            return node.value
        case yaml.ScalarNode():
            return None if node.tag == "tag:yaml.org,2002:null" else _Number(node.value)
        case _:
            return None


def _merged(node: yaml.MappingNode) -> dict[str, Any]:
    """Return what other mappings give to one by ``<<``."""
    found: dict[str, Any] = {}
    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            given = _plain(value)
            for each in reversed(given if isinstance(given, list) else [given]):
                found |= each if isinstance(each, dict) else {}
    return found


def _contexts(data: Any, origin: str) -> Contexts:
    if data is None:
        return Contexts()
    if not isinstance(data, dict):
        raise BadSettings(f"{origin}: must be a mapping, as `sem connect` writes it")
    contexts = _at(data, "contexts") or {}
    if not isinstance(contexts, dict):
        raise BadSettings(f"{origin}: contexts must be a mapping")
    found = {str(name): _context(str(name), entry, origin) for name, entry in contexts.items()}
    return Contexts(_text(_at(data, "active-context")), MappingProxyType(found))


def _context(name: str, entry: Any, origin: str) -> Context:
    given = _at(_at(entry, "auth"), "token")
    token = _text(given)
    if isinstance(given, str) and given.strip() != token:
        origin += ", where it is not in quotes, so that sem reads a number"
    return Context(name, _text(_at(entry, "host")), Sealed(token), origin)


def _at(data: Any, key: str) -> Any:
    """Return what stands under a key, in whichever case it is written."""
    found = data.items() if isinstance(data, dict) else ()
    return next((value for name, value in found if str(name).casefold() == key), None)


def _text(value: Any) -> str:
    if isinstance(value, _Number):
        return as_sem_reads(str(value)).strip()
    return value.strip() if isinstance(value, str) else ""
