"""What we remember of what we applied: ownership, the third side of a comparison, protection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

from reconciler.model.address import Address
from reconciler.model.hashes import Hashes
from reconciler.model.resource import Live

_T = TypeVar("_T")
_CREATING = ("create", "replace")


@dataclass(frozen=True, slots=True)
class Record:
    """One object as we left it.

    ``shown`` is the whole value as plain data without secret values; ``secrets`` maps the path of
    each secret value we wrote to its keyed hash. ``id`` and ``revision`` are those that the answer
    to our write told, or those we read right after it: when they moved, somebody else wrote.
    ``protect`` outlives the manifest. ``assumed`` maps the path of each hidden value that was never
    written by us to the keyed hash of what was declared when the object was adopted; ``begun`` that
    of each hidden value which was to be written, and no answer told that it was: whose value is
    there is not known. ``file``: where it was declared last, from the top of the repository;
    ``mentioned``: the paths of the fields that were declared there. ``home``: the id of the project
    that it is in. All three are empty where that is not known. ``entry``: it was declared in the
    manifest of its project. ``forget``: it is given back once its manifest is gone. ``refers``: the
    ids of the projects that it refers to, by name.
    """

    address: Address
    id: str
    revision: str
    shown: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    secrets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    protect: bool = False
    assumed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    file: str = ""
    mentioned: tuple[str, ...] = ()
    begun: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    home: str = ""
    entry: bool = False
    forget: bool = False
    refers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def is_of(self, live: Live) -> bool:
        """Whether it is this object, and none that others made in its place.

        By its id; of what has none, and is there once in each project, by that of its project.
        """
        return self.id == live.id and self.may_be_in(live.home)

    def may_be_in(self, home: str) -> bool:
        """Whether it can be in the project of this id: nothing can be moved to another one."""
        return not (self.home and home) or self.home == home


@dataclass(frozen=True, slots=True)
class Intended:
    """A step that was begun, and cut off or failed: it may have happened, or a part of it.

    ``action``: create, update and so on. ``secrets``: by path, the hashes of the values it was to
    write. ``kept``: what an object that was to be created again had before, as plain data without
    secret values. ``uncreated``: whatever is there, it did not make it; ``made``: the id of what it
    did make; ``made_at``: its revision, if nothing more was written. ``home``: the id of the
    project that it was to be in, "" where that is not known; ``refers``: those of the projects that
    it was to refer to, by name.
    """

    action: str
    secrets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    kept: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    uncreated: bool = False
    made: str = ""
    made_at: str = ""
    home: str = ""
    refers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


_Told = TypeVar("_Told", Record, Intended)


@dataclass(frozen=True, slots=True)
class Memory:
    """All records of one organization, and how their secrets are hashed.

    ``intended``: the steps that were begun and not done. ``doubts``: why nothing is to be pruned
    by these records; ``guarded``: what others, which are missing, said to be protected, with its
    id. ``moves``: where objects are, by where they were when they were recorded, if somebody
    renamed them since; ``displaced``: those that are where another one was recorded, which is gone.
    """

    records: Mapping[Address, Record] = field(default_factory=lambda: MappingProxyType({}))
    hashes: Hashes = field(default_factory=Hashes)
    intended: Mapping[Address, Intended] = field(default_factory=lambda: MappingProxyType({}))
    doubts: tuple[str, ...] = ()
    guarded: Mapping[Address, str] = field(default_factory=lambda: MappingProxyType({}))
    moves: Mapping[Address, Address] = field(default_factory=lambda: MappingProxyType({}))
    displaced: frozenset[Address] = frozenset()

    def project_ids(self) -> dict[str, set[str]]:
        """Return the ids of projects by their names: as recorded, else as others of ours know them.

        Those are what is in them, and what refers to them; they may know several of one name, where
        others made a project anew.
        """
        told: list[tuple[Address, Record | Intended]] = []
        told += self.records.items()
        told += self.intended.items()
        known: dict[str, set[str]] = {}
        for address, one in told:
            for name, id_ in ((address.project, one.home), *one.refers.items()):
                if name and id_:
                    known.setdefault(name, set()).add(id_)
        return known | {name: {id_} for id_, name in self._own_projects().items()}

    def _own_projects(self) -> dict[str, str]:
        return {one.id: at.name for at, one in self.records.items() if at.kind == "Project"}

    def about(self, name: str, ids: set[str]) -> set[Address]:
        """Return what is in a project that has this name and one of these ids, or refers to it."""
        known = self.records.keys() | self.intended.keys()
        return {address for address in known if not ids.isdisjoint(self.ids_of(name, address))}

    def ids_of(self, project: str, address: Address) -> set[str]:
        """Return the ids of a project that an object is in by this name, or refers to."""
        told = (self.records.get(address), self.intended.get(address))
        inside = project == address.project
        found = {one.home if inside else one.refers.get(project, "") for one in told if one}
        return found - {""} if project else set()

    def referring(self, address: Address) -> set[str]:
        """Return the names of the projects that an object refers to, or was to refer to."""
        told = (self.records.get(address), self.intended.get(address))
        return {name for one in told if one for name in one.refers}

    @property
    def projects(self) -> dict[str, str]:
        """The ids of projects of which one is known, by their names."""
        ours, found = self._own_projects(), dict[str, str]()
        for name, ids in self.project_ids().items():
            called = [id_ for id_ in ids if ours.get(id_, name) == name]  # else it was once
            if len(called) == 1:
                found[name] = called[0]
        return found

    @property
    def ids(self) -> dict[Address, str]:
        """The ids of all that is remembered, also by a ledger that is missing."""
        return {**self.guarded, **{address: one.id for address, one in self.records.items()}}

    @property
    def perhaps_made(self) -> frozenset[Address]:
        """What a run was to create, and nobody saw whether it did: it has no id that is known."""
        return frozenset(
            address
            for address, step in self.intended.items()
            if step.action in _CREATING and not step.uncreated and address not in self.records
        )

    def moved(self, projects: Mapping[str, str]) -> "Memory":
        """Return the same memory after projects were renamed, old name to new."""
        if not projects:
            return self

        def at(address: Address) -> Address:
            return replace(address, project=projects.get(address.project, address.project))

        records = [
            _referring(replace(record, address=at(one)), projects)
            for one, record in self.records.items()
        ]
        return replace(
            self,
            records={record.address: record for record in records},
            intended={at(a): _referring(step, projects) for a, step in self.intended.items()},
            guarded={**self.guarded, **{at(one): id_ for one, id_ in self.guarded.items()}},
            moves={a: there for a, now in self.moves.items() if (there := at(now)) != a},
        )

    def followed(self, moves: Mapping[Address, Address]) -> "Memory":
        """Return the same memory after objects were renamed outside, all at once.

        What was remembered of others under the new names is forgotten: they are there no longer. Of
        one that was remembered by both names, what is remembered by the new one counts.
        """
        if not moves:
            return self
        stay = {at: record for at, record in self.records.items() if at not in moves}
        came = {moves[at]: record for at, record in self.records.items() if at in moves}
        twice = {at for at in stay.keys() & came.keys() if stay[at].id == came[at].id}
        renamed = {at: replace(record, address=at) for at, record in came.items()}
        called = {at.name: now.name for at, now in moves.items() if at.kind == "Project"}
        known = stay | {at: record for at, record in renamed.items() if at not in twice}
        before = {at: moves.get(now, now) for at, now in self.moves.items()}
        return replace(
            self,
            records={at: _referring(record, called) for at, record in known.items()},
            intended=_renamed({a: _referring(s, called) for a, s in self.intended.items()}, moves),
            guarded={**self.guarded, **_renamed(self.guarded, moves)},
            moves={**moves, **before},
            displaced=self.displaced | (stay.keys() & came.keys()) - twice,
        )

    def without(self, addresses: Iterable[Address]) -> "Memory":
        """Return the same memory without records of these objects."""
        gone = set(addresses)
        records = {at: record for at, record in self.records.items() if at not in gone}
        return replace(self, records=records) if gone else self


def _referring(told: _Told, names: Mapping[str, str]) -> _Told:
    """Return the same where projects are called otherwise."""
    if names.keys().isdisjoint(told.refers):
        return told
    refers = {names.get(name, name): id_ for name, id_ in told.refers.items()}
    return replace(told, refers=refers)


def _renamed(told: Mapping[Address, _T], moves: Mapping[Address, Address]) -> dict[Address, _T]:
    stay = {at: one for at, one in told.items() if at not in moves}
    return stay | {moves[at]: one for at, one in told.items() if at in moves}
