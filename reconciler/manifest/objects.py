"""From one document to the objects it declares."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from reconciler.kinds import Kind
from reconciler.kinds.kind import normal
from reconciler.manifest.documents import Envelope, open_envelope
from reconciler.manifest.doubts import warn_of_doubts
from reconciler.manifest.files import ManifestFile
from reconciler.manifest.forms import misfits
from reconciler.manifest.identity import find_id, find_name, find_projects, without_project
from reconciler.manifest.nothing import KEPT, warn_of_nothing
from reconciler.manifest.places import FieldPlaces, Path, Places, borrowed
from reconciler.manifest.report import Report
from reconciler.manifest.rules import read_rules
from reconciler.manifest.sections import has, putting, without
from reconciler.manifest.strict_yaml import Document
from reconciler.manifest.text import Text
from reconciler.manifest.validation import report_errors
from reconciler.model import Address, Desired, Place, Problem, Rules, Spec
from reconciler.model.beyond import UnknownKey
from reconciler.model.paths import at, joined, split


@dataclass(slots=True)
class Collected:
    """What has been found so far, right and wrong: ``declared`` has the wrong ones too.

    ``unsaid``: projects under whose list of tasks there is nothing. ``unreadable``: what may hold
    manifests and can't be read; ``empty``: what holds nothing; ``passed_over``: what files without
    manifests are, by path. ``files``: those in which there are some, and their ``texts``.
    ``newer``: whether keys that nobody here knows are put ``aside``, for the server may be newer
    and know them.
    """

    newer: bool = False
    objects: list[Desired] = field(default_factory=list)
    declared: list[tuple[Address, Place]] = field(default_factory=list)
    owned: dict[str, Place] = field(default_factory=dict)
    unsaid: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)
    empty: list[Problem] = field(default_factory=list)
    passed_over: dict[str, str] = field(default_factory=dict)
    files: set[ManifestFile] = field(default_factory=set)
    texts: dict[str, Text] = field(default_factory=dict)
    aside: list[Problem] = field(default_factory=list)

    def put_aside(self, report: Report) -> tuple[Problem, ...]:
        """Take the problems of one object that may be none, and return them."""
        found = tuple(sorted(set((report.aside or {}).values())))
        self.aside.extend(found)
        return found


def read_document(
    document: Document, text: Text, root: str, kinds: Mapping[str, Kind], collected: Collected
) -> None:
    """Add the objects and problems of one document, which is in the text."""
    report = Report(document.places, collected.problems, aside={} if collected.newer else None)
    envelope = open_envelope(document.data, kinds, report)
    if envelope is None:
        return
    entries = _Entries(document, root, kinds, collected)
    reader = _Reader(envelope.kind, report)
    rules, section = reader.prepare(envelope)
    if reader.unreadable:
        return
    section = entries.take(envelope.kind, reader.name, section, report, rules)
    spec = reader.validate(section, absent=rules.absent)
    address = reader.address()
    beyond = collected.put_aside(report)
    if address:
        collected.declared.append((address, document.place))
    if spec is not None and address and not report.failed:
        collected.objects.append(
            Desired(
                address,
                spec,
                document.place,
                rules,
                text.places(document),
                root,
                id=reader.id,
                homes=reader.homes,
                beyond=beyond,
            )
        )


class _Reader:
    """Reads one section; what is wrong goes to the report."""

    def __init__(self, kind: Kind, report: Report) -> None:
        self.kind = kind
        self.report = report
        self.name = ""
        self.project = ""
        self.homes: dict[str, str] = {}
        self.id = ""
        self.unreadable = False

    def prepare(self, envelope: Envelope) -> tuple[Rules, dict[str, Any]]:
        """Return the rules and the section in today's form, name and project known."""
        self.id = find_id(envelope.section)
        written = self._stripped(envelope.section)
        section = self._upgraded(written, envelope.version)
        self.name = find_name(self.kind, section, self.report)
        self.homes = find_projects(self.kind, section, self.report)
        self.project = next(iter(self.homes.values()), "")
        rules = read_rules(envelope.rules, self.kind, self.name, self.report)
        for path, text in misfits(self.kind, envelope.version, written, absent=rules.absent):
            self.report.error(path, text)
            self.unreadable = True
        return rules, without_project(self.kind, section)

    def _stripped(self, section: dict[str, Any]) -> dict[str, Any]:
        """Drop what answers show and what has no effect any more."""
        keep = tuple(self.kind.model.model_fields)
        for dotted in self.kind.read_only:
            section = without(section, split(dotted), keep)
        for dotted, text in self.kind.legacy.items():
            path = split(dotted)
            if has(section, path):
                self.report.warning(path, text)
                section = without(section, path, keep)
        return section

    def _upgraded(self, section: dict[str, Any], version: str) -> dict[str, Any]:
        try:
            if version:
                return self.kind.upgrade(section, version)
        except ValueError as error:
            text, *where = error.args
            self.report.error(split(where[0]) if where else (), str(text))
        self.unreadable = True  # in another form every key would seem wrong
        return section

    def address(self) -> Address | None:
        """Return the address, None where a part of it is missing or wrong."""
        nameless = not self.name and not self.kind.singleton
        homeless = not self.project and self.kind.project_at
        return None if nameless or homeless else self.kind.address(self.name, self.project)

    def validate(self, section: dict[str, Any], *, absent: bool = False) -> Spec | None:
        """Return the typed value, None where it is wrong.

        Of an object that must not exist only the keys are checked, and no value is kept.
        """
        if absent:
            self.report.aside = None
        else:
            warn_of_nothing(self.kind.model, section, self.report)
        spec = self._parsed(section, absent=absent)
        if spec is None and self.report.aside and not self.report.failed:
            for path, problem in self.report.aside.items():
                section = putting(section, path, UnknownKey(at(section, path), problem))
            spec = self._parsed(section, beyond=True)
        if absent:
            return self.kind.model.model_construct(_fields_set=set())
        if spec is None:
            return None
        warn_of_doubts(spec, section, self.report)
        return normal(spec)

    def _parsed(
        self, section: dict[str, Any], *, absent: bool = False, beyond: bool = False
    ) -> Spec | None:
        try:
            return self.kind.written(section, beyond=beyond)
        except ValidationError as error:
            report_errors(error, self.kind, section, self.report, absent=absent)
            return None


