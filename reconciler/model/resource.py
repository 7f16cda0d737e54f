"""The two states that are compared: what manifests declare, what Semaphore holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from reconciler.model.address import Address
from reconciler.model.directory import Directory, Mention
from reconciler.model.place import Place, Problem
from reconciler.model.spec import Spec


@dataclass(frozen=True, slots=True)
class Rules:
    """The ``reconciler:`` block of a manifest: how to treat the object, not what it is.

    ``protect``: None where nothing is said of it. ``forget``: once the manifest is gone, it is not
    ours any more, and stays. ``observe``: it is compared, and never written.
    """

    protect: bool | None = None
    ignore: tuple[str, ...] = ()
    renamed_from: str = ""
    absent: bool = False
    allow_replace: bool = False
    forget: bool = False
    observe: bool = False

    @property
    def inherited(self) -> "Rules":
        """What holds for the entries of a manifest, too, which have no rules of their own."""
        return Rules(forget=self.forget, observe=self.observe)

    def ignores(self, path: str) -> bool:
        """Whether a field is left to others, alone or with all that is around it."""
        return any(path == each or path.startswith(f"{each}.") for each in self.ignore)


@dataclass(frozen=True, slots=True)
class Desired:
    """What one manifest declares.

    ``places`` maps a dotted field path to where it stands; ``place`` is the document itself.
    ``root`` is the directory that files named in it must not leave. ``file`` is what its own is
    called from the top of the repository, "" where that is not known; ``mentioned`` are the paths
    of the fields that it speaks of. ``id`` is the one that an answer has shown, "" if none: perhaps
    in another organization. ``homes`` has its project by key, where it is named more than once.
    ``entry``: it is one of a list in another object's manifest. ``beyond``: the mistakes that its
    keys are which this version does not know, unless the server does.
    """

    address: Address
    spec: Spec
    place: Place
    rules: Rules = Rules()
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    root: str = "."
    file: str = ""
    mentioned: tuple[str, ...] = ()
    id: str = ""
    homes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    entry: bool = False
    beyond: tuple[Problem, ...] = ()

    @property
    def former(self) -> Address:
        """Where it is before the run: under its old name if it is to be renamed."""
        before = self.rules.renamed_from
        return replace(self.address, name=before) if before else self.address

    def place_of(self, path: str) -> Place:
        """Return the place of a field, or of the nearest thing around it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition(".")[0]
        return self.place


@dataclass(frozen=True, slots=True)
class UnreadFile:
    """A file that declared something once, was not read, and may well declare it still.

    ``why``: what became of it, in words that go on from its name. ``place``: where to look, if it
    belongs to what was searched; None where it was not to be read.
    """

    why: str
    place: Place | None = None


def exchanged(objects: Iterable[Desired]) -> frozenset[Address]:
    """Return the objects that are each to have the name of another, in a circle."""
    before = {each.address: each.former for each in objects if each.rules.renamed_from}
    found = set()
    for start, next_ in before.items():
        seen, address = {start}, next_
        while address in before and address not in seen:
            seen.add(address)
            address = before[address]
        found |= {start} if address == start else set()
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class DesiredState:
    """All manifests together.

    ``owned``: projects whose ``spec.tasks`` was written: their schedules are these and no others.
    ``unsaid``: those where nothing is under it: of their schedules nothing is said. ``files``: what
    manifests were read from. ``unreadable``: what may hold others and can't be read; ``unread``:
    what else may, empty or not among what is read: what is declared there is not gone.
    ``passed_over``: files that are no manifests, and what they are, by path; ``unsearched``:
    folders that are left to package managers. ``searched``: the directories that were named.
    ``unread_files``: by names from the top of the repository.
    """

    objects: Mapping[Address, Desired]
    owned: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    unsaid: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    unreadable: tuple[Problem, ...] = ()
    unread: tuple[Problem, ...] = ()
    passed_over: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unsearched: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    unread_files: Mapping[str, UnreadFile] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Live:
    """What Semaphore holds.

    ``fixed``: it can't be changed in place (a secret whose values the server hides, B 2.7).
    ``broken``: what is wrong with it by the server's own account (an UNUSABLE target).
    ``revision``: what moves when somebody writes it, "" where the API tells nothing.
    ``verbatim``: ``spec`` before it was brought into form, just as the server shows it.
    ``children``: what it shows inside it, by id. ``home``: the id of the project that it is in;
    ``refers``: those of the projects that it refers to, by name.
    """

    address: Address
    id: str
    spec: Spec
    fixed: bool = False
    broken: str = ""
    revision: str = ""
    verbatim: Spec | None = None
    children: Mapping[str, Spec] = field(default_factory=lambda: MappingProxyType({}))
    home: str = ""
    refers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def written_at(self, revision: str) -> "Live":
        """Return the same as of the revision that an answer to our write told, if it told one."""
        return replace(self, revision=revision) if revision else self


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A kind, in a project or in "" none, that was to be read, and why it could not be.

    Of a project that is not for us to read, its kind and its name.
    """

    kind: str
    project: str
    why: str


def part_of(address: Address) -> tuple[str, str]:
    """Return kind and project by which an object is unread, if it is."""
    return address.kind, address.project or (address.name if address.kind == "Project" else "")


@dataclass(frozen=True, slots=True)
class LiveState:
    """What was read, what it is all called, and what could not be read but need not be.

    ``contents``: what else there is in projects, whether this run may touch it or not;
    ``referring``: what else refers to projects, each with the project's name.
    """

    objects: Mapping[Address, Live]
    directory: Directory = field(default_factory=Directory)
    unread: tuple[Unread, ...] = ()
    contents: Mapping[Address, Live] = field(default_factory=lambda: MappingProxyType({}))
    referring: frozenset[tuple[Address, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What has to be read for a plan.

    ``kinds``: kinds of the whole organization. ``within``: for kinds that live in projects, the
    names of those projects. ``details``: objects of which more than the listing shows is needed.
    ``mentions``: what manifests refer to, by name or id. ``optional``: kinds, each with its project
    or "", of which nothing is declared: that they can't be read stops nobody. ``in_full``: of
    every object more than the listing shows is needed.
    """

    kinds: frozenset[str] = frozenset()
    within: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    details: frozenset[Address] = frozenset()
    mentions: frozenset[Mention] = frozenset()
    optional: frozenset[tuple[str, str]] = frozenset()
    in_full: bool = False
