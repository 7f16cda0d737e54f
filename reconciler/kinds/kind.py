"""What a kind is: one value that says everything about it, without a method of its own."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Literal, get_args

from reconciler.kinds.api import Api, Body, Item
from reconciler.kinds.fields import Normal, Ref
from reconciler.model import DECLARED, Address, Spec
from reconciler.model.literal import is_literal
from reconciler.model.paths import split
from reconciler.model.spec import unless_same

_ENVELOPE = ("apiVersion", "kind", "status")
"""What an object of any kind may have around its own keys."""


@dataclass(frozen=True, slots=True)
class NameRule:
    """What the server accepts as a name, and how to say it."""

    pattern: re.Pattern[str]
    words: str
    longest: int = 255
    no_uuid: Literal["", "whole", "part"] = ""
    """Whether the server takes a name that is, or has in it, a UUID for an id (B 2.4)."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a version of the format must have, and what it lacks, as dotted paths.

    Both are held against a section before it is brought into today's form.
    """

    required: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A list inside another kind's manifest that declares objects of this kind.

    ``read`` turns one entry of the list at a path into a section of this kind's own manifest;
    ``write`` turns a section into an entry, and ``spell`` the path of a field of the one into that
    in the other. ``keys`` are the usual ones of an entry.
    """

    kind: str
    paths: tuple[str, ...]
    keys: tuple[str, ...]
    read: Callable[[str, Body], Body]
    write: Callable[[str, Body], Body]
    spell: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of object.

    ``model``: the manifest below ``apiVersion`` and ``kind``. ``versions``: accepted apiVersions,
    the one to write first. ``project_at``: the keys that may name its project, () for a kind of
    the whole organization. ``singleton``: a project has exactly one, never created or deleted.
    ``read_only``: keys that answers and ``sem get`` show; accepted and dropped, never sent back.
    ``legacy``: keys that do nothing, with what to tell their author. ``upgrade`` turns an older
    form of a section into today's; ``forms``: what each version has other than the model says, and
    ``older``: its keys that the model has not, with what they mean today; ``with_older`` adds these
    to a section in today's form. ``contains``: entries
    that are objects of another kind.
    ``unwritable`` says why a complete value can't be sent, "" if it can. ``folder``: what a folder
    of its manifests is called, and the file of one that a project has only one of.
    """

    name: str
    title: str
    model: type[Spec]
    versions: tuple[str, ...]
    api: Api
    encode: Callable[[Item, Item | None], Body]
    decode: Callable[[Body], Item]
    name_rule: NameRule | None = None
    project_at: tuple[str, ...] = ()
    singleton: bool = False
    renamable: bool = True
    read_only: tuple[str, ...] = ()
    legacy: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    upgrade: Callable[[Body, str], Body] = lambda section, _: section
    forms: Mapping[str, Form] = field(default_factory=lambda: MappingProxyType({}))
    older: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    with_older: Callable[[Body], Body] = lambda section: section
    contains: Embedded | None = None
    unwritable: Callable[[Spec], str] = lambda _: ""
    folder: str

    def declared(self, section: Body, *, beyond: bool = False) -> Spec:
        """Parse what a user wrote into the form to compare by, as ``written`` does."""
        return normal(self.written(section, beyond=beyond))

    def written(self, section: Body, *, beyond: bool = False) -> Spec:
        """Parse what a user wrote, as it is; raises pydantic.ValidationError with every problem.

        ``beyond``: what we don't know is none.
        """
        extra: Literal["allow", "forbid"] = "allow" if beyond else "forbid"
        return self.model.model_validate(section, extra=extra, context=DECLARED)

    def observed(self, section: Body) -> Spec:
        """Parse what the server answered, as it says it; what we don't know is kept beyond."""
        spec = self.model.model_validate(section, extra="allow")
        for above, key in self._servers_own:
            spec.forget(above, key)
        return spec

    @cached_property
    def _servers_own(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Where answers have what is the server's to say, or is read elsewhere."""
        contained = self.contains.paths if self.contains else ()
        paths = (*_ENVELOPE, *self.read_only, *self.legacy, *self.project_at, *contained)
        parts = map(split, paths)
        return tuple((tuple(above), key) for *above, key in parts)

    def address(self, name: str, project: str) -> Address:
        if self.singleton:
            return Address(self.name, project, "")
        return Address(self.name, project if self.project_at else "", name)

    def needs(self, address: Address, spec: Spec) -> Iterator[Address]:
        """Yield what must exist first: its project, and everything it refers to."""
        if self.project_at:
            yield Address("Project", "", address.project)
        for ref, name in refs(spec):
            if not is_literal(name):
                yield Address(ref.kind, "", name)


def settle(spec: Spec) -> Spec:
    """Bring every part of a complete value into its one form."""
    return _formed(spec, complete=True)


def normal(spec: Spec) -> Spec:
    """Bring what is mentioned of a partial value into the form to compare by."""
    return _formed(spec, complete=False)


@cache
def _has_forms(spec: type[Spec]) -> bool:
    """Whether a meaning has more than one form in this type, or in one inside it."""
    return spec.canonical is not Spec.canonical or bool(_with_forms(spec))


@cache
def _with_forms(spec: type[Spec]) -> Mapping[str, Normal | None]:
    """Return the fields of which that can be so, each with its mark."""
    return {
        name: mark(spec, name, Normal)
        for name, info in spec.model_fields.items()
        if mark(spec, name, Normal) or any(map(_has_forms, specs_in(info.annotation)))
    }


def _formed(spec: Spec, *, complete: bool) -> Spec:
    if not _has_forms(type(spec)):
        return spec
    changes: dict[str, Any] = {}
    mentioned = spec.model_fields_set
    for name, mine in _with_forms(type(spec)).items():
        if not complete and name not in mentioned:
            continue
        value = spec.__dict__.get(name)
        formed = _formed_value(value, complete=complete)
        if mine and formed is not None:
            formed = mine.form(formed)
        if formed is not value and formed != value:
            changes[name] = formed
    formed_spec = spec.having(changes)
    return formed_spec.canonical() if complete else formed_spec


def _formed_value(value: Any, *, complete: bool) -> Any:
    if isinstance(value, Spec):
        return _formed(value, complete=complete)
    if isinstance(value, tuple) and any(isinstance(inner, Spec) for inner in value):
        return tuple(_formed(inner, complete=complete) for inner in value)
    return value


@cache
def mark(spec: type[Spec], name: str, sort: type[Any]) -> Any:
    """Return the mark of that sort on a field, or None."""
    return next((m for m in spec.model_fields[name].metadata if isinstance(m, sort)), None)


@cache
def _referring(spec: type[Spec]) -> tuple[str, ...]:
    """Return the fields of a type in which there can be references."""
    return tuple(
        name
        for name, info in spec.model_fields.items()
        if mark(spec, name, Ref) or any(_referring(inner) for inner in specs_in(info.annotation))
    )


@cache
def refers_to(spec: type[Spec], kind: str) -> bool:
    """Whether something of a kind can be referred to in values of a type."""
    for name in _referring(spec):
        ref = mark(spec, name, Ref)
        if ref and ref.kind == kind:
            return True
        if any(refers_to(inner, kind) for inner in specs_in(spec.model_fields[name].annotation)):
            return True
    return False


def specs_in(annotation: Any) -> Iterator[type[Spec]]:
    """Yield the Spec types that a field's annotation is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        yield annotation
    for part in get_args(annotation):
        yield from specs_in(part)


def refs(spec: Spec) -> Iterator[tuple[Ref, str]]:
    """Yield every reference inside a value with what it names."""
    for name in _referring(type(spec)):
        value = getattr(spec, name)
        ref = mark(type(spec), name, Ref)
        if ref and not applies(ref, spec):
            continue
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Spec):
                yield from refs(part)
            elif ref and part:
                yield ref, part


def paths_of(spec: Spec, kind: str, name: str, above: str = "") -> Iterator[str]:
    """Yield the dotted paths at which something of a kind is referred to."""
    for field_name in _referring(type(spec)):
        value = getattr(spec, field_name)
        ref = mark(type(spec), field_name, Ref)
        within = isinstance(value, tuple)
        for number, part in enumerate(value if within else (value,)):
            path = f"{above}{field_name}.{number}" if within else f"{above}{field_name}"
            if isinstance(part, Spec):
                yield from paths_of(part, kind, name, f"{path}.")
            elif ref and ref.kind == kind and part == name and applies(ref, spec):
                yield path


def translate(spec: Spec, lookup: Callable[[str, str], str]) -> Spec:
    """Return the value with every hard reference looked up: names to ids, or ids to names.

    Where nothing turns into something else the same value comes back. The order of names is not
    that of their ids: bring what was translated into form again before comparing it.
    """
    changes: dict[str, Any] = {}
    for name in _referring(type(spec)):
        value = getattr(spec, name)
        ref = mark(type(spec), name, Ref)
        if ref and (ref.soft or not applies(ref, spec)):
            continue
        translated = _translated(value, ref, lookup)
        if translated is not value:
            changes[name] = translated
    return spec.exchanging(changes)


def _translated(value: Any, ref: Ref | None, lookup: Callable[[str, str], str]) -> Any:
    if isinstance(value, tuple):
        return unless_same(value, tuple(_translated(part, ref, lookup) for part in value))
    if isinstance(value, Spec):
        return translate(value, lookup)
    return lookup(ref.kind, value) if ref and value else value


def applies(ref: Ref, spec: Spec) -> bool:
    """Whether a field of this value is a reference, or something else."""
    return ref.when is None or getattr(spec, ref.when[0]) == ref.when[1]
