"""Facts about a kind's corner of the API: where it lives, how it is listed and addressed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from reconciler.model import Spec
from reconciler.model.beyond import sendable

Body = dict[str, Any]
"""A JSON object of a request or an answer."""


class Paging(StrEnum):
    """How a listing is cut into pages (D 7)."""

    WHOLE = "whole"
    HAS_MORE = "has more"
    TOKENS = "tokens"
    LINKS = "links"
    CURSOR = "cursor"


class Contradiction(Exception):
    """An answer says two things of one; its words hold no value of it."""


class Item(NamedTuple):
    """One object on its way to or from the wire; refs inside ``spec`` are ids here.

    ``project`` is the id of its project ("" for the organization's own), except that an encoder
    which needs the project's name finds it in ``project_name``. ``children``: what the server
    shows inside it, by id, in the form in which an update repeats it.
    """

    spec: Spec
    id: str = ""
    name: str = ""
    project: str = ""
    project_name: str = ""
    fixed: bool = False
    broken: str = ""
    revision: str = ""
    children: Mapping[str, Spec] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Switch:
    """A yes/no field that has its own two routes instead of a place in the update."""

    field: str
    on: str
    off: str


@dataclass(frozen=True, slots=True)
class Echo:
    """What an update must repeat lest the server delete it: the children of another kind.

    ``render`` gives the entry of one, to which comes what the server shows in it beyond that.
    ``bent``: whether the server takes the repeated child for something else, so that it has to be
    set right afterwards.
    """

    kind: str
    path: str
    render: Callable[[Item], Spec]
    bent: Callable[[Item], bool] = lambda _: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Where and how.

    ``path`` and ``params`` may hold ``{project}``, the project's id. ``item``: what one object is
    addressed by; ``update`` likewise, "" for a POST to the collection. ``reads``: whether the
    server can list it at all (else it is read by its project). ``detail``: fields the listing
    lacks, and ``detail_params`` what to ask for them with. ``inside``: the key of a describe
    answer that holds the object. ``tokens``: every write carries a ``unique_token`` (C 1.8).
    ``busy``: the object refuses writes for now. ``not_ready``: words of a refusal that passes,
    ``no_feature`` those where the organization's plan or edition has none of the kind. ``crash``:
    what makes the list fail for good, and what helps.
    ``once``: where the answer to a create shows a value that is never shown again. ``later``: by
    path, fields that a create leaves out, with what it makes of them; an update sets them.
    ``permissions``: all that each method asks of the caller (A 0, B 1.6, C 1.2, D 2, F A2).
    ``heeded_with``: by path, the permission without which a write of that part is passed over in
    silence (B 2.5).
    ``has_id``: whether the server gives an id to each; else it goes by its name and its time (C 2),
    or by its project.
    ``admits_after``: seconds in which a new project's creator may be refused: until they are its
    admin, and five minutes more where the server remembers whom it refused.
    """

    path: str
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    heeded_with: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    admits_after: float = 5.0
    paging: Paging = Paging.WHOLE
    list_key: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    page_size: int = 0
    item: Literal["id", "name", "project"] = "id"
    has_id: bool = True
    update_by: Literal["id", "name", ""] = "id"
    detail: tuple[str, ...] = ()
    detail_params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    inside: str = ""
    tokens: bool = False
    busy: Callable[[Body], bool] = lambda _: False
    not_ready: str = ""
    no_feature: str = ""
    crash: str = ""
    once: str = ""
    later: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    switch: Switch | None = None
    echo: Echo | None = None

    def asks(self, method: str) -> str:
        """Say what a method asks of the caller, "" for nothing."""
        return " and ".join(self.permissions.get(method, ()))


def allowed_by(read: str, write: str) -> Mapping[str, tuple[str, ...]]:
    """Return the permissions of a kind that tells only reading from writing."""
    writes = dict.fromkeys(("POST", "PATCH", "DELETE"), (write,))
    return MappingProxyType({"GET": (read,), **writes})


def plain(value: Any) -> Any:
    """Return ``value`` as the body of a request: absent parts left out, secrets still sealed."""
    if isinstance(value, Spec):
        known = {name: plain(inner) for name, inner in value if inner is not None}
        return sendable(value.beyond) | known
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return value
