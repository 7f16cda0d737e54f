"""The contexts of ``sem``: hosts and their tokens in ``~/.sem.yaml`` (E 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciler.errors import BadSettings
from reconciler.manifest.strict_yaml import read as read_yaml
from reconciler.model import Sealed

ORIGIN = "~/.sem.yaml"


@dataclass(frozen=True, slots=True)
class Context:
    """One organization as ``sem`` knows it; ``host`` has no scheme."""

    name: str
    host: str
    token: Sealed


@dataclass(frozen=True, slots=True)
class Contexts:
    """All of them by name; ``active`` is the one ``sem`` uses, "" without any."""

    active: str = ""
    found: Mapping[str, Context] = field(default_factory=lambda: MappingProxyType({}))

    def get(self, name: str) -> Context | None:
        """Return a context by name; like ``sem``, whatever the case."""
        folded = {key.casefold(): context for key, context in self.found.items()}
        return self.found.get(name) or folded.get(name.casefold())


def read(environ: Mapping[str, str]) -> Contexts:
    """Read the file of the user's home directory, if it is there; raises BadSettings."""
    try:
        home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
        raw = (home / ".sem.yaml").read_bytes()
    except (FileNotFoundError, NotADirectoryError, RuntimeError):
        return Contexts()
    except OSError as error:
        raise BadSettings(f"{ORIGIN}: can't be read: {error.strerror}") from None
    return parse(raw)


def parse(raw: bytes) -> Contexts:
    """Parse the file. What it says is never repeated: it holds tokens."""
    reading = read_yaml(ORIGIN, raw)
    if reading.problems:
        raise BadSettings(f"{min(reading.problems).place}: can't be read as YAML")
    data = reading.documents[0].data if reading.documents else None
    if data is None:
        return Contexts()
    if not isinstance(data, dict):
        raise BadSettings(f"{ORIGIN}: must be a mapping, as `sem connect` writes it")
    contexts = data.get("contexts") or {}
    if not isinstance(contexts, dict):
        raise BadSettings(f"{ORIGIN}: contexts must be a mapping")
    found = {str(name): _context(str(name), entry) for name, entry in contexts.items()}
    return Contexts(_text(data.get("active-context")), MappingProxyType(found))


def _context(name: str, entry: Any) -> Context:
    entry = entry if isinstance(entry, dict) else {}
    auth = entry.get("auth")
    token = _text(auth.get("token")) if isinstance(auth, dict) else ""
    return Context(name, _text(entry.get("host")), Sealed(token))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
