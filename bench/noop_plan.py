"""A plan of 1000 objects that finds nothing to do, against ``terraform plan``.

Both have applied an organization of that size before. Ours holds it in the local Semaphore, in
the same process, so that server is part of what is measured; Terraform compares 1000
``terraform_data`` with its state file, without any server.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bench import scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure

_OBJECTS = 1000


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    if not shutil.which("terraform"):
        print("  terraform is not installed: nothing to compare with")
        return
    number = scenario.write_manifests(place / "manifests", _OBJECTS)
    base = ["--org", f"embedded:{place / 'semaphore.db'}"]
    prepare(
        f"applying {number} objects", program(*base, "apply", "--auto-approve", "manifests"), place
    )
    terraform_apply(place / "terraform", _OBJECTS)
    plan = ["terraform", "plan", "-input=false", "-no-color"]
    runs = in_turns(
        [
            Contender("ours", program(*base, "plan", "manifests"), place, "Nothing to do"),
            Contender("terraform", plan, place / "terraform", "No changes."),
        ],
        rounds,
    )
    for of, unit, target in (("wall", "s", 1.0), ("cpu", "s", 1.0), ("peak", "MB", 1.0)):
        seen, beside = least(runs["ours"], of), least(runs["terraform"], of)
        yield Figure(
            f"no-op plan of {number} objects, against `terraform plan` of {_OBJECTS}: {of}",
            target,
            seen / beside,
            f"{seen:.2f} {unit} beside {beside:.2f} {unit}",
        )


def terraform_apply(folder: Path, objects: int) -> float:
    """Apply as many resources once; return the seconds."""
    folder.mkdir()
    scenario.write_terraform(folder, objects)
    prepare("terraform init", ["terraform", "init", "-input=false"], folder)
    print(f"  terraform apply of {objects} resources", flush=True)
    apply = ["terraform", "apply", "-auto-approve", "-input=false", "-no-color"]
    return Contender("terraform", apply, folder, "Apply complete").run()["wall"]
