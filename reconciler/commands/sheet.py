"""One file of manifests, in which objects are said otherwise, and read again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

from reconciler import manifest
from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS
from reconciler.kinds.describing import Remark, described, remarks_of
from reconciler.kinds.kind import Embedded
from reconciler.model import Address, Desired, DesiredState, Directory, FieldChange, Live
from reconciler.model.mentioned import is_read
from reconciler.model.patch import Items, Kept, New, Patch, Put, Within
from reconciler.model.paths import at, split
from reconciler.planning import names
from reconciler.planning.absorb import Said, absorbed
from reconciler.planning.created import unsaid
from reconciler.planning.decide import decide
from reconciler.render.manifest_text import remark_text
from reconciler.splicing import File
from reconciler.splicing.nodes import Node
from reconciler.splicing.parts import Refusal


@dataclass(frozen=True, slots=True)
class Task:
    """One object of a file. Without ``live`` it goes; without ``desired`` it comes into the list of
    the project that ``home`` declares. ``leave``: paths of what stays as it is said. ``complete``:
    what it does not say and is not the default is to be said, too.
    """

    address: Address
    desired: Desired | None = None
    live: Live | None = None
    leave: frozenset[str] = frozenset()
    home: Desired | None = None
    complete: bool = False

    def differing(self, desired: Desired) -> tuple[FieldChange, ...]:
        """Return in what a manifest differs from what is there."""
        assert self.live is not None  # noqa: S101 — the caller has looked
        fields = decide(KINDS[desired.address.kind], desired, self.live).fields
        return (*fields, *unsaid(desired, self.live)) if self.complete else fields


@dataclass(frozen=True, slots=True)
class Addition:
    """Manifests of objects that are declared nowhere, for a file that may be there."""

    file: str
    root: str
    text: str
    addresses: tuple[Address, ...]


class Spot(NamedTuple):
    """Where an object is said: which document, and which item of what list, if of one."""

    number: int
    path: str = ""
    item: int = -1


@dataclass(frozen=True, slots=True)
class Attempt:
    """What would be in the file then.

    ``differing``: the fields that differ still, by object; None if it could not be read.
    """

    after: bytes | None
    refused: Mapping[Address, tuple[Refusal, ...]]
    remarks: Mapping[Address, tuple[Remark, ...]]
    differing: Mapping[Address, tuple[FieldChange, ...]] | None


@dataclass(slots=True)
class _List:
    """What becomes of the items of one list."""

    patches: dict[int, Patch] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    new: list[New] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A file as it was read, below ``root``; ``directory``: what is called how.

    ``added``: what is to be in it, too.
    """

    file: File
    root: str
    directory: Directory
    added: Addition | None = None

    def attempt(self, tasks: Sequence[Task], loud: frozenset[Address] = frozenset()) -> Attempt:
        """Return what comes of some tasks together; ``loud``: objects of which more is said."""
        patches: dict[int, Within] = defaultdict(lambda: Within({}, {}))
        lists: dict[Spot, _List] = defaultdict(_List)
        remarks: dict[Address, tuple[Remark, ...]] = {}
        gone: set[int] = set()
        for task in tasks:
            spot = self.spot(task)
            known = lists[Spot(spot.number, spot.path)] if spot.path else None
            if task.live is None and known is not None:
                known.gone.add(spot.item)
            elif task.live is None:
                gone.add(spot.number)
            elif task.desired is None and known is not None:
                known.new.append(New(_entry(task.live, spot.path)))
            else:
                patch, remarks[task.address] = self._patch(task, spot, task.address in loud)
                if patch and known is not None:
                    known.patches[spot.item] = patch
                elif isinstance(patch, Within):
                    patches[spot.number] = _merged(patches[spot.number], patch)
        for spot, items in lists.items():
            around = self._around(spot, items)
            patches[spot.number] = _merged(patches[spot.number], around)
        added = (self.added.text,) if self.added else ()
        true = {self.spot(t).number: self._true(t) for t in tasks if self._is_whole(t)}
        after, refused = self.file.changed(patches, gone, added, true)
        by_object = self._by_object(tasks, refused)
        return Attempt(after, by_object, remarks, self._differing(after, tasks))

    def is_corrected(self, task: Task) -> bool:
        """Whether something is remarked above an object that is true no longer."""
        return self._is_whole(task) and bool(
            self.file.corrections(self.spot(task).number, self._true(task))
        )

    def _is_whole(self, task: Task) -> bool:
        """Whether the object has a document of its own, and all of it was read."""
        whole = task.desired is not None and not task.desired.entry
        return whole and task.live is not None and is_read(task.live.spec)

    def _true(self, task: Task) -> list[str]:
        """Return all that may be remarked of an object today."""
        assert task.live is not None  # noqa: S101 — the callers have looked
        told = described(KINDS[task.address.kind], task.live)
        return [remark_text(remark) for remark in remarks_of(task.live, told)]

    def has(self, task: Task) -> bool:
        """Whether an object is said, or to be said, in words of its own."""
        try:
            self.spot(task)
        except LookupError:
            return False
        return True

    def spot(self, task: Task) -> Spot:
        """Return where an object is said, or is to be; raises LookupError."""
        desired = task.desired or task.home
        assert desired is not None  # noqa: S101 — a task has one of them
        number = self.file.number_at(desired.place)
        if task.desired is not None and not task.desired.entry:
            return Spot(number)
        for path in _contained().paths:
            node = self._node(number, path)
            if node is None or node.sort != "list":
                continue
            if task.desired is None:
                return Spot(number, path)
            item = self.file.item_at(node, desired.place)
            if item is not None:
                return Spot(number, path, item)
        raise LookupError(str(task.address))

    def _node(self, number: int, path: str) -> Node | None:
        node = self.file.documents[number].root
        for key in split(path):
            node = node.named(key) if node and node.sort == "mapping" else None
        return node

    def _patch(
        self,
        task: Task,
        spot: Spot,
        loud: bool,
    ) -> tuple[Patch | None, tuple[Remark, ...]]:
        assert task.desired is not None  # noqa: S101 — the caller has looked
        assert task.live is not None  # noqa: S101 — the caller has looked
        said: Any = self.data[spot.number]
        leave, contained = task.leave, _contained()
        kind = KINDS[task.address.kind]
        new = {f.path for f in unsaid(task.desired, task.live)} if task.complete else ()
        data = Said(said, leave, kind.with_older, new)
        if spot.path:
            data = Said(
                at(said, split(spot.path))[spot.item],
                frozenset(map(contained.spell, leave)),
                partial(contained.write, spot.path),
                frozenset(map(contained.spell, new)),
            )
        found = absorbed(kind, task.desired, task.live, data, loud=loud)
        return found.patch, found.remarks

    def _around(self, spot: Spot, items: _List) -> Within:
        """Return the patch of a document that has that of a list in it."""
        there = range(len(at(self.data[spot.number], split(spot.path)) or ()))
        kept = (Kept(n, items.patches.get(n)) for n in there if n not in items.gone)
        patch: Patch = Items((*kept, *items.new), spot.path)
        for key in reversed(split(spot.path)):
            patch = Within({key: patch}, {})
        assert isinstance(patch, Within)  # noqa: S101 — a path has a step
        return patch

    @cached_property
    def data(self) -> list[Any]:
        """What the documents say."""
        text = manifest.Text(self.file.name, self.file.raw)
        return [document.data for document in text.read().documents]

    @cached_property
    def _before(self) -> Mapping[Address, Desired]:
        return self._declared(self.file.raw)

    def _declared(self, raw: bytes | None) -> Mapping[Address, Desired]:
        """Return what a content declares, by names; raises InvalidManifests."""
        found = manifest.all_declared_in(raw or b"", self.file.name, self.root, newer=True)
        state = DesiredState({desired.address: desired for desired in found})
        return names.with_names(state, self.directory).objects

    def _differing(
        self, after: bytes | None, tasks: Sequence[Task]
    ) -> Mapping[Address, tuple[FieldChange, ...]] | None:
        """Return what differs then; None if something else is not as it was."""
        try:
            declared = self._declared(after)
        except InvalidManifests:
            return None
        expected = self._before.keys() - {t.address for t in tasks if t.live is None}
        expected |= {task.address for task in tasks if task.live}
        expected |= set(self.added.addresses if self.added else ())
        others = self._before.keys() & expected - {task.address for task in tasks}
        if declared.keys() != expected or any(
            (declared[a].spec, declared[a].rules) != (self._before[a].spec, self._before[a].rules)
            for a in others
        ):
            return None
        return {t.address: t.differing(declared[t.address]) for t in tasks if t.live}

    def _by_object(
        self, tasks: Sequence[Task], refused: Iterable[Refusal]
    ) -> Mapping[Address, tuple[Refusal, ...]]:
        """Tell apart what is refused of each document; of its entries, all of them."""
        found: dict[Address, tuple[Refusal, ...]] = {}
        for task in tasks:
            number = self.spot(task).number
            document = self.file.documents[number]
            found[task.address] = tuple(r for r in refused if document.start <= r.at < document.end)
        return found


def _contained() -> Embedded:
    contained = KINDS["Project"].contains
    assert contained is not None  # noqa: S101 — a fact of the kind
    return contained


def _entry(live: Live, path: str) -> Any:
    """Return a live object as an entry of a list."""
    contained = _contained()
    data = described(KINDS[live.address.kind], live).data or {}
    entry = contained.write(path, data)
    return {key: entry[key] for key in contained.keys if key in entry}


def _merged(one: Within, other: Within) -> Within:
    """Return both in one; where both say something of a key, it is a mapping to both."""
    parts: dict[str, Patch] = dict(one.parts)
    for key, patch in other.parts.items():
        there = parts.get(key)
        if isinstance(there, Within) and isinstance(patch, Within):
            parts[key] = _merged(there, patch)
        elif not isinstance(there, Put):
            parts[key] = patch
    return Within(parts, {**one.added, **other.added}, one.order or other.order, one.path)
