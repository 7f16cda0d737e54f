"""The names that manifests have, as far as a quick look tells: for who types one of them."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reconciler.kinds import KINDS, Kind
from reconciler.manifest.encoding import Unusable
from reconciler.manifest.files import find, read_bytes
from reconciler.manifest.strict_yaml import read
from reconciler.model import Address


def named(paths: Sequence[str], seconds: float) -> list[Address]:
    """Return what files declare, right or wrong otherwise; no more than is found in that time."""
    end = time.monotonic() + seconds
    found: set[Address] = set()
    for file in find(paths).files:
        if time.monotonic() > end:
            break
        try:
            raw = read_bytes(file, None)
        except Unusable:
            continue
        if b"apiVersion" in raw:
            found |= set(_declared(document.data for document in read(file.path, raw).documents))
    return sorted(found)


def _declared(documents: Iterable[Any]) -> Iterator[Address]:
    for data in documents:
        word = _at(data, "kind")
        kind = KINDS.get(word) if isinstance(word, str) else None
        if kind is not None:
            yield from _of_one(kind, data)


def _of_one(kind: Kind, data: Any) -> Iterator[Address]:
    name = _text(_at(data, "metadata.name"))
    project = next(filter(None, (_text(_at(data, path)) for path in kind.project_at)), "")
    if (name or kind.singleton) and (project or not kind.project_at):
        yield kind.address(name, project)
    for path in kind.contains.paths if kind.contains else ():
        entries = _at(data, path)
        for entry in entries if isinstance(entries, list) else ():
            if name and kind.contains and (inner := _text(_at(entry, "name"))):
                yield Address(kind.contains.kind, name, inner)


def _at(data: Any, dotted: str) -> Any:
    for key in dotted.split("."):
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
