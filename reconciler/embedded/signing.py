"""Proofs that this organization said something: tokens and signatures under its own key."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from typing import Any

from reconciler.embedded.replies import dump
from reconciler.embedded.store import World

_KEY = "signing_key"
_HEADER = {"alg": "HS256", "typ": "JWT"}


class BadToken(Exception):
    """In the words of the library that reads tokens in the real server."""


def prepare(world: World) -> None:
    """Each organization draws a key once; what it signed stays good after a restart."""
    drawn = secrets.token_hex(32)
    world.db.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (_KEY, drawn))


def signature(world: World, text: str) -> str:
    return _encoded(_mac(world, text))


def matches(world: World, text: str, given: str) -> bool:
    return hmac.compare_digest(signature(world, text).encode(), given.encode())


def token(world: World, claims: dict[str, Any], *, seconds: int) -> str:
    """A JSON web token which holds for so long."""
    now = int(world.now().timestamp())
    parts = (_HEADER, {**claims, "iat": now, "nbf": now, "exp": now + seconds})
    said = ".".join(_encoded(dump(part)) for part in parts)
    return f"{said}.{signature(world, said)}"


def claims_of(world: World, given: str) -> dict[str, Any]:
    """What a token says that this organization has signed and that has not expired."""
    said, _, signed = given.rpartition(".")
    if said.count(".") != 1:
        raise BadToken("token is malformed: token contains an invalid number of segments")
    if not matches(world, said, signed):
        raise BadToken("token signature is invalid: signature is invalid")
    claims = _decoded(said.partition(".")[2])
    if claims["exp"] <= world.now().timestamp():
        raise BadToken("token has invalid claims: token is expired")
    return claims


def _mac(world: World, text: str) -> bytes:
    row = world.db.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    return hmac.digest(row["value"].encode(), text.encode(), hashlib.sha256)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(part: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        )
    except (ValueError, binascii.Error):
        raise BadToken("token is malformed: could not JSON decode claim") from None
    return content
