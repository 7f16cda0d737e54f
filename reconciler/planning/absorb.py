"""What a manifest has to say otherwise so that its object is as declared."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from reconciler.kinds import Kind
from reconciler.kinds.api import Body
from reconciler.kinds.describing import Remark, described, said_of
from reconciler.kinds.fields import AnyOrder, Normal
from reconciler.kinds.kind import Form, mark, specs_in
from reconciler.model import Desired, Live, Spec
from reconciler.model.items import labels_shown
from reconciler.model.patch import Items, Kept, Patch, Put, Within
from reconciler.model.paths import below, split
from reconciler.planning.absorb_items import Sides, arranged
from reconciler.planning.overlay import overlay
from reconciler.planning.recognise import recognise


@dataclass(frozen=True, slots=True)
class Said:
    """The part of a document that declares an object.

    ``data``: what stands there; ``leave``: dotted paths of what is to stay as it is said; ``as_``:
    how a section stands there: as an entry of a list, or with words of older forms; ``unsaid``:
    paths of what is not said there, and is to be.
    """

    data: Any
    leave: Collection[str]
    as_: Callable[[Body], Body]
    unsaid: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Absorbed:
    """``patch``: what to change, None for nothing; ``remarks``: what can't be said, and why."""

    patch: Patch | None
    remarks: tuple[Remark, ...] = ()


def absorbed(
    kind: Kind, desired: Desired, live: Live, said: Said, *, loud: bool = False
) -> Absorbed:
    """Return what has to change in what is said. Secret values are never written.

    ``loud``: beside what changes all is said that is there and not the default, for one may need
    the other.
    """
    laid = overlay(live.spec, desired.spec, desired.rules.ignore).spec
    known = recognise(laid, live.spec).spec
    told, short = described(kind, live, full=True), described(kind, live)
    if told.data is None:
        return Absorbed(None, told.remarks)
    remarks = (*told.remarks, *_lacking(kind, str(said.data.get("apiVersion", ""))))
    mute = frozenset(remark.path for remark in remarks)
    unsaid, leave = frozenset(said.unsaid), frozenset(said.leave)
    walk = _Walk(leave, mute, unsaid, _orderless(kind.model), loud)
    there, shorter = (_section(kind, data) for data in (told.data, short.data or {}))
    sides = Sides(said.data, *map(said.as_, (said_of(kind, known), there, shorter)))
    return Absorbed(walk.patch(sides, "", whole=False), remarks)


def _lacking(kind: Kind, version: str) -> tuple[Remark, ...]:
    """Return what a version can't say; an entry of a list has none."""
    form = kind.forms.get(version, Form())
    return tuple(Remark(path, f"{version} has no {path}") for path in form.lacks)


def _section(kind: Kind, data: Body) -> Body:
    """Return what is the model's own of a manifest."""
    own: Body = {key: data[key] for key in kind.model.model_fields if key in data}
    for part, key in map(split, kind.project_at):
        if part in own:
            own[part] = {name: value for name, value in own[part].items() if name != key}
    return own


@cache
def _orderless(model: type[Spec]) -> frozenset[str]:
    """Return the names of lists whose order means nothing."""
    found: set[str] = set()
    for name, info in model.model_fields.items():
        if mark(model, name, AnyOrder) or mark(model, name, Normal):
            found.add(name)
        for inner in specs_in(info.annotation):
            found |= _orderless(inner)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through the sides; ``mute``: paths of what can't be said; ``unsaid``: what is to be."""

    leave: frozenset[str]
    mute: frozenset[str]
    unsaid: frozenset[str]
    orderless: frozenset[str]
    loud: bool

    def patch(self, sides: Sides, path: str, *, whole: bool) -> Patch | None:
        """Return what changes what is said so that it means what is there.

        ``whole``: what is not said is the default, not what there is.
        """
        said, wanted, there, _ = sides
        same = wanted == there and not self._is_unsaid(path)
        if same or (path and _is_in(path, self.leave)):
            return None
        if all(isinstance(side, dict) for side in (said, wanted, there)):
            return self._within(sides, path, whole=whole)
        if all(isinstance(side, list) for side in (said, wanted, there)):
            return self._items(sides, path)
        return None if self._is_left_in_part(path) else Put(sides.shorter, path)

    def _is_left_in_part(self, path: str) -> bool:
        return any(_is_in(each, (path,)) for each in self.leave)

    def _is_unsaid(self, path: str) -> bool:
        """Whether it is to be said, or a part of it, or all that is around it."""
        if not path:
            return bool(self.unsaid)
        return _is_in(path, self.unsaid) or any(_is_in(each, (path,)) for each in self.unsaid)

    def _within(self, sides: Sides, path: str, *, whole: bool) -> Within | None:
        said, wanted, there, _ = sides
        parts: dict[str, Patch] = {}
        for key in said:
            where = below(path, key)
            if key not in there and (key not in wanted or _is_in(where, self.mute)):
                continue
            inner = self.patch(sides.at(key), where, whole=whole)
            if inner is not None:
                parts[key] = inner
        added = {
            key: sides.at(key).shorter
            for key in there
            if key not in said
            and not _is_in(below(path, key), self.mute)
            and self._comes(key, sides, path, whole=whole, changes=bool(parts))
        }
        return Within(parts, added, tuple(there), path) if parts or added else None

    def _comes(self, key: str, sides: Sides, path: str, *, whole: bool, changes: bool) -> bool:
        """Whether a key is to be said that is not; ``changes``: something beside it does."""
        is_short = key in (sides.short or {})
        if is_short and self._is_unsaid(below(path, key)):
            return True
        if self.loud:
            return changes and is_short
        return whole and bool(sides.wanted.get(key) != sides.there[key])

    def _items(self, sides: Sides, path: str) -> Patch | None:
        def inner(sides: Sides, label: str, *, whole: bool) -> Patch | None:
            return self.patch(sides, below(path, label), whole=whole)

        def is_left(label: str) -> bool:
            where = below(path, label)
            return _is_in(where, self.leave) or self._is_left_in_part(where)

        if not _are_named(sides.wanted) and self._is_left_in_part(path):
            return None
        orderless = path.rpartition(".")[2] in self.orderless
        items = arranged(sides, inner, is_left, orderless=orderless)
        if items is None:
            return Put(sides.shorter, path)
        return None if items == tuple(map(Kept, range(len(sides.said)))) else Items(items, path)


def _is_in(path: str, others: Collection[str]) -> bool:
    return any(f"{path}.".startswith(f"{other}.") for other in others)


def _are_named(items: list[Any]) -> bool:
    return not any(label.isdecimal() for label in labels_shown(items))
