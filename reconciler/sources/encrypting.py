"""Values into a file encrypted by ``sops``, as the source of that name reads it."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

from reconciler.errors import BadSettings
from reconciler.model import Sealed
from reconciler.model.logins import OURS

_TIMEOUT: Final = 60.0
_MOST_WORDS: Final = 300


def check(name: str, recipients: Sequence[str], environ: Mapping[str, str]) -> None:
    """See that a file of that name can be encrypted for somebody; raises BadSettings.

    sops itself is asked, by a value that is none: where it looks for its rules is its own affair.
    """
    try:
        encrypted({"none": Sealed("")}, name, recipients, environ)
    except Refused as error:
        if recipients:
            raise
        raise BadSettings(
            f"--values sops: for whom? Give --recipient AGE, or write a rule for {name} into "
            f"`creation_rules` of .sops.yaml; sops says: {error.words}"
        ) from None


class Refused(BadSettings):
    """sops does not encrypt; ``words``: its own."""

    def __init__(self, words: str) -> None:
        super().__init__(f"--values sops: {words}")
        self.words = words


def _program(environ: Mapping[str, str]) -> str:
    """Return where sops is; raises BadSettings."""
    found = shutil.which("sops", path=environ.get("PATH", ""))
    if found is None:
        raise BadSettings(
            "--values sops needs the program sops, 3.9 or newer, which is not in PATH"
        )
    return found


def encrypted(
    values: Mapping[str, Sealed], name: str, recipients: Sequence[str], environ: Mapping[str, str]
) -> str:
    """Return a YAML file of that name with these values by their keys, encrypted for recipients.

    Without any, sops looks for its own rules. Raises BadSettings with its words if it refuses.
    """
    whole = json.dumps({key: sealed.reveal() for key, sealed in values.items()})
    to = ("--age", ",".join(recipients)) if recipients else ()
    forms = ("--input-type", "json", "--output-type", "yaml", "--filename-override", name)
    try:
        done = subprocess.run(  # noqa: S603 — a list of arguments, none of them secret
            [_program(environ), "encrypt", *to, *forms],
            env={key: value for key, value in environ.items() if key not in OURS},
            input=whole.encode(),
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadSettings(f"--values sops: sops took longer than {_TIMEOUT:.0f} seconds") from None
    except OSError as error:
        raise BadSettings(f"--values sops: sops can't be run: {error.strerror}") from None
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:_MOST_WORDS]
        raise Refused(said or "sops says nothing")
    return done.stdout.decode()
