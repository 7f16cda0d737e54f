"""An apply that is killed at one boundary of one call, and what two further runs make of it."""

import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from reconciler.embedded import Settings
from tests.reliability import scenery
from tests.reliability.counts import Tried
from tests.reliability.program import LEDGER, ORGANIZATION, Ran, command, environment
from tests.reliability.program import forked as run
from tests.reliability.world import Key, World, journal, world, writes

POSITIONS: Final = ("before", "after", "answered")
"""Before it is sent; after the server committed, before the answer; after the answer."""

UNMANAGED: Final = """\
apiVersion: v1alpha
kind: Dashboard
metadata: {name: theirs}
spec: {widgets: [{name: w, type: list_workflows, filters: {branch: x}}]}
---
apiVersion: v1beta
kind: Secret
metadata: {name: theirs}
data: {env_vars: [{name: V, value: theirs}]}
---
apiVersion: v1alpha
kind: Project
metadata: {name: theirs}
spec:
  repository: {url: 'git@github.com:acme/theirs.git', run_on: [branches]}
  tasks: [{name: theirs, branch: main, at: '0 1 * * *', pipeline_file: .semaphore/x.yml}]
"""


class Call(NamedTuple):
    """One of an apply. How often something is asked until it is so may differ: ``nth`` does not.

    Both numbers count from 1, ``nth`` those of its method.
    """

    number: int
    method: str
    nth: int

    @classmethod
    def all(cls, methods: Iterable[str]) -> tuple["Call", ...]:
        seen = Counter[str]()
        found = []
        for number, method in enumerate(methods, 1):
            seen[method] += 1
            found.append(cls(number, method, seen[method]))
        return tuple(found)

    def __str__(self) -> str:
        return f"{self.number} ({self.method} {self.nth})"


