"""Manifests in which objects are called what others have called them since, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from reconciler import manifest
from reconciler.commands.sheet import Sheet, Task
from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS
from reconciler.kinds.kind import normal, paths_of, translate
from reconciler.manifest import Loaded, Text
from reconciler.manifest.files import STDIN
from reconciler.model import Address, Desired, DesiredState, Directory, Place, Spec
from reconciler.model.absorption import Absorption, How, NotTaken, Rewrite, Taken
from reconciler.model.patch import patch_of
from reconciler.model.paths import at, joined, split
from reconciler.splicing import File

_NAME: Final = ("metadata", "name")
_OTHERWISE: Final = "what would be written here would not mean what is there"

Step = str | int
Said = tuple[tuple[str, ...], str, str]
"""Where something is said otherwise: its path, what it is, and what it is to be."""
Names = Mapping[Address, str]
"""What objects are to be called, by what they are called in the manifests."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """``loaded``: the manifests then; ``was``: the former address of each object with another one.

    ``fields``: what is said otherwise, by the objects of which it is; ``left``: what is not done,
    and why.
    """

    loaded: Loaded
    was: Mapping[Address, Address] = field(default_factory=lambda: MappingProxyType({}))
    fields: Mapping[Address, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    left: tuple[NotTaken, ...] = ()


def names_of(moves: Iterable[tuple[Address, Address]], state: DesiredState) -> dict[Address, str]:
    """Return what is to be called how, that is declared as the first and is the second of each.

    What is in a project goes with that, declared or not.
    """
    found: dict[Address, str] = {}
    for before, now in moves:
        home = Address("Project", "", before.project)
        if before.name != now.name:
            found[before] = now.name
        if before.project != now.project and home not in state.objects:
            found[home] = now.project
    return found


def renamed(loaded: Loaded, names: Names) -> Renamed:
    """Return the manifests with other names: all that go together, or each that goes alone."""
    if not names:
        return Renamed(loaded)
    try:
        return _Renaming(loaded, names).done()
    except _Refused as refused:
        if len(names) == 1:
            (address,) = names
            return Renamed(loaded, left=(refused.told(address),))
    done, good, left = Renamed(loaded), dict[Address, str](), []
    for address in sorted(names):
        try:
            done = _Renaming(loaded, good | {address: names[address]}).done()
            good[address] = names[address]
        except _Refused as refused:
            left.append(refused.told(address))
    return replace(done, left=tuple(left))


def with_renames(found: Absorption, done: Renamed, before: Mapping[str, Text]) -> Absorption:
    """Return what becomes of the files as they were read, of what becomes of them when renamed."""
    changed = {name for name, text in done.loaded.texts.items() if text is not before[name]}
    rewrites = {each.file: each for each in found.rewrites}
    roots = {each.place.file: each.root for each in done.loaded.state.objects.values()}
    for name in changed:
        raw = done.loaded.texts[name].raw
        then = rewrites.get(name) or Rewrite(name, roots[name], raw, raw)
        rewrites[name] = replace(then, before=before[name].raw)
    taken = {each.address: each for each in found.taken}
    for address, fields in done.fields.items():
        file = done.loaded.state.objects[address].place.file
        then_taken = taken.get(address) or Taken(address, How.CHANGED, file)
        taken[address] = replace(then_taken, fields=(*fields, *then_taken.fields))
    return Absorption(
        tuple(rewrites[name] for name in sorted(rewrites)),
        tuple(taken[address] for address in sorted(taken)),
        tuple(sorted({*found.left, *done.left})),
    )


class _Refused(Exception):
    def __init__(self, place: Place, why: str) -> None:
        super().__init__(why)
        self.place, self.why = place, why

    def told(self, address: Address) -> NotTaken:
        return NotTaken(address, "", self.place, f"it was renamed outside, and {self.why}")


@dataclass(frozen=True)
class _Renaming:
    """One try of it."""

    loaded: Loaded
    names: Names

    @property
    def _projects(self) -> dict[str, str]:
        return {a.name: name for a, name in self.names.items() if a.kind == "Project"}

    def done(self) -> Renamed:
        """Return what becomes of it; raises _Refused where it can't be done."""
        texts, objects = dict(self.loaded.texts), dict(self.loaded.state.objects)
        fields: dict[Address, tuple[str, ...]] = {}
        for name, inside in self._by_file().items():
            said = {each.address: [*self._said(each)] for each in inside}
            texts[name] = Text(name, self._spliced(name, inside, said))
            for before, after in self._read(texts[name], inside):
                del objects[before.address]
                if after.address in objects and self._at(after.address) == after.address:
                    raise _Refused(before.place, f"{after.address} is declared, too")
                objects[after.address] = after
                if said[before.address]:
                    fields[after.address] = tuple(
                        joined(path) for path, _, _ in said[before.address]
                    )
        was = {self._at(a): a for a in self.loaded.state.objects if self._at(a) != a}
        return Renamed(self._loaded(texts, objects), was, fields)

    def _loaded(self, texts: Mapping[str, Text], objects: Mapping[Address, Desired]) -> Loaded:
        state, projects = self.loaded.state, self._projects
        state = replace(
            state,
            objects={address: objects[address] for address in sorted(objects)},
            owned={projects.get(name, name): place for name, place in state.owned.items()},
            unsaid=frozenset(projects.get(name, name) for name in state.unsaid),
        )
        return replace(self.loaded, state=state, texts=texts)

    def _at(self, address: Address) -> Address:
        """Return where an object is then."""
        project = self._projects.get(address.project, address.project)
        return replace(address, name=self.names.get(address, address.name), project=project)

    def _by_file(self) -> dict[str, list[Desired]]:
        """Return all objects of the files in which anything is to be said otherwise."""
        objects = self.loaded.state.objects.values()
        files = {
            d.place.file for d in objects if any(self._said(d)) or self._at(d.address) != d.address
        }
        found: dict[str, list[Desired]] = defaultdict(list)
        for desired in objects:
            if desired.place.file in files:
                found[desired.place.file].append(desired)
        return found

    def _said(self, desired: Desired) -> Iterator[Said]:
        """Yield what is to be said otherwise of an object."""
        address = desired.address
        if address in self.names:
            yield _NAME[desired.entry :], address.name, self.names[address]
        for before, now in self._projects.items():
            if address.project == before and not desired.entry:
                for key in KINDS[address.kind].project_at:
                    if key in desired.places and desired.homes.get(key, before) == before:
                        yield split(key), before, now
            for path in paths_of(desired.spec, "Project", before):
                yield split(path), before, now

    def _spliced(
        self,
        name: str,
        inside: list[Desired],
        said: Mapping[Address, list[Said]],
    ) -> bytes:
        sheet = Sheet(File(name, self.loaded.texts[name].raw), inside[0].root, Directory())
        if name == STDIN or sheet.file.is_odd:
            raise _Refused(inside[0].place, "its file can't be written")
        changes: dict[int, dict[tuple[Step, ...], str]] = defaultdict(dict)
        for desired in inside:
            for path, before, now in said[desired.address]:
                number, steps = self._place(sheet, desired, path, before)
                changes[number][steps] = now
        patches = {n: patch_of(sheet.data[n], changes[n]) for n in changes}
        after, refused = sheet.file.changed(patches)
        for each in refused:
            raise _Refused(sheet.file.place(each.at), f"can't be called otherwise here: {each.why}")
        assert after is not None  # noqa: S101 — nothing goes
        return after

    def _place(
        self, sheet: Sheet, desired: Desired, path: tuple[str, ...], text: str
    ) -> tuple[int, tuple[Step, ...]]:
        """Return in which document of a file it stands, and where in that."""
        try:
            spot = sheet.spot(Task(desired.address, desired))
        except LookupError:
            raise _Refused(
                desired.place, "its list is said by an anchor that others share"
            ) from None
        data = sheet.data[spot.number]
        steps: list[Step] = [*split(spot.path), spot.item] if spot.path else []
        for step in path:
            there = at(data, steps)
            if isinstance(there, list) and step.isdecimal():
                steps.append(there.index(text) if text in there else int(step))
            else:
                steps.append(step)
        return spot.number, tuple(steps)

    def _read(self, text: Text, before: list[Desired]) -> list[tuple[Desired, Desired]]:
        """Read a file again, and return each object with what it is then, which is as it should."""
        try:
            found = manifest.all_declared_in(text.raw, text.file, before[0].root, newer=True)
        except InvalidManifests:
            raise _Refused(before[0].place, _OTHERWISE) from None
        now = {each.address: each for each in found}
        if len(now) != len(before):
            raise _Refused(before[0].place, _OTHERWISE)
        pairs = []
        for old in before:
            new = now.get(self._at(old.address))
            if new is None or (new.spec, new.rules) != (self._spec(old), old.rules):
                raise _Refused(old.place, _OTHERWISE)
            pairs.append((old, replace(new, file=old.file, mentioned=old.mentioned)))
        return pairs

    def _spec(self, desired: Desired) -> Spec:
        """Return what is to be declared of an object then."""
        projects = self._projects
        spec = translate(
            desired.spec, lambda kind, text: projects.get(text, text) if kind == "Project" else text
        )
        if desired.address in self.names:
            metadata: Any = spec.metadata  # type: ignore[attr-defined]  # what has a name has that
            name = {"name": self.names[desired.address]}
            spec = spec.exchanging({"metadata": metadata.exchanging(name)})
        return normal(spec)
