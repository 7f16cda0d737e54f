"""Manifest files to the desired state, or all that is wrong with them at once."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, TextIO

from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS, Kind
from reconciler.manifest.alike import look_alikes
from reconciler.manifest.encoding import Unusable
from reconciler.manifest.files import (
    BARREN,
    EMPTY,
    EMPTY_FOLDER,
    STDIN,
    Found,
    ManifestFile,
    find,
    read_bytes,
)
from reconciler.manifest.foreign import is_encrypted, is_meant, may_be_meant
from reconciler.manifest.objects import Harvest, read_document
from reconciler.manifest.repository import Repository
from reconciler.manifest.strict_yaml import Reading, read
from reconciler.model import Address, Desired, DesiredState, Place, Problem, Severity
from reconciler.model.mentioned import mentioned

_EMPTY = (
    "there is no manifest in this file, and nothing is deleted because of that; "
    "remove the file, or restore its content"
)
_NO_INPUT = "there is no manifest in it, and nothing is deleted because of that"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the manifests declare, and what their authors should know."""

    state: DesiredState
    warnings: tuple[Problem, ...] = ()


def load(
    paths: Sequence[str],
    *,
    stdin: TextIO | BinaryIO | None = None,
    kinds: Mapping[str, Kind] = KINDS,
    newer: bool = False,
) -> Loaded:
    """Read files, directories and ``-``; raises InvalidManifests with every problem there is.

    ``newer``: the server is going to be asked about keys that nobody here knows.
    """
    found = find(paths)
    harvest = Harvest(newer, problems=list(found.problems), unread=list(found.unread))
    for file in found.files:
        _read_file(file, stdin or sys.stdin, kinds, harvest)
    harvest.problems.extend(_barren(found, harvest))
    repository = Repository()
    known = (_known(desired, repository) for desired in harvest.objects)
    objects = sorted(known, key=lambda desired: (desired.address, desired.place))
    harvest.problems.extend(_twice(harvest.declared))
    harvest.problems.extend(_renamed_twice(objects))
    harvest.problems.extend(look_alikes(objects))
    unread = sorted(set(harvest.unread))
    harvest.problems.extend(
        replace(each, text=f"not read: {each.text}")
        for each in unread
        if each.text not in (EMPTY, EMPTY_FOLDER)  # of interest only to those who prune
    )
    if any(problem.severity is Severity.ERROR for problem in harvest.problems):
        raise InvalidManifests([*harvest.problems, *harvest.aside])
    state = DesiredState(
        {desired.address: desired for desired in objects},
        owned=dict(sorted(harvest.owned.items())),
        unsaid=frozenset(harvest.unsaid),
        files=frozenset(file.path for file in harvest.files),
        unread=tuple(unread),
        unsearched=found.unsearched,
    )
    return Loaded(state, tuple(sorted(set(harvest.problems))))


def holds_manifests(path: str) -> bool:
    """Whether a file that is none of those to read has something in it that is meant for us."""
    harvest = Harvest(newer=True)
    _read_file(ManifestFile(path, ".", doubtful=True), sys.stdin, KINDS, harvest)
    return bool(harvest.files)


def _known(desired: Desired, repository: Repository) -> Desired:
    """Return an object with what is to be remembered of its manifest."""
    said = tuple(sorted(mentioned(desired.spec)))
    return replace(desired, file=repository.name(desired.place.file), mentioned=said)


def _read_file(
    file: ManifestFile,
    stdin: TextIO | BinaryIO,
    kinds: Mapping[str, Kind],
    harvest: Harvest,
) -> None:
    try:
        raw = read_bytes(file, stdin if file.path == STDIN else None)
    except Unusable as error:
        reading = Reading((), (error.problem,), whole=False)
    else:
        if file.doubtful and file.is_json and not may_be_meant(raw):
            return
        reading = read(file.path, raw)
    documents = [document for document in reading.documents if document.data is not None]
    empty = reading.whole and not documents
    if file.doubtful:
        documents = [each for each in documents if is_meant(each.data, kinds)]
        if not documents:
            harvest.unread.extend(_unread(file, reading, empty=empty))
            return
    harvest.files.add(file)
    harvest.problems.extend(reading.problems)
    if empty and not reading.problems:
        text = _NO_INPUT if file.path == STDIN else _EMPTY
        harvest.problems.append(Problem(Place(file.path), text))
    for document in documents:
        if not is_encrypted(document.data):
            read_document(document, file.root, kinds, harvest)


def _unread(file: ManifestFile, reading: Reading, *, empty: bool) -> Iterator[Problem]:
    """Yield why a doubtful file may have held manifests, nothing if it is another tool's."""
    if not reading.whole:
        yield replace(reading.problems[-1], severity=Severity.WARNING)
    elif empty:
        yield Problem(Place(file.path), EMPTY, Severity.WARNING)


def _barren(found: Found, harvest: Harvest) -> Iterator[Problem]:
    """Yield the directories that were named and have no manifest."""
    for name, files in found.folders.items():
        if not any(file in harvest.files for file in files):
            yield Problem(Place(name), BARREN)


def _twice(declared: Iterable[tuple[Address, Place]]) -> Iterable[Problem]:
    first: dict[Address, Place] = {}
    for address, place in sorted(declared):
        known = first.setdefault(address, place)
        if known is not place:
            yield Problem(place, f"{address} is declared twice; it is already at {known}")


def _renamed_twice(objects: Sequence[Desired]) -> Iterable[Problem]:
    """A former name is one object's only, and nobody's name unless they exchanged theirs."""
    renamed = {d.address: d.former for d in objects if d.rules.renamed_from}
    declared = {d.address: d.place for d in objects if not _is_exchanged(d.address, renamed)}
    for desired in objects:
        address = desired.former
        if address == desired.address:
            continue
        place = desired.place_of("reconciler.renamed_from")
        known = declared.setdefault(address, place)
        if known is not place:
            text = f"reconciler.renamed_from: {address} is declared at {known}, or renamed there"
            yield Problem(place, text)


def _is_exchanged(address: Address, renamed: Mapping[Address, Address]) -> bool:
    """Whether following what objects were called leads back to this one."""
    seen: set[Address] = set()
    before = renamed.get(address)
    while before is not None and before != address and before not in seen:
        seen.add(before)
        before = renamed.get(before)
    return before == address
