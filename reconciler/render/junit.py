"""What a run has to tell as JUnit XML: each object a test, and what is not as declared a failure.

What is not known is neither: such a test is skipped, and says why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from junitparser import Attr, Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from reconciler.model import Address, Change, Outcome, Place, Result, Severity
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.model.validation import Validation
from reconciler.render.drift import observed_live, seen_live
from reconciler.render.field_diff import diff
from reconciler.render.formats import Look
from reconciler.render.remarks import KNOWN
from reconciler.render.values import printable

_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_WHOLE: Final = "the whole run"

Verdict = Error | Failure | Skipped
_WORST: Final = (Error, Failure, Skipped)


class _Case(TestCase):
    """A test that says where what it is about stands."""

    file = Attr()
    line = Attr()


@dataclass(slots=True)
class _Test:
    """One object, or one file; what speaks against it is a verdict, its message and its words."""

    name: str
    place: Place | None = None
    seconds: float = 0.0
    found: list[tuple[type[Verdict], str, str]] = field(default_factory=list)

    def case(self, group: str) -> _Case:
        """Return the test with its worst verdict, which says all."""
        case = _Case(printable(self.name), classname=group, time=round(self.seconds, 3))
        if self.place:
            case.file, case.line = printable(self.place.file), str(self.place.line or 1)
        if self.found:
            worst = min(self.found, key=lambda each: _WORST.index(each[0]))
            others = [
                f"{message}\n{text}" for _, message, text in self.found if message != worst[1]
            ]
            verdict = worst[0](printable(worst[1]))
            verdict.text = _lines("\n\n".join([worst[2], *others]).strip())
            case.result = [verdict]
        return case


def written(told: Report | Validation, _: Look) -> str:
    groups: dict[str, list[_Test]] = {}
    if isinstance(told, Validation):
        groups["manifests"] = _of_files(told)
    else:
        for test in _of_objects(told):
            groups.setdefault(test.name.partition("/")[0], []).append(test)
    xml = JUnitXml(f"reconciler {told.subject}")
    for group, members in sorted(groups.items()):
        suite = TestSuite(group)
        if isinstance(told, Report) and told.begun:
            suite.timestamp = told.begun.strftime("%Y-%m-%dT%H:%M:%S")
        suite.add_testcases([test.case(group) for test in members])
        xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    text: bytes = xml.tostring()  # type: ignore[no-untyped-call]
    said = text.decode().rstrip()
    return f"{'' if said.startswith('<?xml') else _DECLARATION}{said}\n"


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def _of_files(told: Validation) -> list[_Test]:
    tests = {file: _Test(file, Place(file)) for file in told.files}
    for problem in sorted(set(told.problems)):
        file = problem.place.file
        test = tests.setdefault(file, _Test(file, Place(file)))
        kind = Failure if problem.severity is Severity.ERROR else Skipped
        test.found.append((kind, f"{problem.severity}: {problem.text}", str(problem.place)))
    return [tests[file] for file in sorted(tests)]


def _of_objects(told: Report) -> list[_Test]:
    """Return a test for each object that the run is about, and for what is about none."""
    tests = _Tests(told.places)
    for address in told.plan.unchanged:
        tests.of(address)
    if told.outcomes is not None:
        _add_outcomes(tests, told.outcomes)
    else:
        _add_changes(tests, told)
    _add_unknown(tests, told)
    for refusal in told.plan.refusals:
        tests.of(refusal.address, refusal.place).found.append((Error, "refused", refusal.text))
    for why in told.plan.failing:
        for about in why.about or (None,):
            tests.of(about).found.append((Failure, f"not enough for {why.text}", ""))
    if told.trouble:
        tests.of(None).found.append((Error, "the ledger does not know of it", told.trouble))
    return tests.all()


class _Tests:
    """Tests by what they are about."""

    def __init__(self, places: Mapping[Address, Place]) -> None:
        self._places = places
        self._tests: dict[Address | None, _Test] = {}

    def of(self, address: Address | None, place: Place | None = None) -> _Test:
        if address not in self._tests:
            at = place or (self._places.get(address) if address else None)
            self._tests[address] = _Test(str(address) if address else _WHOLE, at)
        return self._tests[address]

    def all(self) -> list[_Test]:
        return sorted(self._tests.values(), key=lambda test: test.name)


def _add_changes(tests: _Tests, told: Report) -> None:
    """Add what is not as declared, from the side that it is told from."""
    for change, why in _differences(told):
        text = "\n".join([change.reason, *diff(change)]).strip()
        test = tests.of(change.address, change.place)
        if told.subject is Subject.APPLY:
            test.found.append((Skipped, f"not attempted: {why}", text))
        else:
            test.found.append((Failure, why, text))


def _differences(told: Report) -> Iterator[tuple[Change, str]]:
    plan = told.plan
    if told.subject is not Subject.DRIFT:
        yield from ((change, f"to {change.action}") for change in plan.changes)
        yield from ((change, "only observed, and not as declared") for change in plan.observed)
        return
    for found, aside in ((seen_live(plan), ""), (observed_live(plan), ", only observed")):
        yield from ((change, f"different{aside}") for change in found.differing)
        yield from ((change, f"declared, but missing{aside}") for change in found.missing)
        yield from ((change, f"there, but not wanted{aside}") for change in found.unwanted)


def _add_outcomes(tests: _Tests, outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        test = tests.of(outcome.change.address, outcome.change.place)
        test.seconds = outcome.seconds
        text = f"{outcome.detail}\n{outcome.left}".strip()
        if outcome.result is not Result.DONE:
            kind = Failure if outcome.result is Result.FAILED else Skipped
            test.found.append((kind, f"{outcome.change.action}: {outcome.result}", text))
        if outcome.unknown:
            paths = ", ".join(outcome.unknown)
            test.found.append((Skipped, f"not known, for no answer came: {paths}", ""))


def _add_unknown(tests: _Tests, told: Report) -> None:
    """Add what nobody can call as declared, or not."""
    plan = told.plan
    for value in sorted(plan.hidden):
        words = f"{KNOWN[value.state]}: {value.path}"
        tests.of(value.address).found.append((Skipped, words, ""))
    for address in plan.skipped:
        tests.of(address).found.append((Skipped, "not compared, for its project is refused", ""))
    for address in plan.excluded:
        tests.of(address).found.append((Skipped, "left out of this run", ""))
    for part in plan.unread:
        where = f"{part.kind}{f' in Project/{part.project}' if part.project else ''}"
        tests.of(None).found.append((Skipped, f"{where}: not looked into", part.why))
