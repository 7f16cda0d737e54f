"""Hashes of secret values: each tells whether a value in hand is that one, and nothing else.

``NAME:SALT:HASH``. NAME is that of the key, "" for the one that is kept with the records. SALT is
made by the key of where and when the value stood, so that equal values have equal hashes nowhere
else, and nobody can have a value of their own choice hashed as another one was. It is kept, so that
a hash can be compared wherever its object is by now. ``NAME:HASH`` and ``HASH`` are what older
versions made: equal for equal values; they are compared, and made no more.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from reconciler.model.sealed import Sealed

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_SALT: Final = 32
"""Hex digits."""


@dataclass(frozen=True, slots=True)
class Hashes:
    """Makes and compares hashes under one key; without one there are none.

    ``place``: the ledger and its organization, for one key may be that of many.
    """

    key: bytes = field(default=b"", repr=False)
    name: str = ""
    place: str = ""

    def of(
        self, values: Iterable[tuple[str, Sealed]], *about: str, known: Mapping[str, str] = _NONE
    ) -> dict[str, str]:
        """Return the hashes of the values that are in hand, by path; the same for the same.

        ``about``: what these are the values of, and as of when. ``known``: hashes that stay, if
        they are of the same values and not of an older form.
        """
        return {
            path: self._known(known.get(path, ""), sealed) or self._made(sealed, *about, path)
            for path, sealed in values
            if self.key and sealed.is_clear
        }

    def is_value(self, hashed: str, sealed: Sealed) -> bool | None:
        """Whether a hash is of this value; None where that can't be known.

        So it is where the value is not in hand, and of what another key or a later version made.
        """
        if not (hashed and self.key and sealed.is_clear) or made_with(hashed) != self.name:
            return None
        match hashed.split(":"):
            case [_, salt, digest]:
                return digest == sealed.salted(self.key, salt)
            case [*_, digest] if hashed.count(":") == bool(self.name):
                return digest == sealed.keyed(self.key)
        return None

    def _known(self, hashed: str, sealed: Sealed) -> str:
        return hashed if hashed.count(":") > 1 and self.is_value(hashed, sealed) else ""

    def _made(self, sealed: Sealed, *about: str) -> str:
        told = json.dumps([self.place, *about]).encode()
        salt = hmac.digest(self.key, b"salt\0" + told, "sha512").hex()[:_SALT]
        return f"{self.name}:{salt}:{sealed.salted(self.key, salt)}"


def made_with(hashed: str) -> str:
    """Return the name of the key of a hash."""
    name, colon, _ = hashed.partition(":")
    return name if colon else ""
