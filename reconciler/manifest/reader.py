"""Manifest files to the desired state, or all that is wrong with them at once."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import BinaryIO, TextIO

from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS, Kind
from reconciler.manifest.alike import look_alikes
from reconciler.manifest.encoding import Unusable
from reconciler.manifest.files import (
    BARREN,
    EMPTY,
    STDIN,
    Found,
    ManifestFile,
    find,
    not_read,
    read_bytes,
)
from reconciler.manifest.foreign import is_encrypted, is_meant, may_be_begun, may_be_meant
from reconciler.manifest.objects import Collected, read_document
from reconciler.manifest.repository import Repository
from reconciler.manifest.strict_yaml import Reading
from reconciler.manifest.text import Text
from reconciler.model import Address, Desired, DesiredState, Place, Problem, Severity, exchanged
from reconciler.model.mentioned import mentioned

_EMPTY = (
    "there is no manifest in this file, and nothing is deleted because of that; "
    "remove the file, or restore its content"
)
_NO_MANIFEST = "it is no manifest"
_ENCRYPTED = "it is encrypted"
_NO_INPUT = "there is no manifest in it, and nothing is deleted because of that"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the manifests declare, and what their authors should know.

    ``texts``: the files that they were read from, by name.
    """

    state: DesiredState
    warnings: tuple[Problem, ...] = ()
    texts: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))


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
    collected = Collected(
        newer,
        problems=list(found.problems),
        unreadable=list(found.unreadable),
        empty=list(found.empty),
    )
    for file in found.files:
        _read_file(file, stdin or sys.stdin, kinds, collected)
    collected.problems.extend(_barren(found, collected))
    repository = Repository()
    names = {file.path: repository.name(file.path) for file in collected.files}
    known = (_known(desired, names) for desired in collected.objects)
    objects = sorted(known, key=lambda desired: (desired.address, desired.place))
    collected.problems.extend(_twice(collected.declared))
    collected.problems.extend(_renamed_twice(objects))
    collected.problems.extend(_one_for_two(objects))
    collected.problems.extend(look_alikes(objects))
    unreadable = tuple(sorted(set(collected.unreadable)))
    collected.problems.extend(unreadable)
    if any(problem.severity is Severity.ERROR for problem in collected.problems):
        raise InvalidManifests([*collected.problems, *map(_not_asked, collected.aside)])
    state = DesiredState(
        {desired.address: desired for desired in objects},
        owned=dict(sorted(collected.owned.items())),
        unsaid=frozenset(collected.unsaid),
        files=frozenset({file.path for file in collected.files} - collected.passed_over.keys()),
        unreadable=unreadable,
        unread=tuple(sorted(set(collected.empty))),
        passed_over=dict(sorted(collected.passed_over.items())),
        unsearched=found.unsearched,
        searched=tuple(sorted(found.folders)),
    )
    return Loaded(state, tuple(sorted(set(collected.problems))), collected.texts)


def declared_in(text: str, file: str) -> Desired:
    """Return what a text with one object declares; raises InvalidManifests, as ``load`` does."""
    (desired,) = all_declared_in(text.encode(), file)
    return desired


def all_declared_in(
    raw: bytes, file: str, root: str = ".", *, newer: bool = False
) -> list[Desired]:
    """Return what the content of a file declares; raises InvalidManifests, as ``load`` does."""
    whole, collected = Text(file, raw), Collected(newer)
    reading = whole.read()
    for document in reading.documents:
        if document.data is not None and not is_encrypted(document.data):
            read_document(document, whole, root, KINDS, collected)
    found = (*reading.problems, *collected.problems, *_twice(collected.declared))
    wrong = [problem for problem in found if problem.severity is Severity.ERROR]
    if wrong:
        raise InvalidManifests(wrong)
    return collected.objects


def _not_asked(problem: Problem) -> Problem:
    """Return what to say of a key about which a newer server could not be asked."""
    text = f"Semaphore was not asked, since there are errors: {problem.text}"
    return replace(problem, text=text, severity=Severity.WARNING)


def holds_manifests(path: str) -> bool:
    """Whether a file that is none of those to read has something in it that is meant for us."""
    collected = Collected(newer=True)
    _read_file(ManifestFile(path, ".", doubtful=True), sys.stdin, KINDS, collected)
    return bool(collected.files)


