"""A working directory with manifests, and encrypted files made by the real ``sops``."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.declaring import PROGRAMS, RECIPIENT


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
