"""Fixtures: a request, its answer, and what the client makes of that; read from YAML files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
_FIXTURES = _HERE / "fixtures"
NOT_GIVEN = object()

Step = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Request:
    """``json``, ``text`` or ``form`` is the body."""

    method: str
    target: str
    json: Any = NOT_GIVEN
    text: str | None = None
    form: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str | None = "any"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Request":
        method, target = entry["send"].split(" ", 1)
        rest = {
            key: entry[key] for key in ("json", "text", "form", "headers", "token") if key in entry
        }
        return cls(method=method, target=target, **rest)


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """One exchange.

    ``source`` is where it comes from: a section of the reference by letter and number, or the
    documentation. ``note`` says where the two disagree. ``body`` is matched as JSON, ``words`` as
    text. ``headers`` that are null must not be there. ``documented`` is an answer as a document
    shows it, to be understood too. ``client`` says what the client makes of the answer.
    """

    name: str
    source: str
    family: str
    request: Request
    status: int
    client: Mapping[str, Any]
    note: str = ""
    edition: str = "cloud"
    settings: Mapping[str, Any] = field(default_factory=dict)
    setup: tuple[Step, ...] = ()
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: Any = NOT_GIVEN
    words: str | None = None
    documented: Mapping[str, Any] | None = None


_OWN = frozenset(
    ("name", "source", "note", "edition", "settings", "setup", "status", "body", "words")
) | {"documented", "client"}


class _Loader(yaml.CSafeLoader):
    """Times stay the texts they are in answers."""


_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(), _Loader)  # noqa: S506 - a safe loader


def fixtures() -> Iterator[Fixture]:
    """All fixtures of all files, in the order of their names."""
    setups = _read(_HERE / "setups.yml")
    for path in sorted(_FIXTURES.glob("*.yml")):
        for entry in _read(path):
            yield _fixture(entry, path.stem, setups)


def _fixture(entry: Mapping[str, Any], family: str, setups: Mapping[str, list[Any]]) -> Fixture:
    own = {key: value for key, value in entry.items() if key in _OWN}
    request = {key: value for key, value in entry.items() if key not in _OWN}
    headers = request.pop("answers", {})
    steps = tuple(_steps(own.pop("setup", []), setups))
    return Fixture(family=family, request=Request.of(request), setup=steps, headers=headers, **own)


def _steps(listed: list[Any], setups: Mapping[str, list[Any]]) -> Iterator[Step]:
    """A text is the name of steps that several fixtures need."""
    for step in listed:
        if isinstance(step, str):
            yield from _steps(setups[step], setups)
        else:
            yield step