class _Entries:
    """The lists of a manifest whose entries are objects of another kind (A 12)."""

    def __init__(
        self, document: Document, root: str, kinds: Mapping[str, Kind], collected: Collected
    ) -> None:
        self._document = document
        self._root = root
        self._kinds = kinds
        self._collected = collected
        self._rules = Rules()

    def take(
        self, kind: Kind, name: str, section: dict[str, Any], report: Report, rules: Rules
    ) -> dict[str, Any]:
        """Add every entry as an object, unless all go; return the section without the lists."""
        self._rules = rules.inherited
        paths = kind.contains.paths if kind.contains else ()
        for dotted in paths:
            path = split(dotted)
            if not has(section, path):
                continue
            entries = at(section, path)
            # an answer has each of the lists, and one of them is always empty (A 3)
            nothing = entries == [] and dotted != paths[0]
            if not (rules.absent or nothing):
                self._add_all(kind, name, path, entries, report)
            section = without(section, path, keep=tuple(kind.model.model_fields))
        return section

    def _add_all(self, kind: Kind, name: str, path: Path, entries: Any, report: Report) -> None:
        spelled = report.spell(path, {})
        if entries is None:
            assert kind.contains is not None  # noqa: S101 — the caller has looked
            key = split(kind.contains.paths[0])[-1]
            report.warning(path, f"{spelled}: {KEPT}; for none write `{key}: []`")
            self._collected.unsaid.add(name)
            return
        if name:
            self._collected.owned.setdefault(name, report.place(path))
        if isinstance(entries, list):
            for number, entry in enumerate(entries):
                self._add(kind, name, (*path, number), entry, report)
        else:
            report.error(path, f"{spelled} must be a list")

    def _add(self, parent: Kind, name: str, path: Path, entry: Any, report: Report) -> None:
        assert parent.contains is not None  # noqa: S101 — the caller has looked
        spelled = report.spell(path, self._document.data)
        if not isinstance(entry, dict):
            report.error(path, f"{spelled} must be a mapping")
            return
        dotted = joined(path[:-1])
        try:
            section = parent.contains.read(dotted, entry)
        except ValueError as error:
            report.error(path, f"{spelled}: {error.args[0]}")
            return
        kind = self._kinds[parent.contains.kind]
        file = self._document.places.file
        mark = borrowed(section, self._document.places.below(path))
        places = Places(file, mark)
        aside: dict[Path, Problem] | None = {} if self._collected.newer else None
        inner = Report(places, self._collected.problems, spelled, parent.contains.keys, aside)
        reader = _Reader(kind, inner)
        reader.name, reader.project = find_name(kind, section, inner), name
        reader.id = str(entry.get("id") or "").lower()  # as Semaphore writes it
        spec = reader.validate(section)
        address = reader.address()
        beyond = self._collected.put_aside(inner)
        if address:
            self._collected.declared.append((address, inner.place(())))
        if spec is not None and address and not inner.failed:
            found = FieldPlaces(file, lambda: (section, mark))
            desired = Desired(address, spec, inner.place(()), self._rules, found, self._root)
            desired = replace(desired, id=reader.id, entry=True, beyond=beyond)
            self._collected.objects.append(desired)
