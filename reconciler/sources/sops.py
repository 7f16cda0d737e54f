"""Values from files encrypted with ``sops``, by that program: its keys are its own business."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, Self

from reconciler.model import SourceContext, Unavailable
from reconciler.sources import confined
from reconciler.sources import settings as shape
from reconciler.sources.picking import pick
from reconciler.sources.sops_access import access
from reconciler.sources.sops_metadata import FORMS, servers

TIMEOUT: Final = 60.0
"""Seconds for one file: keys may be in a cloud, or wait for a passphrase."""

_MOST_ENCRYPTED: Final = 4 * confined.MAX_BYTES
_MOST_WORDS: Final = 300
_REST = "the rest may quote the file, run `sops decrypt` to see it"
_ABOUT_KEYS = "Failed to get the data key"
_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")
# what a server answered, up to the next key
_ANSWERED = re.compile(r"(?:Errors|Raw Message):.*?(?=\n\n|\Z)", re.DOTALL)
# Of a file it says what it can't make sense of, in clear and without quotes, or a hash of all that
# is in it. So nothing else is told of that than these words of its own.
_OWN = re.compile(
    r"sops metadata not found|MAC mismatch|Cannot decrypt MAC|cipher|message authentication failed"
    r"|Error (?:decrypting|walking) tree|Could not decrypt (?:value|with AES_GCM)"
    r"|Error base64-decoding \w+|Error unmarshalling input \w+|yaml|line [0-9]+"
)


@dataclass(frozen=True, slots=True)
class SopsSource:
    """The value is a key of an encrypted file, or the whole file decrypted."""

    file: str
    key: str = ""

    @classmethod
    def parse(cls, settings: Any) -> Self:
        return cls(**shape.texts(settings, required=["file"], optional=["key"]))

    def read(self, around: SourceContext) -> bytes:
        try:
            real = confined.inside(self.file, around)
            if not self.key:
                whole: bytes = around.once(("sops", real), lambda: _decrypted(real, around))
                return whole
            tree = around.once(("sops", real, "tree"), lambda: _tree(real, around))
        except Unavailable as error:
            raise Unavailable(str(error), about=f"sops {self.file}") from None
        return pick(tree, self.key)

    def __str__(self) -> str:
        return f"sops {self.file}" + (f"#{self.key}" if self.key else "")


def _tree(real: str, around: SourceContext) -> Any:
    """Return what a file holds as plain data; numbers keep the digits that sops prints."""
    output = _decrypted(real, around, "json")
    try:
        return json.loads(output, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        pass  # the error holds the text, so it must not be part of what is raised
    raise Unavailable("has no keys; leave out `key` to take the whole file")


def _decrypted(real: str, around: SourceContext, output: str = "") -> bytes:
    """Decrypt into a form of sops, the file's own for "": just what was read and looked at."""
    content = confined.content(real, _MOST_ENCRYPTED)
    form = next((FORMS[end] for end in FORMS if real.endswith(end)), "binary")
    allowed = access(around, servers(content, form))
    program = shutil.which("sops", path=around.environ.get("PATH", ""))
    if program is None:
        raise Unavailable(
            "needs the program sops, 3.9 or newer, which is not in PATH (https://getsops.io)"
        )
    options = ("--input-type", form, "--output-type", output or form)
    done = _run([program, "decrypt", *options, "/dev/stdin"], allowed.environ, content)
    if done is None:
        raise Unavailable(f"can't be decrypted: sops took longer than {TIMEOUT:.0f} seconds")
    if done.returncode:
        why = "; ".join(filter(None, (allowed.withheld, _words(done.stderr))))
        raise Unavailable(f"can't be decrypted: {why}")
    return done.stdout


def _run(
    command: Sequence[str], environ: dict[str, str], content: bytes
) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(  # noqa: S603 — a list of arguments, none of them secret
            command,
            env=environ,
            input=content,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        raise Unavailable(f"can't be decrypted: sops can't be run: {error.strerror}") from None


def _words(stderr: bytes) -> str:
    """Return what sops complains about on one line, without anything of the file."""
    said = stderr.decode(errors="replace").strip()
    if not said:
        return "sops says nothing"
    if not said.startswith(_ABOUT_KEYS):
        return _own_words(said)
    safe = _ANSWERED.sub("", _QUOTED.sub("…", said))
    words = " ".join("".join(c if c.isprintable() else " " for c in safe).split())
    return words if len(words) <= _MOST_WORDS else f"{words[: _MOST_WORDS - 1]}…"


def _own_words(said: str) -> str:
    """Return what of it is known to be no content of a file, up to the first word that is not."""
    parts = re.split(r":?\s*\n\s*|: |\. ", said)
    own = list(takewhile(_OWN.fullmatch, parts))
    if own == parts:
        return ": ".join(own)
    return ": ".join([*own, _REST])
