"""How the secret values of exported manifests are given: left to Semaphore, named, or in clear."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from reconciler.kinds.api import Body
from reconciler.kinds.describing import Say, keep
from reconciler.kinds.secret_data import is_writable
from reconciler.model import Address, Sealed
from reconciler.model.logins import LOGINS

EXAMPLE: Final = ".env.example"
_OTHERS: Final = re.compile(r"[^A-Z0-9]+")
_STRUCTURE: Final = re.compile(r"^(data|spec)\.(env_vars|files|rules)\.|\.(value|content)$")


class Values(StrEnum):
    """LIVE: they stay where they are. ENV: each is in a variable. CLEAR: in manifests, if shown."""

    LIVE = "live"
    ENV = "env"
    CLEAR = "clear"


@dataclass(slots=True)
class Telling:
    """Gives the values of one export, and knows afterwards what it gave.

    ``kept``: how many were left to Semaphore, and ``shown``: how many of those it shows;
    ``variables``: which value each variable is for; ``clear``: how many stand in manifests.
    """

    values: Values = Values.LIVE
    kept: int = 0
    shown: int = 0
    clear: int = 0
    variables: dict[str, tuple[Address, str]] = field(default_factory=dict)

    def of(self, address: Address) -> Say:
        """Return what gives the values of an object."""
        given: dict[str, str | Body] = {}

        def say(path: str, sealed: Sealed) -> str | Body:
            if path not in given:  # what is said once more stays as it was
                given[path] = self._given(address, path, sealed)
            return given[path]

        return say

    def files(self) -> Mapping[str, str]:
        """Return the files that go with the manifests: an example of the variables to set."""
        if not self.variables:
            return {}
        lines = [f"# {where}: {path}\n{name}=\n" for name, (where, path) in self.variables.items()]
        return {EXAMPLE: "".join(lines)}

    def _given(self, address: Address, path: str, sealed: Sealed) -> str | Body:
        if self.values is Values.ENV:
            return {"env": self._variable(address, path)}
        if self.values is Values.CLEAR and is_writable(sealed, encoded=path.endswith(".content")):
            self.clear += 1
            return sealed.reveal()
        self.kept += 1
        self.shown += sealed.is_clear
        return keep(path, sealed)

    def _variable(self, address: Address, path: str) -> str:
        """Return a name that says what it is for, and is no other value's."""
        words = (address.project, address.name, _STRUCTURE.sub("", path))
        name = "_".join(filter(None, (_OTHERS.sub("_", word.upper()).strip("_") for word in words)))
        name = name if name[:1].isalpha() else f"SECRET_{name}".rstrip("_")
        unique, number = name, 1
        while unique in self.variables or unique in LOGINS:
            number += 1
            unique = f"{name}_{number}"
        self.variables[unique] = (address, path)
        return unique
