"""Writing drift back into the files, against a plan that finds the same."""

from collections.abc import Iterator
from pathlib import Path

from bench.contender import Contender, in_turns, keep, least, prepare, program
from bench.figure import Figure

_FILES, _DRIFTED = 1000, 100
_TEXT = """\
# What is looked at in the morning.
apiVersion: v1alpha
kind: Dashboard
metadata:
  name: board-{number}
  title: "{title}"  # as in the meeting
spec:
  widgets:
    - name: Builds
      type: list_workflows
      filters: {{branch: main}}
"""


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    """Both read all files and objects; one of them changes a line in a hundred files, too."""
    names = [f"manifests/{number}.yml" for number in range(_FILES)]
    _write(place, names, "Of the team")
    base = ["--org", f"embedded:{place / 'semaphore.db'}", "--ledger", "none"]
    apply = program(*base, "apply", "--auto-approve", "manifests")
    prepare(f"applying {_FILES} objects", apply, place)
    for name in names:
        keep(place / name)
    drifted = names[:_DRIFTED]
    _write(place, drifted, "Of everybody")
    prepare(f"changing {_DRIFTED} of them outside", apply, place)
    absorb = program(*base, "drift", "--unmanaged", "hide", "--auto-approve", "manifests")
    found, written = f"{_DRIFTED} to update", f"Written: {_DRIFTED} objects in {_DRIFTED} files"
    contenders = [
        Contender("absorb", [*absorb, "--absorb"], place, written, afresh=drifted),
        Contender("plan", program(*base, "plan", "manifests"), place, found, afresh=drifted),
    ]
    runs = in_turns(contenders, rounds)
    yield Figure.ratio(
        f"absorb of {_DRIFTED} drifted fields in {_FILES} files, against a plan",
        1.5,
        least(runs["absorb"], "cpu"),
        least(runs["plan"], "cpu"),
        more=" of processor time",
    )


def _write(place: Path, names: list[str], title: str) -> None:
    (place / "manifests").mkdir(exist_ok=True)
    for number, name in enumerate(names):
        (place / name).write_text(_TEXT.format(number=number, title=title))
