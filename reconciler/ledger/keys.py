"""Keys made of RECONCILER_LEDGER_KEY: one to sign events with, one to hash secret values with."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from reconciler.errors import BadSettings

VARIABLE: Final = "RECONCILER_LEDGER_KEY"
SHORTEST: Final = 32
"""Characters; `openssl rand -hex 32` gives 64."""

_NAME: Final = re.compile("[0-9a-f]{8}")
_SALT: Final = b"reconciler ledger"


@dataclass(frozen=True, slots=True)
class Key:
    """``name`` tells keys apart and tells nothing of them."""

    name: str
    signing: bytes = field(repr=False)
    hashing: bytes = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "Key":
        return cls(
            _derived(text, b"name").hex()[:8],
            _derived(text, b"signatures"),
            _derived(text, b"secret values"),
        )

    def at(self, place: str) -> "Key":
        """Return the key that signs for one place: what is copied from another proves nothing.

        An organization has one key, and a ledger in each of its projects.
        """
        return replace(self, signing=_derived(self.signing.hex(), place.encode()))

    def signature(self, digest: str) -> str:
        """Sign the hash of an event, which stands for all events before it, too."""
        seal = hmac.new(self.signing, digest.encode(), hashlib.sha256).hexdigest()
        return f"{self.name}:{seal}"

    def signed(self, digest: str, signature: str) -> bool:
        return hmac.compare_digest(self.signature(digest).encode(), signature.encode())


def signer(signature: str) -> str:
    """Return the name of the key that a signature says it is by, "?" if that is no name."""
    name = signature.partition(":")[0]
    return name if _NAME.fullmatch(name) else "?"


def from_environment(environ: Mapping[str, str]) -> Key | None:
    """Return the key that is set; raises BadSettings for one that could be guessed."""
    text = environ.get(VARIABLE, "").strip()
    if text and len(text) < SHORTEST:
        raise BadSettings(
            f"{VARIABLE}: a key has at least {SHORTEST} characters, made at random: "
            "openssl rand -hex 32"
        )
    return Key.of(text) if text else None


def _derived(text: str, purpose: bytes) -> bytes:
    """Derive a key of 32 bytes for one purpose: HKDF (RFC 5869) with SHA-256, one block."""
    secret = hmac.new(_SALT, text.encode(errors="surrogateescape"), hashlib.sha256).digest()
    return hmac.new(secret, purpose + b"\x01", hashlib.sha256).digest()
