"""Values from files encrypted with ``sops``, by that program: its keys are its own business."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from reconciler.model import Surroundings, Unavailable
from reconciler.sources import confined
from reconciler.sources import settings as shape
from reconciler.sources.picking import pick

TIMEOUT: Final = 60.0
"""Seconds for one file: keys may be in a cloud, or wait for a passphrase."""

_MOST_ENCRYPTED: Final = 4 * confined.MAX_BYTES
_MOST_WORDS: Final = 300
# what sops itself needs is left to it, even if a manifest reads the same variable
_ITS_OWN = (
    *("PATH", "HOME", "XDG_", "SOPS_", "GNUPG", "GPG_", "AWS_", "AZURE_", "GOOGLE_", "CLOUDSDK_"),
    *("VAULT_", "HUAWEICLOUD_"),
)
# what it quotes may be content of the file; of a broken file any word may be
_QUOTED = re.compile(r"`[^`]*`|(?<=unmarshalling input )(\w+):.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SopsSource:
    """The value is a key of an encrypted file, or the whole file decrypted."""

    file: str
    key: str = ""

    @classmethod
    def parse(cls, settings: Any) -> Self:
        return cls(**shape.texts(settings, required=["file"], optional=["key"]))

    def read(self, around: Surroundings) -> bytes:
        real = confined.inside(self.file, around)
        if not self.key:
            whole: bytes = around.once(("sops", real), lambda: _decrypted(real, around))
            return whole
        return pick(around.once(("sops", real, "tree"), lambda: _tree(real, around)), self.key)

    def __str__(self) -> str:
        return f"sops {self.file}" + (f"#{self.key}" if self.key else "")


def _tree(real: str, around: Surroundings) -> Any:
    """Return what a file holds as plain data; numbers keep the digits that sops prints."""
    output = _decrypted(real, around, "--output-type", "json")
    try:
        return json.loads(output, parse_int=str, parse_float=str)
    except ValueError:
        pass  # the error holds the text, so it must not be part of what is raised
    raise Unavailable("has no keys; leave out `key` to take the whole file")


def _decrypted(real: str, around: Surroundings, *options: str) -> bytes:
    confined.content(real, _MOST_ENCRYPTED)  # for its errors: sops would read a pipe
    program = shutil.which("sops", path=around.environ.get("PATH", ""))
    if program is None:
        raise Unavailable(
            "needs the program sops, 3.9 or newer, which is not in PATH (https://getsops.io)"
        )
    done = _run([program, "decrypt", *options, real], around)
    if done is None:
        raise Unavailable(f"can't be decrypted: sops took longer than {TIMEOUT:.0f} seconds")
    if done.returncode:
        raise Unavailable(f"can't be decrypted: {_words(done.stderr) or 'sops says nothing'}")
    return done.stdout


def _run(command: Sequence[str], around: Surroundings) -> subprocess.CompletedProcess[bytes] | None:
    environ = {
        name: value
        for name, value in around.environ.items()
        if name not in around.withheld or name.startswith(_ITS_OWN)
    }
    try:
        return subprocess.run(  # noqa: S603 — a list of arguments, none of them secret
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        raise Unavailable(f"can't be decrypted: sops can't be run: {error.strerror}") from None


def _words(stderr: bytes) -> str:
    """Return what sops complains about on one line, without what it quotes."""
    safe = _QUOTED.sub(lambda found: found[1] or "`…`", stderr.decode(errors="replace"))
    words = " ".join("".join(c if c.isprintable() else " " for c in safe).split())
    return words if len(words) <= _MOST_WORDS else f"{words[: _MOST_WORDS - 1]}…"
