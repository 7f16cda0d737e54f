"""What it costs to begin: the smallest commands, against Python and click alone.

Processor time, for nothing is waited for: it is what passes on a machine that does nothing else.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from bench.contender import Contender, in_turns, least, program
from bench.figure import Figure

_MANIFEST = """\
apiVersion: v1alpha
kind: Notification
metadata: {name: on-failure}
spec:
  rules:
    - name: failures
      filter: {projects: [shop], results: [failed]}
      notify: {slack: {endpoint: "https://hooks.slack.example.com/DEMO"}}
"""
_CLICK = """\
import click

@click.group()
@click.option("--org")
@click.option("--color")
def program():
    "A program of the same commands."

for name in "validate plan apply drift destroy graph ledger schema serve".split():
    program.command(name, help="A command.")(lambda: None)
program()
"""
_LIBRARIES = """\
import click, yaml
from pydantic import BaseModel

class Manifest(BaseModel):
    name: str

Manifest.model_validate({"name": "on-failure"})
"""


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    """Measure more rounds than others: they are short, and so is what disturbs them."""
    (place / "one.yml").write_text(_MANIFEST)
    (place / "bare_click.py").write_text(_CLICK)
    (place / "libraries.py").write_text(_LIBRARIES)
    python = sys.executable
    contenders = [
        Contender("pass", [python, "-c", "pass"], place),
        Contender("click", [python, "bare_click.py", "--help"], place),
        Contender("libraries", [python, "libraries.py"], place),
        Contender("help", program("--help"), place, "validate"),
        Contender("validate", program("validate", "one.yml"), place, "Valid: 1 object"),
        Contender(
            "plan", program("--org", "embedded::memory:", "plan", "one.yml"), place, "1 to create"
        ),
    ]
    cpu = {
        name: least(numbers, "cpu") * 1000
        for name, numbers in in_turns(contenders, 3 * rounds).items()
    }
    floor = (
        f"beside {cpu['pass']:.0f} ms; {cpu['libraries']:.0f} ms of a program that imports "
        "click, PyYAML and pydantic and makes one model"
    )
    yield Figure(
        "`--help`, against that of a bare click program",
        1.15,
        cpu["help"] / cpu["click"],
        f"{cpu['help']:.0f} ms beside {cpu['click']:.0f} ms",
    )
    yield Figure(
        "`validate` of one object, against `python -c pass`",
        10,
        cpu["validate"] / cpu["pass"],
        f"{cpu['validate']:.0f} ms {floor}",
    )
    yield Figure(
        "`plan` of one object, with the local Semaphore, against `python -c pass`",
        15,
        cpu["plan"] / cpu["pass"],
        f"{cpu['plan']:.0f} ms {floor}",
    )
