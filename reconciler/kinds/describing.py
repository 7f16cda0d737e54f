"""A live object as its manifest says it: the inverse of reading one, for every kind alike."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from reconciler.kinds.api import Body
from reconciler.kinds.fields import Ref
from reconciler.kinds.kind import Form, Kind, applies, mark, settle
from reconciler.kinds.sealing import FROM
from reconciler.kinds.secret_sources import KEEP, LIVE
from reconciler.kinds.unsaid import Where, dotted, leaving_out
from reconciler.model import Live, Sealed, Spec
from reconciler.model.items import labelled
from reconciler.model.literal import UUID, as_written, is_literal, verbatim
from reconciler.model.paths import joined, split

OUT_OF_ORDER: Final = "it is out of order: "
"""How it is remarked that an object is broken."""
Say = Callable[[str, Sealed], str | Body]
"""Given the path of a secret value and what is known of it: its text, or the source to name."""

KEPT: Final = {LIVE: KEEP}
"""What is said of a secret value that is left to Semaphore."""
_UNSAID: Final = "it is not said here, and stays as it is"
_STAYS: Final = "it stays as it is"
_NO_NAME: Final = "an id, for the name of what it is of can't be read with this token"
ENDINGS: Final = (_UNSAID, _STAYS, _NO_NAME)
"""What all that is remarked of a part ends in."""


class Remark(NamedTuple):
    """Something of an object that its manifest does not say, at a dotted path, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a manifest says of an object.

    ``data``: JSON data, keys in the order in which ``sem get`` prints them; None where there is
    nothing to say, or no manifest can be about this object at all: then ``remarks`` say why. Else
    they are about what is there, and could not be said as it is.
    """

    data: Body | None
    remarks: tuple[Remark, ...] = ()


def keep(_: str, __: Sealed) -> Body:
    """Leave a secret value to Semaphore."""
    return dict(KEPT)


def described(kind: Kind, live: Live, say: Say = keep, *, full: bool = False) -> Description:
    """Return what a manifest has to say so that the object is as declared.

    ``say`` gives the secret values. What means the same unsaid is left out, unless ``full``. So is
    what no manifest may say, such as a word that Semaphore has and would not take again: it stays
    as it is, and so does all that can't be said without it.
    """
    writer = _Writer(say, full=full)
    found: list[Remark] = []
    while True:
        version = writer.take_form_of(kind)
        section = writer.whole(live.spec)
        problem = _mistake(kind, section, version)
        if problem is None:
            break
        where, why = problem
        if where not in writer.loud and isinstance(_at(live.spec, where), Spec):
            writer.loud.add(where)  # what goes without saying may be what is missing
            continue
        cut = writer.way_out(kind, live.spec, where)
        if cut is None or cut in writer.silent:
            return Description(None, (*found, Remark(dotted(where, live.spec), why)))
        found.append(Remark(dotted(cut, live.spec), f"{_reason(writer, cut, why)}; {_UNSAID}"))
        writer.silent.add(cut)
    found += [Remark(dotted(where, live.spec), why) for where, why in writer.nameless]
    if kind.singleton and not section:
        return Description(None, tuple(found))
    whole = _with_project(section, kind, live.address.project)
    return Description({"apiVersion": version, "kind": kind.name, **whole}, tuple(found))


def remarks_of(live: Live, told: Description) -> tuple[Remark, ...]:
    """Return all that is to be remarked where an object is written down."""
    if not live.broken:
        return told.remarks
    return (*told.remarks, Remark("", f"{OUT_OF_ORDER}{live.broken}"))


@dataclass(slots=True)
class _Writer:
    """Turns parts of a value into plain data.

    ``needed`` and ``lacking``: what the form must have, and has not. ``silent``: what is not to be
    said; ``loud``: parts of which everything is. ``nameless`` collects what stands in the
    place of a name and is none, and why.
    """

    say: Say
    full: bool = False
    needed: frozenset[Where] = frozenset()
    lacking: frozenset[Where] = frozenset()
    silent: set[Where] = field(default_factory=set)
    loud: set[Where] = field(default_factory=set)
    nameless: dict[tuple[Where, str], None] = field(default_factory=dict)

    def take_form_of(self, kind: Kind) -> str:
        """Choose the first version that needs nothing of what is not to be said, and return it."""
        unsaid = set(map(joined, self.silent))
        forms = ((version, kind.forms.get(version, Form())) for version in kind.versions)
        fitting = (each for each in forms if unsaid.isdisjoint(each[1].required))
        version, form = next(fitting, (kind.versions[0], Form()))
        self.needed = frozenset(split(path) for path in form.required)
        self.lacking = frozenset(split(path) for path in form.lacks)
        return version

    def way_out(self, kind: Kind, spec: Spec, where: Where) -> Where | None:
        """Return the smallest part without which a mistake is none; None if there is no such."""
        part = _at(spec, where)
        for name, required, _ in _fields(type(part)) if isinstance(part, Spec) else ():
            cut = (*where, name)
            if required or cut in self.silent or leaving_out(cut, spec) != cut:
                continue
            without = replace(self, silent=self.silent | {cut})
            version = without.take_form_of(kind)
            left = _mistake(kind, without.whole(spec), version)
            if left is None or left[0] != where:
                return cut
        return leaving_out(where, spec)

    def whole(self, spec: Spec) -> Body:
        """Return what is to be said of an object; what has no name in it is known after that."""
        self.nameless.clear()
        return self.part(spec, ())

    def part(self, spec: Spec, above: Where, labels: str = "") -> Body:
        """Return what is to be said of a part; ``labels``: its path as secrets are known by."""
        said: Body = {}
        rest, derived = spec, _is_derived(type(spec))
        for name, required, default in _fields(type(spec)):
            value, where = getattr(spec, name), (*above, name)
            if value is None or where in self.silent or where in self.lacking:
                continue
            needed = required or self._is_to_be_said(where)
            if not needed and _goes_without_saying(value, default):
                continue
            if not needed and derived and not isinstance(value, Spec):
                without = rest.exchanging({name: default})
                if _is_same(without, spec):
                    rest = without
                    continue
            inner = self.value(self._named(spec, name, where), where, f"{labels}{name}")
            if isinstance(value, Sealed):
                if required or not value.is_empty:
                    said[name if isinstance(inner, str) else f"{name}{FROM}"] = inner
            elif needed or inner != {}:
                said[name] = inner
        return said

    def _is_to_be_said(self, where: Where) -> bool:
        return (
            self.full
            or where in self.needed
            or any(where[:depth] in self.loud for depth in range(len(where)))
        )

    def value(self, value: Any, where: Where, labels: str) -> Any:
        if isinstance(value, Spec):
            return self.part(value, where, f"{labels}.")
        if isinstance(value, Sealed):
            return self.say(labels, value)
        if isinstance(value, tuple):
            return [
                self.value(item, (*where, number), f"{labels}.{label}")
                for number, (label, item) in enumerate(labelled(value))
            ]
        return value

    def _named(self, spec: Spec, name: str, where: Where) -> Any:
        """Return what a field says, and note what stands there in the place of a name."""
        value, ref = getattr(spec, name), mark(type(spec), name, Ref)
        if not ref or ref.soft or not applies(ref, spec):
            return value
        for text in value if isinstance(value, tuple) else (value,):
            if is_literal(text):
                self.nameless[where, _lost(verbatim(text), ref.kind)] = None
            elif UUID.fullmatch(text):
                self.nameless[where, _NO_NAME] = None
        return tuple(map(as_written, value)) if isinstance(value, tuple) else as_written(value)


def _lost(text: str, kind: str) -> str:
    if UUID.fullmatch(text):
        return f"{text} is the id of no {kind} that can be seen; {_STAYS}"
    return f"{text!r} is no id, and leads to no {kind}, nor to one of that name; {_STAYS}"


@cache
def _fields(spec: type[Spec]) -> tuple[tuple[str, bool, Any], ...]:
    """Return the fields of a type, whether each is required, and else its default."""
    return tuple(
        (
            name,
            info.is_required(),
            None if info.is_required() else info.get_default(call_default_factory=True),
        )
        for name, info in spec.model_fields.items()
    )


@cache
def _is_derived(spec: type[Spec]) -> bool:
    """Whether what a field of this type says may follow from others."""
    return hasattr(spec, "same_as") or spec.canonical is not Spec.canonical


def _goes_without_saying(value: Any, default: Any) -> bool:
    return bool(value == default) or (value == () and default is None)


def _is_same(without: Spec, whole: Spec) -> bool:
    """Whether a part means the same without a field, and without those left out so far."""
    same_as = getattr(without, "same_as", None)
    return bool(same_as(whole)) if same_as else settle(without) == whole


def _mistake(kind: Kind, section: Body, version: str) -> tuple[Where, str] | None:
    """Return the first thing that a manifest may not say so, None if all is well."""
    try:
        kind.written(kind.upgrade(section, version))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = first.get("ctx", {}).get("error", first["msg"])
        return first["loc"], str(reason)
    return None


def _reason(writer: _Writer, cut: Where, why: str) -> str:
    """Say why a part can't be said: for what it needs can't, or for what is wrong in it."""
    beside = sorted(str(each[-1]) for each in writer.silent if each[:-1] == cut[:-1])
    return f"it can't be said without {', '.join(beside)}" if beside else why


def _at(spec: Any, where: Where) -> Any:
    """Return what stands at a path of a value, None if nothing does."""
    for step in where:
        if isinstance(spec, Spec):
            spec = getattr(spec, str(step), None)
        else:
            spec = spec[step] if isinstance(spec, tuple) and isinstance(step, int) else None
    return spec


def _with_project(section: Body, kind: Kind, project: str) -> Body:
    """Return the section with the name of its project: after its own, or first."""
    if not kind.project_at:
        return section
    part, key = split(kind.project_at[0])
    pairs = dict(section.get(part, {}))
    named = {"name": pairs.pop("name")} if "name" in pairs else {}
    inner = {**named, key: project, **pairs}
    return section | {part: inner} if part in section else {part: inner, **section}


def described_value(value: Any, say: Say = keep) -> Any:
    """Return a part of a live object, such as an item of a list, as a manifest says it."""
    return _Writer(say).value(value, (), "")


def said_of(kind: Kind, spec: Spec) -> Body:
    """Return all that there is to say of a value, whether a manifest may say so or not."""
    writer = _Writer(keep, full=True)
    writer.take_form_of(kind)
    return writer.whole(spec)
