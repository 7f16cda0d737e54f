"""The program as an installation has it: pip compiles what it installs, not so a checkout."""

import compileall
from pathlib import Path

ROOT = Path(__file__).parent.parent


def compile_modules() -> None:
    """Compile what has changed; a run that had to do so itself would take longer."""
    compileall.compile_dir(ROOT / "reconciler", quiet=1)
