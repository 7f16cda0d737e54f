"""What is called what: the one place where ids become names, and names ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, NamedTuple

from reconciler.model.literal import UUID, is_literal, literal, verbatim

_FOLDED: Final = frozenset({"Role", "OrganizationRole"})
"""Kinds of which names and ids are found whatever their case (C 1.5)."""


class Mention(NamedTuple):
    """A name or an id of a thing of some kind, in an object that is in a project, or in "" none."""

    kind: str
    project: str
    text: str


@dataclass(frozen=True, slots=True)
class Register:
    """The things of one kind: their names by id.

    ``folded``: upper and lower case are the same. ``veiled``: the permission that the token lacks
    to read the rest, of which an id or a name that is not here may be; "" if nothing is hidden.
    What has a name that looks like a literal goes by its id.
    """

    names: Mapping[str, str]
    folded: bool = False
    veiled: str = ""
    _ids: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {id_: id_ if is_literal(name) else name for id_, name in self.names.items()}
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "_ids", {self._key(name): id_ for id_, name in names.items()})

    def id(self, name: str) -> str:
        """Return the id of what has this name, "" if nothing has."""
        return self._ids.get(self._key(name), "")

    def name(self, text: str) -> str:
        """Return the name of what ``text`` is the id or the name of, "" if it is of nothing."""
        return self.name_of(text) or self.names.get(self.id(text), "")

    def name_of(self, id_: str) -> str:
        """Return the name of what has this id, "" if nothing is known to have it."""
        return self.names.get(self._key(id_), "")

    def calling(self, id_: str, name: str) -> "Register":
        """Return the same after a thing got a name, which nothing else has then."""
        others = {i: n for i, n in self.names.items() if self._key(n) != self._key(name)}
        return replace(self, names=others | {id_: name})

    def _key(self, text: str) -> str:
        return text.lower() if self.folded else text


@dataclass(frozen=True, slots=True)
class Directory:
    """All that manifests and live objects refer to, by kind.

    ``Project`` are the projects, ``Role`` the roles that somebody can have in one,
    ``OrganizationRole`` those that somebody has in the whole organization: the same name may be of
    either. Of a kind that is not there nothing was read.
    """

    registers: Mapping[str, Register] = field(default_factory=lambda: MappingProxyType({}))

    def veiled(self, kind: str) -> str:
        """Return the permission that is missing to read all of a kind, "" if nothing is hidden."""
        return self.registers[kind].veiled if kind in self.registers else ""

    def names(self, kind: str) -> Mapping[str, str]:
        """Return the names of a kind by id."""
        return self.registers[kind].names if kind in self.registers else MappingProxyType({})

    def id(self, kind: str, name: str) -> str:
        """Return the id of what has this name, "" if nothing is known to have it."""
        return self.registers[kind].id(name) if kind in self.registers else ""

    def knows(self, kind: str, text: str) -> bool:
        """Whether something is known that has this name or id."""
        return kind in self.registers and bool(self.registers[kind].name(text))

    def name(self, kind: str, text: str) -> str:
        """Return the name of what a user's text names or is the id of; the text if unknown."""
        return (self.registers[kind].name(text) if kind in self.registers else "") or text

    def meant(self, kind: str, text: str) -> str:
        """Return what a user's text refers to: as ``name``, but an id of nothing is literal."""
        name = self.name(kind, text)
        known = name != text or self.knows(kind, text) or not UUID.fullmatch(text)
        return name if known else self.seen(kind, text)

    def seen(self, kind: str, text: str) -> str:
        """Return what the server's text refers to: a name, or in its own form a literal.

        Only ids resolve. An id that may be of something we can't read stays as it is.
        """
        register = self.registers.get(kind)
        name = register.name_of(text) if register else ""
        if not name and UUID.fullmatch(text) and (register is None or register.veiled):
            return text
        return name or literal(text)

    def sent(self, kind: str, reference: str) -> str:
        """Return what to send: the id; else a name, which the server may know, or the literal."""
        return self.id(kind, reference) or verbatim(reference)

    def having(self, kind: str, names: Mapping[str, str], *, veiled: str = "") -> "Directory":
        """Return the same with all names of one kind that can be read, by id."""
        register = Register(names, folded=kind in _FOLDED, veiled=veiled)
        return Directory({**self.registers, kind: register})

    def besides(self, other: "Directory") -> "Directory":
        """Return the same with what the other knows of ids that are not in this one."""
        registers = dict(self.registers)
        for kind, register in other.registers.items():
            mine = registers.get(kind, register)
            registers[kind] = replace(mine, names={**register.names, **mine.names})
        return Directory(registers)

    def calling(self, kind: str, id_: str, name: str) -> "Directory":
        """Return the same after a thing got a name; of a kind that was not read, nothing more."""
        if kind not in self.registers:
            return self
        return Directory({**self.registers, kind: self.registers[kind].calling(id_, name)})