def begun(
    place: Path, *arguments: str, fault: Mapping[str, Any], method: str = "POST"
) -> "subprocess.Popen[str]":
    """Start a command line with a fault, and return once it has sent a request of the method."""
    seen = len(journal(place / ORGANIZATION))
    process = subprocess.Popen(  # noqa: S603 — the program under test
        command(*arguments),
        cwd=place,
        env=environment(place, [fault]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not any(asked == method for asked, *_ in journal(place / ORGANIZATION)[seen:]):
        assert process.poll() is None
    return process


@dataclass(frozen=True)
class Kill:
    """``ledger`` is "none" or a file."""

    ledger: str
    parallelism: int
    call: Call
    when: str

    def __str__(self) -> str:
        return f"{self.when} call {self.call}, {self.parallelism} at a time, ledger {self.ledger}"

    def strike(self, place: Path) -> Ran:
        """Apply, and be killed there."""
        fault = killed(self.call, self.when)
        return apply(place, self.ledger, self.parallelism, faults=[fault])


@dataclass(frozen=True)
class Moment:
    """Some time after the start, whatever goes on then."""

    ledger: str
    parallelism: int
    seconds: float

    def __str__(self) -> str:
        return f"after {self.seconds:.3f} s, {self.parallelism} at a time, ledger {self.ledger}"

    def strike(self, place: Path) -> Ran:
        """Apply, and be killed then."""
        return apply(place, self.ledger, self.parallelism, killed_after=self.seconds)


@dataclass(frozen=True)
class Stage:
    """An organization before the change, and what it is after one that nothing disturbed."""

    template: Path
    ledger: str
    first: World
    last: World
    calls: tuple[Call, ...]

    @property
    def reading(self) -> tuple[Call, ...]:
        """The calls that only read; ``writing`` are the others."""
        return tuple(call for call in self.calls if call.method == "GET")

    @property
    def writing(self) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.method != "GET")

    def kills(self, parallelism: int) -> Iterator[Kill]:
        for call in self.calls:
            for when in POSITIONS:
                yield Kill(self.ledger, parallelism, call, when)


def killed(call: Call, when: str) -> dict[str, Any]:
    """Return the fault that kills an apply there."""
    return {"action": "kill", "when": when, "method": call.method, "nth": call.nth}


def apply(place: Path, ledger: str, parallelism: int = 10, **disturbed: Any) -> Ran:
    arguments = ("apply", "after.yml", "--auto-approve", "--allow-replace", "--parallelism")
    return run(place, *arguments, str(parallelism), ledger=ledger, **disturbed)


def stage(root: Path, ledger: str = LEDGER) -> Stage:
    """Make the organization in a directory, and try the change once on a copy of it."""
    template = root / "template"
    template.mkdir(parents=True)
    scenery.write(template, remembered=ledger != "none")
    (template / "theirs.yml").write_text(UNMANAGED)
    for name, where in (("theirs.yml", "none"), ("before.yml", ledger)):
        made = run(template, "apply", name, "--auto-approve", ledger=where)
        assert made.code == 0, made
    time.sleep(Settings().project_ready_seconds)  # as they are when a copy of it is changed
    tried = root / "tried"
    shutil.copytree(template, tried)
    done = apply(tried, ledger, 1)
    assert done.code == 0, done
    asked = journal(tried / ORGANIZATION)[len(journal(template / ORGANIZATION)) :]
    calls = Call.all(method for method, *_ in asked)
    first, last = world(template / ORGANIZATION), world(tried / ORGANIZATION)
    return Stage(template, ledger, first, last, calls)


def kill(on: Stage, at: Kill | Moment, place: Path) -> Tried:
    """Kill an apply, apply again, and once more; look at everything that is left."""
    shutil.copytree(on.template, place)
    first = at.strike(place)
    second = apply(place, at.ledger)
    before = writes(place / ORGANIZATION)
    third = apply(place, at.ledger)
    found = world(place / ORGANIZATION)
    wrong = [*_codes(first, second, third)]
    if more := writes(place / ORGANIZATION) - before:
        wrong.append(f"the third run wrote {more} times")
    if "cut off" in third.out:
        wrong.append("the third run still speaks of the first")
    lost = sorted(on.last.ids().keys() - found.ids().keys())
    wrong += differences(on, found)
    if at.ledger != "none":
        checked = run(place, "ledger", "verify", ledger=at.ledger)
        wrong += [] if checked.code == 0 else [f"the ledger: {checked.err}"]
    canaries = _canaries(place, at.ledger, first, second, third)
    wrong += [f"{canaries} times a secret"] if canaries else []
    shutil.rmtree(place)
    return Tried(first.code == -9, len(found.duplicates()), len(lost), canaries, tuple(wrong))


def _codes(first: Ran, second: Ran, third: Ran) -> Iterator[str]:
    if first.code not in (-9, 0):
        yield f"the killed run ended with {first.code}: {first.err[-300:]}"
    for name, ran in (("second", second), ("third", third)):
        if ran.code != 0:
            yield f"the {name} run ended with {ran.code}: {ran.out[-600:]} {ran.err[-300:]}"


def differences(on: Stage, found: World) -> Iterator[str]:
    """Compare with what an undisturbed apply left, and with what nobody should have touched."""
    wanted, there = on.last.essence(), found.essence()
    for key in sorted(wanted.keys() & there.keys()):
        if wanted[key] != there[key]:
            yield f"{key} is {there[key]}, not {wanted[key]}"
    for key in sorted(there.keys() - wanted.keys()):
        yield f"{key} should not be there"
    for key in sorted(wanted.keys() - there.keys()):
        yield f"{key} is lost"
    for key in found.duplicates():
        yield f"{key} is there twice"
    first, last, ids = on.first.ids(), on.last.ids(), found.ids()
    for key, id_ in sorted(first.items()):
        if last.get(key) == id_ and ids.get(key) != id_:
            yield f"{key} was created again"
    for key, body in _theirs(on.first).items():
        if _theirs(found).get(key) != body:
            yield f"{key} is not ours and was changed"


def _theirs(of: World) -> Mapping[Key, Any]:
    return {key: body for key, body in of.bodies().items() if "theirs" in key}


def _canaries(place: Path, ledger: str, *ran: Ran) -> int:
    """Count secret values in all that was written, but for manifests and the organization."""
    texts = [text for one in ran for text in (one.out, one.err)]
    if ledger != "none":
        texts += [file.read_bytes().decode("latin-1") for file in place.glob(f"{ledger}*")]
    return sum(text.count(scenery.CANARY) for text in texts)