def _known(desired: Desired, names: Mapping[str, str]) -> Desired:
    """Return an object with what is to be remembered of its manifest; ``names`` of the files."""
    said = tuple(map(sys.intern, sorted(mentioned(desired.spec))))  # the same few for all objects
    return replace(desired, file=names[desired.place.file], mentioned=said)


def _read_file(
    file: ManifestFile,
    stdin: TextIO | BinaryIO,
    kinds: Mapping[str, Kind],
    collected: Collected,
) -> None:
    meant = True
    text = Text(file.path, b"")
    try:
        text = Text(file.path, read_bytes(file, stdin if file.path == STDIN else None))
    except Unusable as error:
        reading = Reading((), (error.problem,), whole=False)
    else:
        meant = not (file.doubtful and file.is_json) or may_be_meant(text.raw)
        if not meant and not may_be_begun(text.raw, kinds):
            collected.passed_over[file.path] = _NO_MANIFEST
            return
        reading = text.read()
    documents = [document for document in reading.documents if document.data is not None]
    empty = reading.whole and not documents
    if file.doubtful:
        documents = [each for each in documents if meant and is_meant(each.data, kinds)]
        if not documents:
            meant = meant or is_meant(reading.begun, kinds)
            _pass_over(file, reading, collected, empty=empty, meant=meant)
            return
    collected.files.add(file)
    collected.texts[file.path] = text
    collected.problems.extend(reading.problems)
    if empty and not reading.problems:
        nothing = _NO_INPUT if file.path == STDIN else _EMPTY
        collected.problems.append(Problem(Place(file.path), nothing))
    ours = [document for document in documents if not is_encrypted(document.data)]
    if documents and not ours:
        collected.passed_over[file.path] = _ENCRYPTED
    for document in ours:
        read_document(document, text, file.root, kinds, collected)


def _pass_over(
    file: ManifestFile, reading: Reading, collected: Collected, *, empty: bool, meant: bool
) -> None:
    """Note what a file is that has no manifest, as far as can be told, and need not have any."""
    if not reading.whole and meant:
        collected.unreadable.append(not_read(reading.problems[-1]))
    elif not reading.whole:
        collected.passed_over[file.path] = reading.problems[-1].text
    else:
        collected.passed_over[file.path] = EMPTY if empty else _NO_MANIFEST
        if empty:
            collected.empty.append(Problem(Place(file.path), EMPTY, Severity.WARNING))


def _barren(found: Found, collected: Collected) -> Iterator[Problem]:
    """Yield the directories that were named and have no manifest."""
    for name, files in found.folders.items():
        if not any(file in collected.files for file in files):
            yield Problem(Place(name), BARREN)


def _twice(declared: Iterable[tuple[Address, Place]]) -> Iterable[Problem]:
    first: dict[Address, Place] = {}
    for address, place in sorted(declared):
        known = first.setdefault(address, place)
        if known is not place:
            yield Problem(place, f"{address} is declared twice; it is already at {known}")


def _one_for_two(objects: Sequence[Desired]) -> Iterable[Problem]:
    """An entry's id says which one it was, and two can't have been the same."""
    first: dict[tuple[str, str, str], Place] = {}
    for desired in objects:
        address, place = desired.address, desired.place
        if not (desired.entry and desired.id):
            continue
        known = first.setdefault((address.kind, address.project, desired.id), place)
        if known is not place:
            text = f"{address} has the id of the one at {known}: give each its own, or none"
            yield Problem(place, text)


def _renamed_twice(objects: Sequence[Desired]) -> Iterable[Problem]:
    """A former name is one object's only, and nobody's name unless they exchanged theirs."""
    others = exchanged(objects)
    declared = {d.address: d.place for d in objects if d.address not in others}
    for desired in objects:
        address = desired.former
        if address == desired.address:
            continue
        place = desired.place_of("reconciler.renamed_from")
        known = declared.setdefault(address, place)
        if known is not place:
            text = f"reconciler.renamed_from: {address} is declared at {known}, or renamed there"
            text += "; if that rename was done, remove the line"
            yield Problem(place, text)
