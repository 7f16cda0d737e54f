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


def program(environ: Mapping[str, str]) -> str:
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
            [program(environ), "encrypt", *to, *forms],
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
        raise BadSettings(f"--values sops: {said or 'sops says nothing'}")
    return done.stdout.decode()
