"""The plan that the front page shows, made by the program itself."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHANGE = Path("examples", "change")


def shown() -> str:
    """Return what the program says to ``after.yml`` where ``before.yml`` has been applied."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / CHANGE, Path(folder, CHANGE))
        _run(folder, "apply", "--auto-approve", f"{CHANGE}/before.yml")
        plan = _run(folder, "plan", f"{CHANGE}/after.yml")
    return f"```console\n$ reconciler plan {CHANGE}/after.yml\n\n{plan.rstrip()}\n```"


def _run(folder: str, *arguments: str) -> str:
    """Run the program in a folder of its own, with no settings but these."""
    settings = {"HOME": folder, "PYTHONPATH": str(ROOT), "SEMAPHORE_ORGANIZATION_URL": "embedded:"}
    done = subprocess.run(  # noqa: S603 — our own program
        [sys.executable, "-m", "reconciler", *arguments],
        cwd=folder,
        env={"PATH": os.defpath, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"reconciler {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout
