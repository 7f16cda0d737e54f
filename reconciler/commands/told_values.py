"""How the secret values of exported manifests are given: left to Semaphore, named, or in clear."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from posixpath import dirname, relpath
from typing import Final

from reconciler.kinds.api import Body
from reconciler.kinds.describing import Say, keep
from reconciler.kinds.secret_data import is_writable
from reconciler.model import Address, Sealed
from reconciler.model.sealed import decoded_base64

EXAMPLE: Final = ".env.example"
ENCRYPTED: Final = "secrets.sops.yaml"
"""Files that go with the manifests."""

_FIRST: Final = "SECRET"
_OTHERS: Final = re.compile(r"[^A-Z0-9]+")
_STRUCTURE: Final = re.compile(r"^(data|spec)\.(env_vars|files|rules)\.|\.(value|content)$")


class Values(StrEnum):
    """LIVE: they stay where they are. ENV: each is in a variable, but for what is seen to have NUL
    characters, which none can hold. The others are for those that Semaphore shows. CLEAR: in
    manifests. SOPS: in an encrypted file beside them.
    """

    LIVE = "live"
    ENV = "env"
    CLEAR = "clear"
    SOPS = "sops"


@dataclass(slots=True)
class Telling:
    """Gives the values of one export, and knows afterwards what it gave.

    ``recipients``: the age keys for which some are encrypted. ``kept``: how many were left to
    Semaphore, and ``shown``: how many of those it shows; ``clear``: how many stand in manifests;
    ``variables``: which value each variable is for; ``sealed``: those to be encrypted, by key.
    """

    values: Values = Values.LIVE
    recipients: tuple[str, ...] = ()
    kept: int = 0
    shown: int = 0
    clear: int = 0
    variables: dict[str, tuple[Address, str]] = field(default_factory=dict)
    sealed: dict[str, Sealed] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def of(self, address: Address, file: str) -> Say:
        """Return what gives the values of an object whose manifest is in that file."""
        given: dict[str, str | Body] = {}

        def say(path: str, sealed: Sealed) -> str | Body:
            if path not in given:  # what is said once more stays as it was
                given[path] = self._given(address, path, sealed, file)
            return given[path]

        return say

    def example(self) -> str:
        """Return a list of the variables to set."""
        variables = self.variables.items()
        return "".join(f"# {where}: {path}\n{name}=\n" for name, (where, path) in variables)

    def _given(self, address: Address, path: str, sealed: Sealed, file: str) -> str | Body:
        encoded = path.endswith(".content")
        match self.values:
            case Values.ENV if not _has_nul(sealed, encoded=encoded):
                name = self._name(address, path)
                self.variables[name] = (address, path)
                return {"env": name}
            case Values.CLEAR if is_writable(sealed, encoded=encoded):
                self.clear += 1
                return sealed.reveal()
            case Values.SOPS if (text := _as_text(sealed, encoded=encoded)) is not None:
                name = self._name(address, path)
                self.sealed[name] = text
                return {"sops": {"file": relpath(ENCRYPTED, dirname(file) or "."), "key": name}}
        self.kept += 1
        self.shown += sealed.is_clear
        return keep(path, sealed)

    def _name(self, address: Address, path: str) -> str:
        """Return a name that says what it is for, and is no other value's.

        All begin alike, for without that some would be what this program, its sources, a shell or
        the loader obey: ``HTTPS_PROXY``, ``LD_PRELOAD``, ``VAULT_TOKEN``.
        """
        words = (address.project, address.name, _STRUCTURE.sub("", path))
        parts = (_OTHERS.sub("_", word.upper()).strip("_") for word in words)
        name = "_".join(filter(None, (_FIRST, *parts)))
        unique, number = name, 1
        while unique in self._names:
            number += 1
            unique = f"{name}_{number}"
        self._names.add(unique)
        return unique


def _has_nul(sealed: Sealed, *, encoded: bool) -> bool:
    """Whether a value that is in hand has what no variable can hold."""
    text = sealed.reveal() if sealed.is_clear else ""
    return "\0" in text or (encoded and b"\0" in (decoded_base64(text) or b""))


def _as_text(sealed: Sealed, *, encoded: bool) -> Sealed | None:
    """Return the text that a source gives of a value, None if it is not in hand, or no text."""
    if not is_writable(sealed, encoded=encoded):
        return None
    if not encoded:
        return sealed
    try:
        return Sealed((decoded_base64(sealed.reveal()) or b"").decode())
    except UnicodeDecodeError:
        return None
