"""Where in a tree the manifest of an object goes: as a person would lay it out."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

from reconciler.kinds import KINDS
from reconciler.model import Address

SUFFIX: Final = ".yml"
_ORGANIZATION, _PROJECTS, _PROJECT = "organization", "projects", "project"
_LONGEST: Final = 100
_OTHERS: Final = re.compile(r"[^\w.-]+")
_TAKEN: Final = re.compile(
    r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|node_modules", re.IGNORECASE
)
"""What is no file's name on Windows, and a folder in which no manifest is looked for."""


class Layout(StrEnum):
    """One file for each object, for each project and what is in it, or for each kind."""

    OBJECT = "object"
    PROJECT = "project"
    KIND = "kind"


def layout(addresses: Iterable[Address], how: Layout = Layout.OBJECT) -> dict[Address, str]:
    """Return the file of each object, ``/`` between folders, whatever else is left out later.

    No two objects have files whose names differ in case alone, or in what no reader can tell apart.
    A name that is a file's name as it is stays so; others get what is left of them, and with that
    a part of their hash where it would be another one's.
    """
    known = sorted(addresses)
    homes = _file_names({a.name for a in known if a.kind == "Project"} | {a.project for a in known})
    if how is Layout.KIND:
        return {address: f"{_of_kind(address)}{SUFFIX}" for address in known}
    if how is Layout.PROJECT:
        return {address: f"{_of_project(address, homes)}{SUFFIX}" for address in known}
    folders: dict[str, list[Address]] = defaultdict(list)
    for address in known:
        folders[_folder(address, homes)].append(address)
    found: dict[Address, str] = {}
    for folder, inside in folders.items():
        names = _file_names({address.name for address in inside})
        for address in inside:
            found[address] = (
                f"{folder}{SUFFIX}"
                if _alone(address)
                else f"{folder}/{names[address.name]}{SUFFIX}"
            )
    return found


def reading_order(path: str) -> tuple[tuple[bool, str], ...]:
    """Return the key by which files of a layout are sorted: a project before what is in it."""
    return tuple((part != f"{_PROJECT}{SUFFIX}", part) for part in path.split("/"))


def _alone(address: Address) -> bool:
    return address.kind == "Project" or KINDS[address.kind].singleton


def _folder(address: Address, homes: Mapping[str, str]) -> str:
    """Return where the files of such objects are; for one that is alone, its file."""
    if address.kind == "Project":
        return f"{_PROJECTS}/{homes[address.name]}/{_PROJECT}"
    above = f"{_PROJECTS}/{homes[address.project]}" if address.project else _ORGANIZATION
    return f"{above}/{KINDS[address.kind].folder}"


def _of_kind(address: Address) -> str:
    above = _PROJECTS if KINDS[address.kind].project_at else _ORGANIZATION
    return f"{above}/{KINDS[address.kind].folder}"


def _of_project(address: Address, homes: Mapping[str, str]) -> str:
    home = address.name if address.kind == "Project" else address.project
    return f"{_PROJECTS}/{homes[home]}" if home else _ORGANIZATION


def _file_names(names: Collection[str]) -> dict[str, str]:
    """Return for each name what its file is called, without the ending."""
    plain = {name: _plain(name) for name in names}
    alike: dict[str, list[str]] = defaultdict(list)
    for name, short in plain.items():
        alike[folded(short)].append(name)
    found = {
        name: plain[name]
        for short, group in alike.items()
        for name in group
        if (len(group) == 1 or name == short) and _is_file_name(plain[name])
    }
    taken = {folded(short) for short in plain.values()}
    for name in sorted(set(names) - found.keys()):
        found[name] = next(n for n in _hashed(name, plain[name]) if folded(n) not in taken)
        taken.add(folded(found[name]))
    return found


def _plain(name: str) -> str:
    """Return what of a name can be in a file's: letters and digits of any script, and ``_.-``."""
    return _OTHERS.sub("-", unicodedata.normalize("NFC", name)).strip("-.")


def folded(short: str) -> str:
    """Return what two names have in common that are one to a disk that is blind to case."""
    return unicodedata.normalize("NFKC", short).casefold()


def _is_file_name(short: str) -> bool:
    return 0 < len(short.encode()) <= _LONGEST and not _TAKEN.fullmatch(short)


def _hashed(name: str, short: str) -> Iterator[str]:
    """Yield names with more and more of the hash."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    kept = short.encode()[:_LONGEST].decode(errors="ignore")
    for length in range(8, len(digest) + 1):
        yield f"{kept}-{digest[:length]}" if kept else digest[:length]
