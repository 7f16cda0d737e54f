"""An apply of 1000 objects, and the plan that finds nothing to do, against Terraform's.

Ours holds the organization in the local Semaphore, in the same process, so that server is part of
what is measured; Terraform makes 1000 ``terraform_data`` and compares them with its state file,
without any server.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure

_OBJECTS = 1000
_PLANNED = {"wall": (1.0, "s"), "cpu": (1.0, "s"), "peak": (1.0, "MB")}


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    """Apply once, for Terraform takes a minute for that; plan in turns."""
    if not shutil.which("terraform"):
        print("  terraform is not installed: nothing to compare with")
        return
    number = scenario.write_manifests(place / "manifests", _OBJECTS)
    scenario.write_terraform(place / "terraform", _OBJECTS)
    prepare("terraform init", ["terraform", "init", "-input=false"], place / "terraform")
    base = ["--org", f"embedded:{place / 'semaphore.db'}"]
    ours = program(*base, "apply", "--auto-approve", "manifests")
    theirs = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"]
    applied = in_turns(
        [
            Contender("ours", ours, place, f"{number} created"),
            Contender("terraform", theirs, place / "terraform", "Apply complete"),
        ],
        0,
    )
    seen, beside = (least(runs, "cpu") for runs in applied.values())
    yield Figure(
        f"apply of {number} creates with a ledger, against `terraform apply`: processor time",
        0.1,
        seen / beside,
        f"{seen:.1f} s beside {beside:.1f} s (once each)",
    )
    plan = ["terraform", "plan", "-input=false", "-no-color"]
    planned = in_turns(
        [
            Contender("ours", program(*base, "plan", "manifests"), place, "Nothing to do"),
            Contender("terraform", plan, place / "terraform", "No changes."),
        ],
        rounds,
    )
    for of, (target, unit) in _PLANNED.items():
        seen, beside = (least(runs, of) for runs in planned.values())
        yield Figure(
            f"no-op plan of {number} objects, against `terraform plan`: {of}",
            target,
            seen / beside,
            f"{seen:.2f} {unit} beside {beside:.2f} {unit}",
        )
