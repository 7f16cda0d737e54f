"""A working directory with manifests, and encrypted files made by the real ``sops``."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.declaring import IDENTITY, PROGRAMS, RECIPIENT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with manifests in ``m`` and something secret outside."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m/sub").mkdir(parents=True)
    (tmp_path / "outside").write_text("canary")
    return tmp_path


@pytest.fixture
def encrypt(folder: Path) -> Callable[[str, bytes], None]:
    """Encrypt a file below ``m``; the name's suffix says in which form."""

    def make(name: str, clear: bytes) -> None:
        done = subprocess.run(  # noqa: S603 — the real program on the test's own files
            [f"{PROGRAMS}/sops", "encrypt", "--age", RECIPIENT, "--filename-override", name],
            input=clear,
            capture_output=True,
            check=True,
            env=os.environ | {"HOME": str(folder)},
        )
        (folder / "m" / name).write_bytes(done.stdout)

    return make


@pytest.fixture
def sops_environ(folder: Path) -> dict[str, str]:
    """What sops needs to find itself and the key, and variables that are none of its business."""
    return {
        "PATH": f"{PROGRAMS}:/usr/bin:/bin",
        "HOME": str(folder),
        "SOPS_AGE_KEY": IDENTITY,
        "SEMAPHORE_API_TOKEN": "canary-token",
        "UNRELATED": "kept",
    }


def spying(folder: Path, environ: dict[str, str]) -> Path:
    """Put a program named sops first in PATH: it notes how it was started, then is the real one."""
    noted = folder / "noted"
    noted.mkdir()
    program = folder / "bin/sops"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport os, shutil, sys\n"
        f"for name in ('cmdline', 'environ'):\n"
        f"    shutil.copyfile(f'/proc/self/{{name}}', f'{noted}/{{os.getpid()}}-{{name}}')\n"
        f"os.execv('{PROGRAMS}/sops', ['sops', *sys.argv[1:]])\n"
    )
    program.chmod(0o700)
    environ["PATH"] = f"{program.parent}:{environ['PATH']}"
    return noted
