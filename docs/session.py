"""What the pages show as typed is typed, and what is answered is written down.

A page that says ``<!-- session -->`` is run from its first line to its last, in a folder of its
own with a local Semaphore: a YAML block with a title is a file of that name, and in a console block
each line with ``$`` is a command, which the answer follows.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MARK = "<!-- session -->"
_BLOCK = re.compile(
    r'^```yaml title="(?P<name>[^"]+)"\n(?P<content>.*?)^```$|^```console\n(?P<typed>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
_OTHER_EACH_TIME = (
    (re.compile(r"\b[0-9a-f]{16}\b"), "7e609b6fe2cc9e9d"),
    (re.compile(r"\b\d+\.\d s\b"), "0.1 s"),
)


def written(text: str) -> str:
    """Return the page with what is answered today; as it is, if it is no session."""
    if MARK not in text:
        return text
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _install(folder)

        def block(found: re.Match[str]) -> str:
            if found["name"]:
                (folder / found["name"]).parent.mkdir(parents=True, exist_ok=True)
                (folder / found["name"]).write_text(found["content"])
                return found[0]
            answers = (f"$ {line}\n{_answer(folder, line)}" for line in _commands(found["typed"]))
            return f"```console\n{''.join(answers).rstrip()}\n```"

        return _BLOCK.sub(block, text)


def _commands(typed: str) -> Iterator[str]:
    return (line.removeprefix("$ ") for line in typed.splitlines() if line.startswith("$ "))


def _install(folder: Path) -> None:
    """Have the program there, without its progress: that is another each time."""
    program = folder / ".bin" / "reconciler"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m reconciler --quiet "$@"\n')
    program.chmod(0o755)


def _answer(folder: Path, line: str) -> str:
    """What a reader sees in the end, with an empty line around what is more than one."""
    ran = subprocess.run(  # noqa: S603 - what the page says
        ["/bin/bash", "-c", line],
        cwd=folder,
        env={
            "HOME": str(folder),
            "PATH": f"{folder}/.bin:/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "SEMAPHORE_ORGANIZATION_URL": "embedded:",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    said = ran.stdout + ran.stderr
    for pattern, always in _OTHER_EACH_TIME:
        said = pattern.sub(always, said)
    return f"\n{said.strip()}\n\n" if said.strip().count("\n") else said
