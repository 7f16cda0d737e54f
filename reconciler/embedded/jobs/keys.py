"""The SSH keys of jobs: drawn once per organization and job, and good for nothing."""

import base64
import hashlib
import sqlite3
import textwrap

from reconciler.embedded.store import World

_LENGTH = 1190


def private_key(world: World, row: sqlite3.Row) -> str:
    """Looks like a key; there is no machine behind it that would know it."""
    seed = f"{world.org_id} {row['id']}".encode()
    content = hashlib.shake_256(seed).digest(_LENGTH)
    lines = textwrap.fill(base64.b64encode(content).decode(), 64)
    kind = "RSA PRIVATE KEY"
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"
