"""The plan that the front page shows, made by the program itself."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHANGE = Path("examples", "change")
_FINGERPRINT = re.compile(r"\b[0-9a-f]{16}\b")


def shown() -> str:
    """Return what the program says to ``after.yml`` where ``before.yml`` has been applied."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / CHANGE, Path(folder, CHANGE))
        _run(folder, "apply", "--auto-approve", f"{CHANGE}/before.yml")
        plan = _run(folder, "plan", f"{CHANGE}/after.yml")
    # it covers the ids of live objects, so it is another in every new organization
    plan = _FINGERPRINT.sub("7e609b6fe2cc9e9d", plan)
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
